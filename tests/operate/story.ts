import { openLoopback, type Loopback } from '../../connectors/testing/loopback.ts';
import { sleep } from '../../kernel/retry/sleep.ts';
import type { Client } from '../../sdk/src/index.ts';
import { publish, typed } from '../support/platform.ts';
import { until } from '../support/until.ts';

/** An outside system that counts how often each job has done its first and its second call. */
export interface CountingPeer extends AsyncDisposable {
  readonly host: string;
  readonly url: string;
  /** Calls of the step by name of the job. */
  count(step: 'first' | 'second', name: string): number;
}

export async function startCountingPeer(): Promise<CountingPeer> {
  const counts = new Map<string, number>();
  const peer: Loopback = await openLoopback((response, { url }) => {
    counts.set(url, (counts.get(url) ?? 0) + 1);
    response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
  });
  return {
    ...{ host: peer.host, url: peer.url },
    count: (step, name) => counts.get(`/${step}/${name}`) ?? 0,
    [Symbol.asyncDispose]: () => peer[Symbol.asyncDispose](),
  };
}

/** Calls, waits for the event `com.example.go`, and calls again. */
const halting = (peer: string): string => `
document: { dsl: '1.0.3', namespace: operate, name: halting, version: '1.0.0' }
do:
  - first: { call: http, with: { method: post, endpoint: '\${ "${peer}/first/" + .name }', body: {} }, output: { as: '\${ $input }' } }
  - halt: { listen: { to: { one: { with: { type: com.example.go } } } }, output: { as: '\${ $input }' } }
  - second: { call: http, with: { method: post, endpoint: '\${ "${peer}/second/" + .name }', body: {} } }
`;

const endless = `
document: { dsl: '1.0.3', namespace: operate, name: passing, version: '1.0.0' }
do: [{ note: { set: { done: true } } }]
`;

export async function publishStory(client: Client, peer: CountingPeer): Promise<void> {
  await publish(client, halting(peer.url));
  await publish(client, endless);
}

const jobDocument = typed<{ readonly job: { readonly state: string } | null }>(
  'query State($id: ID!) { job(id: $id) { state } }',
);

/** State of a job; undefined of one that is not there. */
export async function stateOf(client: Client, id: string): Promise<string | undefined> {
  return (await client.request(jobDocument, { id })).job?.state;
}

/** Submits a job and waits until it has done its first call and waits for the event. */
export async function halted(client: Client, name: string): Promise<string> {
  const { id } = await client.submit('halting', { name });
  await until(`${name} waits`, async () => (await stateOf(client, id)) === 'WAITING');
  return id;
}

const sendDocument = typed<unknown>(
  'mutation Send($input: SendEventInput!) { sendEvent(input: $input) { userErrors { message } } }',
);

/** Lets all that wait go on. */
export async function go(client: Client): Promise<void> {
  const input = { id: 'go', source: 'https://operate.example', type: 'com.example.go' };
  await client.request(sendDocument, { input });
}

/** Submits jobs one after another until it is told to stop; answers the ids of those that were accepted. */
export function submitAlong(client: Client): { stop(): Promise<readonly string[]> } {
  const accepted: string[] = [];
  const stopping = new AbortController();
  const done = (async () => {
    while (!stopping.signal.aborted) {
      const job = await client.submit('passing', {}).catch(() => undefined);
      if (job !== undefined) accepted.push(job.id);
    }
  })();
  return {
    async stop() {
      stopping.abort();
      await done;
      return accepted;
    },
  };
}

/** The cursor of the last event that the job has now. */
export async function lastCursor(client: Client, jobId: string): Promise<string> {
  const { job } = await client.request(
    typed<{
      readonly job: { readonly events: { readonly pageInfo: { readonly endCursor: string } } };
    }>('query Last($id: ID!) { job(id: $id) { events(last: 1) { pageInfo { endCursor } } } }'),
    { id: jobId },
  );
  return job.events.pageInfo.endCursor;
}

/** What a reader is told who comes with a cursor. */
export async function refusalOf(client: Client, jobId: string, after: string): Promise<string> {
  try {
    for await (const event of client.watch(jobId, { after })) return `it was told ${event.type}`;
    return 'nothing';
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** True when everything is sealed and the audit log of the tenant proves itself. */
export async function isAuditIntact(client: Client): Promise<boolean> {
  const { verifyAuditChain } = await client.request(
    typed<{ readonly verifyAuditChain: { readonly isIntact: boolean; readonly checked: number } }>(
      '{ verifyAuditChain { isIntact checked } }',
    ),
    {},
  );
  return verifyAuditChain.isIntact && verifyAuditChain.checked > 0;
}

const asking = (version: number): string => `
document: { dsl: '1.0.3', namespace: operate, name: asking, version: '1.0.${version}' }
do: [{ ask: { call: approval, with: { title: May it? } } }]
`;

const approvalsDocument = typed<{
  readonly job: { readonly approvals: { readonly id: string }[] };
}>('query Asked($id: ID!) { job(id: $id) { approvals { id } } }');
const decideDocument = typed<unknown>(
  'mutation Decide($id: ID!) { decideApproval(input: { id: $id, approve: true }) { approval { id } } }',
);

/** Publishes another version of an agent that asks, lets it ask and answers it; resolves with the job. */
export async function publishAndDecide(client: Client, version: number): Promise<string> {
  await publish(client, asking(version));
  const { id } = await client.submit('asking', {});
  const [approval] = await until('it asks', async () => {
    await sleep(lookMs);
    const { job } = await client.request(approvalsDocument, { id });
    return job.approvals.length > 0 && job.approvals;
  });
  await client.request(decideDocument, { id: approval?.id });
  return id;
}

/** Between two looks of somebody who waits, milliseconds. */
const lookMs = 100;
