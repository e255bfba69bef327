import type { GatewayGraphQLResponse } from '@apollo/server-gateway-interface';

import {
  type AnyDataSource,
  askDataSource,
  GraphQLDataSourceRequestKind,
  type ServiceEndpointDefinition,
} from './data-source.ts';

/** A subgraph and its sign of life. */
export interface Healthy {
  readonly name: string;
  readonly response: GatewayGraphQLResponse;
}

const query = 'query __ApolloServiceHealthCheck__ { __typename }';

/** Asks all at once; rejects with the name of one that fails. */
export function checkHealth(
  subgraphs: readonly ServiceEndpointDefinition[],
  sourceOf: (definition: ServiceEndpointDefinition) => AnyDataSource,
): Promise<readonly Healthy[]> {
  return Promise.all(
    subgraphs.map(async ({ name, url = '' }) => {
      const kind = GraphQLDataSourceRequestKind.HEALTH_CHECK;
      try {
        const asked = { kind, request: { query }, context: {} };
        return { name, response: await askDataSource(sourceOf({ name, url }), asked) };
      } catch (cause) {
        const reason = cause instanceof Error ? cause.message : String(cause);
        throw new Error(`[${name}]: ${reason}`, { cause });
      }
    }),
  );
}
