import {
  keepPreviousData,
  useMutation,
  useQuery,
  useQueryClient,
  type UseMutationResult,
  type UseQueryResult,
} from '@tanstack/react-query';
import type { TypedDocumentNode } from '@graphql-typed-document-node/core';

import { useSession } from './session.ts';

type Key = readonly unknown[];

interface Ask<Data, Variables> {
  readonly key: Key;
  readonly document: TypedDocumentNode<Data, Variables>;
  readonly variables: Variables;
  readonly enabled?: boolean;
  readonly refetchMs?: number;
  /** True to show what there was while something else of the same kind is asked. */
  readonly isKept?: boolean;
}

/** A query through the SDK, kept in the one cache. */
export function useAsk<Data, Variables>(ask: Ask<Data, Variables>): UseQueryResult<Data> {
  const { client } = useSession();
  return useQuery({
    queryKey: ask.key,
    queryFn: ({ signal }) => client.request(ask.document, ask.variables, { signal }),
    enabled: ask.enabled ?? true,
    ...(ask.refetchMs !== undefined && { refetchInterval: ask.refetchMs }),
    ...(ask.isKept === true && { placeholderData: keepPreviousData }),
  });
}

/** Why a mutation was refused, as its answer says. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly problems: readonly UserProblem[];
  constructor(problems: readonly UserProblem[]) {
    super(problems.map(({ message }) => message).join('\n'));
    this.problems = problems;
  }
}

export interface UserProblem {
  readonly code: string;
  readonly field: string;
  readonly message: string;
}

interface Deed<Data, Variables> {
  readonly document: TypedDocumentNode<Data, Variables>;
  /** What the answer says was refused. */
  readonly problems: (data: Data) => readonly UserProblem[];
  /** Which questions have another answer now. */
  readonly changes?: readonly Key[];
}

/** A mutation through the SDK; what the platform refuses is an error as any. */
export function useDeed<Data, Variables>(
  deed: Deed<Data, Variables>,
): UseMutationResult<Data, Error, Variables> {
  const { client } = useSession();
  const cache = useQueryClient();
  return useMutation({
    mutationFn: async (variables: Variables) => {
      const data = await client.request(deed.document, variables);
      const problems = deed.problems(data);
      if (problems.length > 0) throw new Refusal(problems);
      return data;
    },
    onSuccess: async () => {
      await Promise.all(
        (deed.changes ?? []).map((queryKey) => cache.invalidateQueries({ queryKey })),
      );
    },
  });
}
