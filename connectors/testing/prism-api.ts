import { getHttpOperationsFromSpec } from '@stoplight/prism-http';
import { createServer } from '@stoplight/prism-http-server';
import { pino } from 'pino';

import type { JsonObject } from '../../kernel/json.ts';

export interface PrismApi extends AsyncDisposable {
  readonly endpoint: { readonly host: string; readonly port: number };
}

/** What Prism, the reference mock of OpenAPI, makes of a document: it checks requests and answers with the examples. */
export async function openPrism(document: JsonObject): Promise<PrismApi> {
  const operations = await getHttpOperationsFromSpec(structuredClone(document));
  const server = createServer(operations, {
    components: { logger: Object.assign(pino({ level: 'silent' }), { success: () => undefined }) },
    cors: false,
    config: {
      ...{ isProxy: false, checkSecurity: true, validateRequest: true, validateResponse: true },
      ...{ errors: false, mock: { dynamic: false }, upstreamProxy: undefined },
    },
  });
  const url = new URL(await server.listen(0, '127.0.0.1'));
  return {
    endpoint: { host: url.hostname, port: Number(url.port) },
    [Symbol.asyncDispose]: () => server.close(),
  };
}
