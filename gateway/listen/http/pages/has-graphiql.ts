import type { GatewayConfig } from '../../../config/config.ts';

/** Without introspection it would have no schema to show. */
export function hasGraphiql({
  graphiql,
  introspection,
}: Pick<GatewayConfig, 'graphiql' | 'introspection'>): boolean {
  return graphiql && introspection;
}
