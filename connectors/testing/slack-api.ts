import type { Endpoint } from '../conformance/subject.ts';
import { json, openLoopback, type Seen } from './loopback.ts';

export const slackToken = 'xoxb-canary-good-token';

/** What Slack's reference of its Web API says of a method: verb, scope, required arguments. */
interface Method {
  readonly verb: 'GET' | 'POST';
  readonly required: readonly string[];
  answer(given: Given, api: SlackApi): Readonly<Record<string, unknown>> | string;
}

type Given = Readonly<Record<string, unknown>>;

/** A double of Slack's Web API that is as strict about verbs, types and arguments as its reference. */
export interface SlackApi extends AsyncDisposable {
  readonly url: string;
  readonly endpoint: Endpoint;
  readonly seen: readonly Seen[];
  readonly messages: Map<string, Given>;
  /** Answers that come before anything else. */
  readonly next: ((seen: Seen) => {
    readonly status: number;
    readonly headers?: Record<string, string>;
    readonly body: unknown;
  })[];
}

const methods: Readonly<Record<string, Method>> = {
  'auth.test': { verb: 'GET', required: [], answer: () => ({ user: 'agent', team: 'Acme' }) },
  'chat.postMessage': {
    verb: 'POST',
    required: ['channel'],
    answer(given, { messages }) {
      if (given['channel'] === 'C404') return 'channel_not_found';
      if (given['text'] === undefined && given['blocks'] === undefined) return 'no_text';
      const ts = `1700000000.00000${String(messages.size + 1)}`;
      messages.set(ts, given);
      return { channel: given['channel'], ts, message: { text: given['text'], type: 'message' } };
    },
  },
  'chat.update': {
    verb: 'POST',
    required: ['channel', 'ts'],
    answer(given, { messages }) {
      if (!messages.has(String(given['ts']))) return 'message_not_found';
      messages.set(String(given['ts']), given);
      return { channel: given['channel'], ts: given['ts'], text: given['text'] };
    },
  },
  'chat.delete': {
    verb: 'POST',
    required: ['channel', 'ts'],
    answer: (given, { messages }) =>
      messages.delete(String(given['ts'])) ? { ts: given['ts'] } : 'message_not_found',
  },
  'chat.postEphemeral': {
    verb: 'POST',
    required: ['channel', 'user'],
    answer: () => ({ message_ts: '1700000000.000009' }),
  },
  'reactions.add': {
    verb: 'POST',
    required: ['channel', 'timestamp', 'name'],
    answer: ({ name }) => (name === 'eyes' ? 'already_reacted' : {}),
  },
  'conversations.open': {
    verb: 'POST',
    required: ['users'],
    answer: () => ({ channel: { id: 'D1' } }),
  },
  'views.open': {
    verb: 'POST',
    required: ['trigger_id', 'view'],
    answer: ({ view }) => ({ view: { id: 'V1', ...(view as object) } }),
  },
  'users.lookupByEmail': {
    verb: 'GET',
    required: ['email'],
    answer: ({ email }) =>
      email === 'ada@example.com' ? { user: { id: 'U1', name: 'ada' } } : 'users_not_found',
  },
  'conversations.list': {
    verb: 'GET',
    required: [],
    answer({ cursor, limit }) {
      const from = cursor === undefined ? 0 : Number(cursor);
      const to = Math.min(450, from + Number(limit));
      const channels = Array.from({ length: to - from }, (_, index) => ({
        id: `C${String(from + index)}`,
      }));
      return { channels, response_metadata: { next_cursor: to < 450 ? String(to) : '' } };
    },
  },
};

export async function openSlack(): Promise<SlackApi> {
  const messages = new Map<string, Given>();
  const next: SlackApi['next'] = [];
  const peer = await openLoopback((response, request) => {
    const ready = next.shift()?.(request);
    if (ready !== undefined) {
      response.writeHead(ready.status, { 'content-type': 'application/json', ...ready.headers });
      response.end(JSON.stringify(ready.body));
      return;
    }
    json(response, answerTo(request));
  });
  const { hostname: host, port } = new URL(peer.url);
  const api: SlackApi = {
    ...{ url: `${peer.url}/api`, endpoint: { host, port: Number(port) }, messages, next },
    get seen() {
      return peer.seen;
    },
    [Symbol.asyncDispose]: () => peer[Symbol.asyncDispose](),
  };
  const answerTo = (request: Seen): object => {
    const { pathname, searchParams } = new URL(request.url, peer.url);
    const method = methods[pathname.replace('/api/', '')];
    const refuse = (error: string, more: object = {}): object => ({ ok: false, error, ...more });
    if (method === undefined) return refuse('unknown_method');
    const { authorization } = request.headers;
    if (authorization === undefined) return refuse('not_authed');
    if (authorization !== `Bearer ${slackToken}`)
      return refuse('invalid_auth', { needed: `not ${authorization}` });
    if (request.method !== method.verb) return refuse('invalid_post_type');
    const isJson = request.headers['content-type'] === 'application/json; charset=utf-8';
    if (method.verb === 'POST' && !isJson) return refuse('invalid_post_type');
    const given =
      method.verb === 'POST'
        ? (JSON.parse(request.body) as Given)
        : Object.fromEntries(searchParams.entries());
    const missing = method.required.filter((name) => given[name] === undefined);
    if (missing.length > 0)
      return refuse('invalid_arguments', {
        response_metadata: { messages: missing.map((name) => `[ERROR] missing ${name}`) },
      });
    const answer = method.answer(given, api);
    return typeof answer === 'string' ? refuse(answer) : { ok: true, ...answer };
  };
  return api;
}
