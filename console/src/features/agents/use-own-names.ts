import { useQueryClient } from '@tanstack/react-query';
import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import { useMemo } from 'react';

import {
  NamedAgentsDocument,
  NamedIntegrationsDocument,
  NamedOperationsDocument,
} from '../../_generated/documents.ts';
import { useSession } from '../../app/session.ts';
import type { OwnNames } from './editor/own-names.ts';

/** While somebody writes, the platform is not asked for the same names more often. */
const staleMs = 60_000;

/** What the tenant has that a definition may name, asked for when it is needed; nothing of what the reader may not see. */
export function useOwnNames(): OwnNames {
  const { client } = useSession();
  const cache = useQueryClient();
  return useMemo(() => {
    const ask = async <Data, Variables>(
      document: TypedDocumentNode<Data, Variables>,
      variables: Variables,
      key: string,
    ): Promise<Data | undefined> => {
      try {
        return await cache.query({
          queryKey: ['names', key],
          queryFn: ({ signal }) => client.request(document, variables, { signal }),
          staleTime: staleMs,
        });
      } catch {
        // Completion offers what it knows: a view that needs these names says why they cannot be had.
        return undefined;
      }
    };
    return {
      agents: async () => (await ask(NamedAgentsDocument, {}, 'agents'))?.agents.nodes ?? [],
      integrations: async () =>
        (await ask(NamedIntegrationsDocument, {}, 'integrations'))?.integrations.nodes ?? [],
      operations: async (name) =>
        (await ask(NamedOperationsDocument, { name }, `operations of ${name}`))?.integration
          ?.operations ?? [],
    };
  }, [client, cache]);
}
