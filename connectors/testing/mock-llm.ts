import { once } from 'node:events';
import type { Server } from 'node:http';

import { createServer } from '@dwmkerr/mock-llm/dist/server.js';

export const llmToken = 'canary-good-token';

/** What is answered to a request that the expression (JMESPath over `body` and `headers`) matches. */
export interface LlmRule {
  readonly match?: string;
  readonly message: object;
  readonly finishReason?: string;
}

export interface MockLlm extends AsyncDisposable {
  readonly endpoint: { readonly host: string; readonly port: number };
}

/** A real OpenAI-compatible server, mock-llm, which lets one token in and answers by rules; the last that matches counts. */
export async function openMockLlm(rules: readonly LlmRule[]): Promise<MockLlm> {
  const completions = '^/v1/chat/completions$';
  const refused = {
    error: { message: 'who is {{jmes request headers.authorization}}?', type: 'auth' },
  };
  const app = createServer(
    {
      streaming: { chunkSize: 50, chunkIntervalMs: 50 },
      rules: [
        ...rules.map(({ match = '@', message, finishReason = 'stop' }) => ({
          ...{ path: completions, method: 'POST', match },
          response: {
            status: 200,
            content: JSON.stringify({
              id: 'chatcmpl-1',
              object: 'chat.completion',
              choices: [{ index: 0, message, finish_reason: finishReason }],
              usage: { prompt_tokens: 10, completion_tokens: 5, total_tokens: 15 },
            }),
          },
        })),
        {
          ...{ path: '^/v1/models$', method: 'GET' },
          response: { status: 200, content: '{"object":"list","data":[]}' },
        },
        {
          ...{ path: '^/v1/', match: `headers.authorization != 'Bearer ${llmToken}'` },
          response: { status: 401, content: JSON.stringify(refused) },
        },
      ],
    },
    '127.0.0.1',
    0,
  );
  const server: Server = app.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' ? (address?.port ?? 0) : 0;
  return {
    endpoint: { host: '127.0.0.1', port },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
