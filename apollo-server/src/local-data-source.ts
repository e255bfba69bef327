import type { GatewayGraphQLResponse } from '@apollo/server-gateway-interface';
import { type DocumentNode, graphql, graphqlSync, type GraphQLSchema, parse } from 'graphql';

import type {
  AnyContext,
  GraphQLDataSource,
  GraphQLDataSourceProcessOptions,
} from './data-source.ts';

/** A subgraph in the process of the gateway. */
export class LocalGraphQLDataSource<
  TContext extends object = AnyContext,
> implements GraphQLDataSource<TContext> {
  readonly schema: GraphQLSchema;

  constructor(schema: GraphQLSchema) {
    this.schema = schema;
  }

  async process({
    request: { query = '', variables, operationName },
    context,
  }: GraphQLDataSourceProcessOptions<TContext>): Promise<GatewayGraphQLResponse> {
    const { data, errors, extensions } = await graphql({
      schema: this.schema,
      source: query,
      contextValue: context,
      ...(variables && { variableValues: variables }),
      ...(operationName !== undefined && { operationName }),
    });
    return {
      ...(data !== undefined && { data }),
      ...(errors && { errors: errors.map((error) => error.toJSON()) }),
      ...(extensions && { extensions }),
    };
  }

  /** What the subgraph says of itself. */
  sdl(): DocumentNode {
    const { data, errors } = graphqlSync({ schema: this.schema, source: '{ _service { sdl } }' });
    if (errors !== undefined) throw new Error(errors.map(({ message }) => message).join('\n\n'));
    // The field is one of every subgraph, and a text.
    const { _service } = data as unknown as { readonly _service: { readonly sdl: string } };
    return parse(_service.sdl);
  }
}
