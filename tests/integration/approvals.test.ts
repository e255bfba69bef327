import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { rolePermissions, type RoleName } from '../../core/access/permissions.ts';
import {
  createClient,
  OperandiError,
  PublishAgentDocument,
  type Client,
} from '../../sdk/src/index.ts';
import {
  publish,
  startTestPlatform,
  typed,
  untilState,
  type TestPlatform,
} from '../support/platform.ts';
import { until } from '../support/until.ts';

interface Shown {
  readonly id: string;
  readonly state: string;
  readonly title: string;
  readonly role: string | null;
  readonly approvers: readonly string[];
  readonly fourEyes: boolean;
  readonly required: number;
  readonly canDecide: boolean;
  readonly decisions: readonly { readonly approve: boolean; readonly decidedById: string }[];
}

const shown = `id state title role approvers fourEyes required canDecide
  decisions { approve decidedById }`;

const jobDocument = typed<{
  readonly job: {
    readonly state: string;
    readonly output: unknown;
    readonly error: { readonly detail: string } | null;
    readonly approvals: readonly Shown[];
  };
}>(`query Job($id: ID!) { job(id: $id) { state output error { detail } approvals { ${shown} } } }`);

const mineDocument = typed<{ readonly approvals: { readonly nodes: readonly Shown[] } }>(
  `query Mine { approvals(mine: true, first: 100) { nodes { ${shown} } } }`,
);

interface Decided {
  readonly decideApproval: {
    readonly approval: Shown | null;
    readonly userErrors: readonly { readonly code: string; readonly message: string }[];
  };
}

const decideDocument = typed<Decided>(
  `mutation Decide($input: DecideApprovalInput!) { decideApproval(input: $input) {
    approval { ${shown} } userErrors { code message } } }`,
);

const keyDocument = typed<{
  readonly createApiKey: {
    readonly secret: string;
    readonly apiKey: { readonly id: string };
    readonly userErrors: readonly unknown[];
  };
}>(
  `mutation Key($input: CreateApiKeyInput!) { createApiKey(input: $input) {
    secret apiKey { id } userErrors { message } } }`,
);

const rotateDocument = typed<{
  readonly rotateApiKey: { readonly secret: string; readonly apiKey: { readonly id: string } };
}>(
  `mutation Rotate($input: RotateApiKeyInput!) { rotateApiKey(input: $input) { secret apiKey { id } } }`,
);

const auditDocument = typed<{
  readonly auditEvents: {
    readonly nodes: readonly {
      readonly actor: { readonly id: string };
      readonly data: Record<string, unknown>;
    }[];
  };
}>(
  `query Audit($id: String) { auditEvents(filter: { targetId: $id }, first: 50) {
    nodes { actor { id } data } } }`,
);

interface Key extends AsyncDisposable {
  readonly id: string;
  readonly client: Client;
}

const stack = new AsyncDisposableStack();
let running: TestPlatform;

beforeAll(async () => {
  running = stack.use(await startTestPlatform());
}, 120_000);

afterAll(() => stack.disposeAsync());

async function keyWith(permissions: readonly string[], name = 'A key'): Promise<Key> {
  const input = { name, permissions };
  const { createApiKey } = await running.client.request(keyDocument, { input });
  return keyOf(createApiKey);
}

function keyOf(made: { readonly secret: string; readonly apiKey: { readonly id: string } }): Key {
  const client = stack.use(createClient({ url: running.platform.url, apiKey: made.secret }));
  return { id: made.apiKey.id, client, [Symbol.asyncDispose]: () => client[Symbol.asyncDispose]() };
}

const ofRole = (role: RoleName): Promise<Key> => keyWith(rolePermissions[role], role);

let counter = 0;

/** Starts a job that asks for an approval with these arguments, and answers it as the starter sees it. */
async function ask(
  args: string,
  submitter: Client = running.client,
  input: Record<string, unknown> = {},
): Promise<{ readonly jobId: string; readonly approval: Shown }> {
  const jobId = await start(args, submitter, input);
  await untilState(running.client, jobId, 'WAITING');
  const { job } = await submitter.request(jobDocument, { id: jobId });
  const [approval] = job.approvals;
  if (approval === undefined) throw new Error('nobody was asked');
  return { jobId, approval };
}

async function start(args: string, submitter: Client, input: Record<string, unknown>) {
  counter += 1;
  const name = `ask-${String(counter)}`;
  await publish(running.client, definition(name, args));
  const { id } = await submitter.submit(name, input);
  return id;
}

function definition(name: string, args: string): string {
  return `document: { dsl: '1.0.3', namespace: test, name: ${name}, version: 1.0.0 }
do: [{ ask: { call: approval, with: { title: Pay?, ${args} } } }]
`;
}

/** The code of the refusal, or the state of the approval. */
async function decide(
  { client }: Pick<Key, 'client'>,
  id: string,
  approve = true,
): Promise<string> {
  try {
    const { decideApproval } = await client.request(decideDocument, { input: { id, approve } });
    return decideApproval.userErrors[0]?.code ?? decideApproval.approval?.state ?? '';
  } catch (error) {
    if (error instanceof OperandiError) return error.code;
    throw error;
  }
}

async function isMine({ client }: Pick<Key, 'client'>, id: string): Promise<boolean> {
  const { approvals } = await client.request(mineDocument, {});
  const listed = approvals.nodes.find((each) => each.id === id);
  const isListed = listed !== undefined;
  if (isListed) expect(listed.canDecide).toBe(true);
  return isListed;
}

async function canDecide({ client }: Pick<Key, 'client'>, jobId: string): Promise<boolean> {
  const { job } = await client.request(jobDocument, { id: jobId });
  return job.approvals.at(-1)?.canDecide === true;
}

describe('an approval', () => {
  it('is decided by those of the role alone, and its record names who', async () => {
    const { jobId, approval } = await ask('role: ADMIN');
    expect(approval).toMatchObject({ role: 'ADMIN', approvers: [], required: 1, fourEyes: false });
    const approver = await ofRole('APPROVER');
    const bare = await keyWith(['JOBS_READ', 'APPROVALS_DECIDE']);
    for (const key of [approver, bare]) {
      expect(await isMine(key, approval.id)).toBe(false);
      expect(await canDecide(key, jobId)).toBe(false);
      expect(await decide(key, approval.id)).toBe('FORBIDDEN');
    }
    const admin = await ofRole('ADMIN');
    expect(await isMine(admin, approval.id)).toBe(true);
    expect(await decide(admin, approval.id)).toBe('APPROVED');
    await untilState(running.client, jobId, 'SUCCEEDED');
    const { auditEvents } = await running.client.request(auditDocument, { id: approval.id });
    const acts = auditEvents.nodes.map(({ actor, data }) => ({ id: actor.id, data }));
    expect(acts).toEqual(
      expect.arrayContaining([
        { id: admin.id, data: { approve: true } },
        { id: approver.id, data: { denied: ['ROLE'] } },
      ]),
    );
    const { job } = await running.client.request(jobDocument, { id: jobId });
    expect(job.output).toMatchObject({ decision: 'approved', decidedById: admin.id });
    expect(job.approvals[0]?.decisions).toEqual([{ approve: true, decidedById: admin.id }]);
  });

  it('still needs the permission to decide, whatever the role', async () => {
    const { approval } = await ask('role: VIEWER');
    const viewer = await ofRole('VIEWER');
    expect(await isMine(viewer, approval.id)).toBe(false);
    await expect(decide(viewer, approval.id)).resolves.toBe('FORBIDDEN');
    expect(await decide(await ofRole('APPROVER'), approval.id)).toBe('APPROVED');
  });

  it('is decided by the key that is named by its id, and by no other of the same name', async () => {
    const named = await keyWith(['JOBS_READ', 'APPROVALS_DECIDE'], 'cfo');
    const impostor = await keyWith(['JOBS_READ', 'APPROVALS_DECIDE'], 'cfo');
    const { approval } = await ask(`approvers: [${named.id}]`);
    expect(await decide(impostor, approval.id)).toBe('FORBIDDEN');
    expect(await decide({ client: running.client }, approval.id)).toBe('FORBIDDEN');
    expect(await isMine(named, approval.id)).toBe(true);
    expect(await decide(named, approval.id, false)).toBe('REJECTED');
  });

  it('takes roles among its approvers, and a role beside them as a further condition', async () => {
    const approver = await ofRole('APPROVER');
    const auditor = await keyWith([...rolePermissions.AUDITOR, 'APPROVALS_DECIDE']);
    const either = await ask(`approvers: [AUDITOR, ${approver.id}]`);
    expect(await decide(auditor, either.approval.id)).toBe('APPROVED');
    const both = await ask(`approvers: [AUDITOR, ${approver.id}], role: AUDITOR`);
    expect(await decide(approver, both.approval.id)).toBe('FORBIDDEN');
    expect(await decide(auditor, both.approval.id)).toBe('APPROVED');
  });

  it('is the rotated key’s as it was the one’s before, and is not decided by both', async () => {
    const old = await keyWith(['JOBS_READ', 'APPROVALS_DECIDE']);
    const { jobId, approval } = await ask(`approvers: [${old.id}, ADMIN], quorum: 2`);
    const { rotateApiKey } = await running.client.request(rotateDocument, {
      input: { id: old.id },
    });
    const successor = keyOf(rotateApiKey);
    expect(await decide(old, approval.id)).toBe('PENDING');
    expect(await isMine(successor, approval.id)).toBe(false);
    expect(await canDecide(successor, jobId)).toBe(false);
    expect(await decide(successor, approval.id)).toBe('CONFLICT');
    expect(await decide({ client: running.client }, approval.id)).toBe('APPROVED');
  });

  it('is nobody’s when its approvers turn out to be nobody, and says so', async () => {
    const cases = [
      ['cfo', /neither the id of a member or key nor a role/],
      ['01990000-0000-7000-8000-000000000000', /there is no member or key 0199/],
    ] as const;
    for (const [who, told] of cases) {
      const jobId = await start("approvers: ['${ .who }']", running.client, { who });
      await untilState(running.client, jobId, 'FAILED');
      const { job } = await running.client.request(jobDocument, { id: jobId });
      expect(job.approvals).toEqual([]);
      expect(job.error?.detail).toMatch(told);
    }
    const jobId = await start("role: '${ .who }'", running.client, { who: 'MANAGER' });
    await untilState(running.client, jobId, 'FAILED');
  });

  it('is not published with an id that nobody has or that has ended', async () => {
    const text = definition('stranger', 'approvers: [01990000-0000-7000-8000-000000000000]');
    const { publishAgent } = await running.client.request(PublishAgentDocument, {
      input: { definition: text },
    });
    expect(publishAgent.userErrors[0]?.message).toMatch(/there is no member or key 0199/);
  });
});

describe('four eyes', () => {
  const args = 'fourEyes: true, role: APPROVER';

  it('keep who submitted from deciding, with whichever key of the line', async () => {
    const submitter = await ofRole('ADMIN');
    const { jobId, approval } = await ask(args, submitter.client);
    const { rotateApiKey } = await running.client.request(rotateDocument, {
      input: { id: submitter.id },
    });
    for (const key of [submitter, keyOf(rotateApiKey)]) {
      expect(await isMine(key, approval.id)).toBe(false);
      expect(await canDecide(key, jobId)).toBe(false);
      expect(await decide(key, approval.id)).toBe('FORBIDDEN');
    }
    expect(await decide(await ofRole('APPROVER'), approval.id)).toBe('APPROVED');
  });

  it('keep those from deciding as well who resumed the job, and do not free who submitted it', async () => {
    const [submitter, other] = [await ofRole('ADMIN'), await ofRole('ADMIN')];
    const { jobId, approval } = await ask(args, submitter.client);
    const act = (verb: string) =>
      typed(`mutation Act { ${verb}(input: { id: "${jobId}" }) { userErrors { message } } }`);
    await other.client.request(act('pauseJob'), {});
    await untilState(running.client, jobId, 'PAUSED');
    await other.client.request(act('resumeJob'), {});
    await untilState(running.client, jobId, 'WAITING');
    for (const key of [submitter, other]) expect(await decide(key, approval.id)).toBe('FORBIDDEN');
    expect(await decide(await ofRole('APPROVER'), approval.id)).toBe('APPROVED');
  });

  it('keep who published the schedule from deciding what its jobs ask', async () => {
    const [author, other] = [await ofRole('ADMIN'), await ofRole('APPROVER')];
    const rule = `fourEyes: true, approvers: [${author.id}, ${other.id}]`;
    const text = `${definition('nightly', rule)}schedule: { every: { seconds: 1 } }\n`;
    await publish(author.client, text);
    const nightly = async () => {
      const { approvals } = await other.client.request(mineDocument, {});
      return approvals.nodes.find(({ approvers }) => approvers.includes(other.id));
    };
    const asked = await until('the schedule has asked', nightly, 30_000);
    await publish(running.client, definition('nightly', args));
    expect(await decide(author, asked.id)).toBe('FORBIDDEN');
    expect(await decide(other, asked.id)).toBe('APPROVED');
  }, 60_000);
});

describe('four eyes of what others have set going', () => {
  it('keep who sent the event that started the job from deciding, resumed or not', async () => {
    const [sender, author] = [await ofRole('ADMIN'), await ofRole('ADMIN')];
    const other = await ofRole('APPROVER');
    const rule = `fourEyes: true, approvers: [${sender.id}, ${author.id}, ${other.id}]`;
    const text = `${definition('on-order', rule)}schedule: { on: { one: { with: { type: order.placed } } } }\n`;
    await publish(author.client, text);
    const event = '{ id: "1", source: "shop", type: "order.placed" }';
    await sender.client.request(
      typed(`mutation Send { sendEvent(input: ${event}) { userErrors { message } } }`),
      {},
    );
    const asked = await until('somebody is asked', async () => {
      const { approvals } = await other.client.request(mineDocument, {});
      return approvals.nodes.find(({ approvers }) => approvers.includes(other.id));
    });
    for (const key of [sender, author]) {
      expect(await isMine(key, asked.id)).toBe(false);
      expect(await decide(key, asked.id)).toBe('FORBIDDEN');
    }
    expect(await decide(other, asked.id)).toBe('APPROVED');
  });

  it('keep who made a token from deciding what is submitted with it', async () => {
    const [maker, other] = [await ofRole('ADMIN'), await ofRole('APPROVER')];
    const name = 'ask-of-a-page';
    await publish(running.client, definition(name, 'fourEyes: true'));
    const token = await maker.client.createToken({ agent: name, submit: true, approvals: true });
    const page = stack.use(createClient({ url: running.platform.url, apiKey: token.secret }));
    const { id } = await page.submit(name, {});
    await untilState(running.client, id, 'WAITING');
    const { job } = await page.request(jobDocument, { id });
    const [approval] = job.approvals;
    expect(approval).toMatchObject({ canDecide: false, fourEyes: true });
    expect(await decide({ client: page }, approval?.id ?? '')).toBe('FORBIDDEN');
    expect(await decide(maker, approval?.id ?? '')).toBe('FORBIDDEN');
    expect(await decide(other, approval?.id ?? '')).toBe('APPROVED');
  });
});

describe('a quorum', () => {
  it('is not made of a key and the one that it was rotated into', async () => {
    const old = await ofRole('APPROVER');
    const { rotateApiKey } = await running.client.request(rotateDocument, {
      input: { id: old.id },
    });
    const fresh = keyOf(rotateApiKey);
    const id = await start(`approvers: [${old.id}, ${fresh.id}], quorum: 2`, running.client, {});
    await untilState(running.client, id, 'FAILED');
    const { job } = await running.client.request(jobDocument, { id });
    expect(job.error?.detail).toBe('2 have to approve, and of the approvers 1 can');
  });

  it('takes different ones, and tells what was said so far', async () => {
    const [one, two] = [await ofRole('APPROVER'), await ofRole('APPROVER')];
    const { jobId, approval } = await ask('quorum: 2');
    expect(await decide(one, approval.id)).toBe('PENDING');
    expect(await decide(one, approval.id)).toBe('CONFLICT');
    expect(await isMine(one, approval.id)).toBe(false);
    const { job } = await two.client.request(jobDocument, { id: jobId });
    expect(job.state).toBe('WAITING');
    expect(job.approvals[0]).toMatchObject({
      required: 2,
      canDecide: true,
      decisions: [{ approve: true, decidedById: one.id }],
    });
    expect(await decide(two, approval.id)).toBe('APPROVED');
    await untilState(running.client, jobId, 'SUCCEEDED');
    const ended = await running.client.request(jobDocument, { id: jobId });
    expect(ended.job.output).toMatchObject({
      decision: 'approved',
      decisions: [{ decidedById: one.id }, { decidedById: two.id }],
    });
  });

  it('is ended by one rejection', async () => {
    const [one, two] = [await ofRole('APPROVER'), await ofRole('APPROVER')];
    const { approval } = await ask('quorum: 3');
    expect(await decide(one, approval.id)).toBe('PENDING');
    expect(await decide(two, approval.id, false)).toBe('REJECTED');
  });

  it('counts each of many who decide at once', async () => {
    const keys = await Promise.all([1, 2, 3, 4].map(() => ofRole('APPROVER')));
    const { approval } = await ask('quorum: 3');
    const states = await Promise.all(keys.map((key) => decide(key, approval.id)));
    expect(states.toSorted()).toEqual(['APPROVED', 'CONFLICT', 'PENDING', 'PENDING']);
  });
});
