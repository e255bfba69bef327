import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { permissions } from '../../core/access/permissions.ts';
import { createClient, type Client } from '../../sdk/src/index.ts';
import { runsOf, type GuideRun } from '../support/guide.ts';
import type { Outside } from '../support/guide-outside.ts';
import { startGuidePeer, type GuidePeer } from '../support/guide-peer.ts';
import {
  publish,
  startTestPlatform,
  typed,
  untilState,
  type TestPlatform,
} from '../support/platform.ts';
import { until } from '../support/until.ts';

/** Examples that reach out, wait or ask, and are over within seconds: run for real, not by a script. */
const real: ReadonlySet<string> = new Set([
  '02-tasks.md › fork',
  '02-tasks.md › try',
  '02-tasks.md › retry',
  '02-tasks.md › listen',
  '02-tasks.md › http',
  '02-tasks.md › common',
  '03-own-calls.md › approval approved',
  '03-own-calls.md › approval rejected',
  '06-cookbook.md › saga',
  '06-cookbook.md › oauth2',
  '06-cookbook.md › paging',
  '06-cookbook.md › correlation',
]);

const runs = ['02-tasks.md', '03-own-calls.md', '06-cookbook.md']
  .flatMap(runsOf)
  .filter(({ title }) => real.has(title));

const jobDocument = typed<{
  readonly job: {
    readonly state: string;
    readonly output: unknown;
    readonly error: Readonly<Record<string, unknown>> | null;
    readonly approvals: readonly { readonly id: string; readonly title: string }[];
  };
}>(
  `query Job($id: ID!) { job(id: $id) { state output approvals { id title }
    error { type status title detail instance } } }`,
);

const sendDocument = typed(
  'mutation Send($input: SendEventInput!) { sendEvent(input: $input) { isNew } }',
);

const decideDocument = typed<{ readonly decideApproval: { readonly userErrors: unknown[] } }>(
  'mutation Decide($input: DecideApprovalInput!) { decideApproval(input: $input) { userErrors { message } } }',
);

const keyDocument = typed<{ readonly createApiKey: { readonly secret: string } }>(
  'mutation Create($input: CreateApiKeyInput!) { createApiKey(input: $input) { secret } }',
);

const secretDocument = typed(
  'mutation Set($input: SetSecretInput!) { setSecret(input: $input) { userErrors { message } } }',
);

describe('an example of the guide, on the platform', { timeout: 120_000 }, () => {
  let peer: GuidePeer;
  let running: TestPlatform;
  beforeAll(async () => {
    peer = await startGuidePeer();
    running = await startTestPlatform({ OPERANDI_EGRESS_ALLOW: peer.allow });
  });
  afterAll(async () => {
    await running[Symbol.asyncDispose]();
    await peer[Symbol.asyncDispose]();
  });

  it('is each of those that are named', () => {
    expect(runs.map(({ title }) => title)).toEqual([...real]);
  });

  it.each(runs.map((run) => [run.title, run] as const))('does what %s says', async (_, run) => {
    const outside = blockOf(run, 'outside') as Outside;
    peer.play(outside.http ?? []);
    for (const [name, value] of Object.entries(outside.secrets ?? {}))
      await running.client.request(secretDocument, { input: { name, value, agents: ['*'] } });
    await publish(running.client, peer.here(run.definition));
    const [, name = ''] = /name: (\w+)/.exec(run.definition) ?? [];
    const { id } = await running.client.submit(name, blockOf(run, 'input'));
    await sendAll(id, outside);
    await decideAll(id, outside);
    const error = run.blocks.get('error');
    await untilState(running.client, id, error === undefined ? 'SUCCEEDED' : 'FAILED');
    const { job } = await running.client.request(jobDocument, { id });
    if (error === undefined) expect(job.output).toEqual(blockOf(run, 'output'));
    else expect(job.error).toEqual(JSON.parse(error));
    expect(peer.differences()).toEqual([]);
  });

  it('comes with the token that it was given', () => {
    expect([...peer.tokens]).toEqual(['Bearer token-1']);
  });

  async function sendAll(id: string, { events = [] }: Outside): Promise<void> {
    if (events.length > 0) await untilState(running.client, id, 'WAITING');
    for (const [index, { type, data }] of events.entries()) {
      const input = { id: `${id}-${String(index)}`, source: '/guide', type, data };
      await running.client.request(sendDocument, { input });
    }
  }

  /** A key by the name that the page tells, which has every role. */
  async function clientNamed(name: string): Promise<Client> {
    const input = { name, permissions };
    const { createApiKey } = await running.client.request(keyDocument, { input });
    return createClient({ url: running.platform.url, apiKey: createApiKey.secret });
  }

  async function decideAll(id: string, { decisions = [] }: Outside): Promise<void> {
    for (const { title, answer } of decisions) {
      let approval: string | undefined;
      await until('the approval is asked for', async () => {
        const { job } = await running.client.request(jobDocument, { id });
        approval = job.approvals.find((each) => each.title === title)?.id;
        return approval !== undefined;
      });
      await using approver = await clientNamed(answer?.decidedBy ?? '');
      const input = {
        id: approval,
        approve: answer?.decision === 'approved',
        comment: answer?.comment,
      };
      const { decideApproval } = await approver.request(decideDocument, { input });
      expect(decideApproval.userErrors).toEqual([]);
    }
  }
});

function blockOf(run: GuideRun, role: string): unknown {
  return JSON.parse(run.blocks.get(role) ?? '{}');
}
