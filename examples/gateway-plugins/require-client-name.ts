import type { GatewayPlugin } from '../../gateway/plugins.ts';
import { AppError } from '../../kernel/errors.ts';

/** Refuses requests of clients that do not say who they are, and tells subgraphs who asks. */
export function requireClientName(header = 'x-client-name'): GatewayPlugin {
  return {
    name: 'require-client-name',
    onRequest: (request) => {
      if (request.headers[header] === undefined) {
        throw new AppError('BAD_USER_INPUT', `Send the header ${header}`);
      }
      return request;
    },
    onSubgraphRequest: ({ request }, upstream) => ({
      ...upstream,
      headers: { ...upstream.headers, [header]: request.headers[header] ?? '' },
    }),
  };
}

export default requireClientName();
