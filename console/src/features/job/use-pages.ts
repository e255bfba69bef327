import { useInfiniteQuery } from '@tanstack/react-query';
import type { TypedDocumentNode } from '@graphql-typed-document-node/core';

import { useSession } from '../../app/session.ts';

interface PageOf<Row> {
  readonly nodes: readonly Row[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
}

interface Pages<Data, Row> {
  readonly key: readonly unknown[];
  readonly document: TypedDocumentNode<Data, { id: string; after?: string | null | undefined }>;
  readonly id: string;
  readonly pageOf: (data: Data) => PageOf<Row> | undefined;
}

/** Rows of a job, a hundred at a time; asking again asks for all that are shown. */
export function usePages<Data, Row>({ key, document, id, pageOf }: Pages<Data, Row>) {
  const { client } = useSession();
  const query = useInfiniteQuery({
    queryKey: key,
    queryFn: ({ pageParam, signal }) =>
      client.request(document, { id, after: pageParam }, { signal }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (data) => {
      const info = pageOf(data)?.pageInfo;
      return info?.hasNextPage === true ? (info.endCursor ?? undefined) : undefined;
    },
  });
  const rows = query.data?.pages.flatMap((data) => pageOf(data)?.nodes ?? []) ?? [];
  return { query, rows };
}
