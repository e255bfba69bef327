import { WebSocket } from 'ws';
import { ask, head, publish, type Api } from './api.ts';

/** A way in which one tenant keeps the platform busy. */
export interface Noise {
  readonly name: string;
  /** What it needs published. */
  prepare(api: Api, peer: string): Promise<void>;
  /** Makes noise until the signal aborts. */
  make(api: Api, signal: AbortSignal): Promise<void>;
}

const submit = `mutation ($agent: String!) { submitJob(input: { agent: $agent }) { job { id } } }`;

const runningJobs = '{ jobs(first: 100, filter: { states: [QUEUED, RUNNING] }) { nodes { id } } }';
const cancel = `mutation ($jobId: ID!) { cancelJob(input: { jobId: $jobId }) { job { id } } }`;

/** Repeats something in a few clients; a refusal is answered by a short rest, as a client would. */
async function repeat(
  signal: AbortSignal,
  clients: number,
  act: () => Promise<{ readonly errors?: readonly unknown[] }>,
): Promise<void> {
  const client = async (): Promise<void> => {
    while (!signal.aborted) {
      const { errors } = await act();
      if (errors !== undefined) await new Promise((resolve) => setTimeout(resolve, 20));
    }
  };
  await Promise.all(Array.from({ length: clients }, client));
}

const loop: Noise = {
  name: 'loop of heavy expressions',
  prepare: (api) =>
    publish(
      api,
      `${head('loop')}do:
  - each:
      for: { each: item, in: '\${ [range(20000)] }' }
      do:
        - work: { set: { n: '\${ reduce range(12000) as $x (0; . + $x) }' } }
`,
    ),
  async make(api, signal) {
    for (let n = 0; n < 3; n++) await ask(api, { query: submit, variables: { agent: 'loop' } });
    await aborted(signal);
    const { data } = await ask(api, { query: runningJobs });
    for (const jobId of JSON.stringify(data).match(/(?<="id":")[^"]+/g) ?? [])
      await ask(api, { query: cancel, variables: { jobId } });
  },
};

const template: Noise = {
  name: 'heavy template',
  prepare: (api) =>
    publish(
      api,
      `document:
  dsl: '1.0.3'
  namespace: bench
  name: template
  version: '1.0.0'
  metadata:
    responses:
      text: '{% for a in (1..300) %}{% for b in (1..300) %}{{ a | times: b }}{% endfor %}{% endfor %}'
do:
  - nothing: { set: { a: 1 } }
`,
    ),
  async make(api, signal) {
    const aliases = [1, 2, 3, 4, 5].map((n) => `r${n}: result(format: TEXT) { content }`).join(' ');
    for (let n = 0; n < 10; n++)
      await ask(api, { query: submit, variables: { agent: 'template' } });
    await repeat(signal, 2, () =>
      ask(api, {
        query: `{ jobs(first: 10, filter: { agent: "template" }) { nodes { ${aliases} } } }`,
      }),
    );
  },
};

const definition: Noise = {
  name: 'huge definition',
  prepare: () => Promise.resolve(),
  async make(api, signal) {
    const keys = Array.from({ length: 6_000 }, (_, n) => `      someLongKey${n}: ${n}`).join('\n');
    const text = `${head('huge')}do:\n  - one:\n      set:\n${keys.replaceAll(/^/gm, '  ')}\n`;
    await repeat(signal, 2, () =>
      ask(api, {
        query: 'query ($text: String!) { validateDefinition(definition: $text) { isValid } }',
        variables: { text },
      }),
    );
  },
};

const headers: Noise = {
  name: 'dotted headers, no key',
  prepare: () => Promise.resolve(),
  async make(api, signal) {
    const agent = 'a.'.repeat(3_500);
    await repeat(signal, 4, () =>
      ask(
        { ...api, key: 'none' },
        { query: '{ viewer { id } }', headers: { 'user-agent': agent } },
      ),
    );
  },
};

const subscriptions: Noise = {
  name: '400 subscriptions',
  prepare: () => Promise.resolve(),
  async make(api, signal) {
    const socket = new WebSocket(api.url.replace('http', 'ws'), 'graphql-transport-ws');
    socket.on('error', () => undefined);
    socket.on('open', () => {
      const payload = { authorization: `Bearer ${api.key}` };
      socket.send(JSON.stringify({ type: 'connection_init', payload }));
    });
    socket.on('message', (data: Buffer) => {
      if (!data.toString().includes('connection_ack')) return;
      for (let n = 0; n < 400; n++) {
        const query = `subscription { jobChanges(filter: { agent: "a${n}" }) { job { id state } } }`;
        socket.send(JSON.stringify({ id: `s${n}`, type: 'subscribe', payload: { query } }));
      }
    });
    await aborted(signal);
    socket.terminate();
  },
};

const failingPeer: Noise = {
  name: 'failing peer',
  async prepare(api, peer) {
    for (const [n, path] of ['coding', 'cut', 'sorry'].entries())
      await publish(
        api,
        `${head(`peer${n}`)}do:\n  - ask: { call: http, with: { method: get, endpoint: '${peer}/${path}' } }\n`,
      );
  },
  make: (api, signal) => {
    let turn = 0;
    return repeat(signal, 2, () =>
      ask(api, { query: submit, variables: { agent: `peer${turn++ % 3}` } }),
    );
  },
};

/** Every kind of noise that is measured. */
export const noises: readonly Noise[] = [
  headers,
  subscriptions,
  definition,
  template,
  failingPeer,
  loop,
];

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
