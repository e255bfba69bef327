import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';

import type { JsonValue } from '../../kernel/json.ts';
import type { Outside } from './guide-outside.ts';

/** A server that plays the outside of a run: every host of the page is a folder of it. */
export interface GuidePeer extends AsyncDisposable {
  readonly allow: string;
  /** Says what is asked for from now on; answers what of it was not asked for until then. */
  play(exchanges: NonNullable<Outside['http']>): void;
  /** What was asked for and not foreseen, and the other way round. */
  differences(): readonly string[];
  /** Tokens that clients came with. */
  readonly tokens: ReadonlySet<string>;
  /** A text of the page with its hosts turned into folders of this server. */
  here(text: string): string;
}

/** The hosts of the guide's pages. */
const pageHost = /https:\/\/(\w+)\.example(?![\w.])/g;

export async function startGuidePeer(): Promise<GuidePeer> {
  let expected: {
    readonly request: string;
    readonly status?: number;
    readonly answer: JsonValue;
  }[] = [];
  const unforeseen: string[] = [];
  const tokens = new Set<string>();
  const server = createServer((request, response) => {
    void answer(request).then(({ status, body }) => {
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const origin = `http://127.0.0.1:${String(port)}`;

  async function answer(request: IncomingMessage): Promise<{ status: number; body: JsonValue }> {
    request.resume();
    await once(request, 'end');
    const url = request.url ?? '';
    if (url.endsWith('/oauth/token'))
      return {
        status: 200,
        body: { access_token: 'token-1', token_type: 'Bearer', expires_in: 60 },
      };
    const { authorization } = request.headers;
    if (authorization !== undefined) tokens.add(authorization);
    return take(`${request.method ?? ''} ${url.replace(/^\/(\w+)\//, 'https://$1.example/')}`);
  }

  function take(asked: string): { status: number; body: JsonValue } {
    const index = expected.findIndex((each) => each.request === asked);
    const [exchange] = index < 0 ? [] : expected.splice(index, 1);
    if (exchange === undefined) unforeseen.push(asked);
    return { status: exchange?.status ?? 200, body: exchange?.answer ?? null };
  }

  return {
    allow: `127.0.0.1:${String(port)}`,
    tokens,
    play(exchanges) {
      expected = [...exchanges];
    },
    differences: () => [...unforeseen, ...expected.map(({ request }) => `not asked: ${request}`)],
    here: (text) => text.replaceAll(pageHost, `${origin}/$1`),
    async [Symbol.asyncDispose]() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}
