import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { readTicket } from '../../core/access/connect-link.ts';
import { decisionLinkActor } from '../../core/access/decision-link.ts';
import { inviteMember } from '../../core/access/invite-member.ts';
import { removeMember } from '../../core/access/remove-member.ts';
import type { RoleName } from '../../core/access/permissions.ts';
import type { VerbContext } from '../../core/context.ts';
import { cancelJob } from '../../core/jobs/cancel-job.ts';
import { decideApproval } from '../../core/jobs/decide-approval.ts';
import { createDecisionLink } from '../../core/jobs/decision-links/create-decision-link.ts';
import { decideByLink } from '../../core/jobs/decision-links/decide-by-link.ts';
import { listDecisionLinks } from '../../core/jobs/decision-links/list-decision-links.ts';
import { revokeDecisionLink } from '../../core/jobs/decision-links/revoke-decision-link.ts';
import { viewDecisionLink } from '../../core/jobs/decision-links/view-decision-link.ts';
import { createDelegation } from '../../core/jobs/delegations/create-delegation.ts';
import { listApprovals } from '../../core/jobs/list-approvals.ts';
import { publishAgent } from '../../core/jobs/publish-agent.ts';
import { redriveJob } from '../../core/jobs/redrive-job.ts';
import { submitJob } from '../../core/jobs/submit-job.ts';
import { manualClock, type ManualClock } from '../../kernel/clock.ts';
import { newId } from '../../kernel/ids.ts';
import type { Approval } from '../../prisma/_generated/client.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { jobState } from '../support/jobs.ts';
import { until } from '../support/until.ts';
import {
  auditLogOf,
  contextOfNewTenant,
  openTestServices,
  type TestServices,
} from '../support/verb-context.ts';
import { startTestWorker } from '../support/worker.ts';

const hourMs = 3_600_000;
const stack = new AsyncDisposableStack();
let test: TestDatabase;
let services: TestServices;
let clock: ManualClock;
let admin: VerbContext;

beforeAll(async () => {
  test = stack.use(await createTestDatabase());
  clock = manualClock(new Date());
  services = stack.use(openTestServices(test.database, { clock }));
  admin = await contextOfNewTenant(services);
  stack.use(startTestWorker(test.database, () => Promise.reject(new Error('nothing is called'))));
}, 120_000);
afterAll(() => stack.disposeAsync());

let counter = 0;

interface Person {
  readonly id: string;
  readonly email: string;
  /** Signed in. */
  readonly context: VerbContext;
}

async function person(role: RoleName = 'APPROVER', of = admin): Promise<Person> {
  counter += 1;
  const [name, email] = [`Person ${String(counter)}`, `Person-${String(counter)}@Example.com`];
  const { id } = await inviteMember(of, { name, email, role });
  const permissions = ['JOBS_READ', 'APPROVALS_DECIDE'] as const;
  const actor = { kind: 'user', id, tenantId: of.actor.tenantId, name, permissions } as const;
  return { id, email, context: { ...services, actor, requestId: `request-${newId()}` } };
}

/** An approval that a job waits for. */
async function asked(args = '', submitter = admin): Promise<Approval> {
  counter += 1;
  const name = `asks-${String(counter)}`;
  const head = `document: {dsl: 1.0.3, namespace: tests, name: ${name}, version: 1.0.0}\n`;
  const call = `{ call: approval, with: { title: Pay?, data: { amount: 12.50 } ${args} } }`;
  await publishAgent(submitter, { definition: `${head}do:\n  - ask: ${call}\n` });
  const { jobId } = await submitJob(submitter, { agent: name, input: {} });
  return await until('somebody is asked', async () => {
    const { nodes } = await listApprovals(submitter, { first: 100 });
    return nodes.find((each) => each.jobId === jobId);
  });
}

interface Link {
  readonly id: string;
  readonly secret: string;
  /** As the gateway hands on who opened it. */
  readonly holder: VerbContext;
}

async function linkFor(approval: Approval, { id }: Person, wish: object = {}): Promise<Link> {
  const { path } = await createDecisionLink(admin, {
    ...{ approvalId: approval.id, memberId: id },
    ...wish,
  });
  const ticket = readTicket(new URL(path, 'http://x').searchParams.get('link'));
  if (ticket === undefined) throw new Error(`no ticket in ${path}`);
  const holder = { ...services, actor: decisionLinkActor(ticket), requestId: `request-${newId()}` };
  return { id: ticket.linkId, secret: ticket.secret, holder };
}

const say = ({ holder, secret }: Link, approve = true, more: object = {}) =>
  decideByLink(holder, { secret, approve, ...more });
const view = ({ holder, secret }: Link) => viewDecisionLink(holder, { secret });
const refusedBy = async (approval: Approval): Promise<readonly unknown[]> =>
  (await auditLogOf(test.database, admin.actor.tenantId))
    .filter(({ action, targetId }) => action === 'decision_link.use' && targetId === approval.id)
    .map(({ data }) => data['denied']);

describe('a decision link', () => {
  it('shows what is asked and decides it once as its person, and the audit log has by what', async () => {
    const [approval, ann] = [await asked(), await person()];
    const link = await linkFor(approval, ann);
    expect(await view(link)).toMatchObject({
      person: ann.context.actor.name,
      approval: { id: approval.id, title: 'Pay?', data: { amount: expect.anything() as unknown } },
    });
    expect(await say(link, true, { comment: 'fine' })).toBe('APPROVED');
    const { pool } = test.database;
    await until(
      'the job is over',
      async () => (await jobState(pool, approval.jobId)).state === 'SUCCEEDED',
    );
    expect((await jobState(pool, approval.jobId)).output).toMatchObject({
      ...{ decision: 'approved', decidedById: ann.id, comment: 'fine' },
    });
    const log = await auditLogOf(test.database, admin.actor.tenantId);
    expect(log).toContainEqual(
      expect.objectContaining({
        ...{ action: 'approval.decide', actorId: ann.id, targetId: approval.id },
        data: { approve: true, decisionLink: link.id },
      }),
    );
    expect(log).toContainEqual(
      expect.objectContaining({
        ...{ action: 'decision_link.create', actorId: admin.actor.id, targetId: approval.id },
        data: expect.objectContaining({ decisionLink: link.id, member: ann.id }) as object,
      }),
    );
    expect(await view(link)).toBeNull();
    expect(await say(link, false)).toBe('GONE');
    expect(await refusedBy(approval)).toEqual([['USED']]);
  });

  it('decides once, however many use it at once', async () => {
    const [approval, ann] = [await asked(', quorum: 3'), await person()];
    const link = await linkFor(approval, ann);
    const all = await Promise.all(Array.from({ length: 50 }, () => say(link)));
    expect(all.filter((one) => one === 'NOTED')).toHaveLength(1);
    expect(all.filter((one) => one === 'GONE')).toHaveLength(49);
    const decisions = await test.database.prisma.approvalDecision.findMany({
      where: { approvalId: approval.id },
    });
    expect(decisions).toMatchObject([{ decider: `user:${ann.id}` }]);
    expect(await refusedBy(approval)).toHaveLength(49);
  });

  it('counts its person once, whether by links or signed in', async () => {
    const [approval, ann, bob] = [await asked(', quorum: 2'), await person(), await person()];
    const [first, second] = [await linkFor(approval, ann), await linkFor(approval, ann)];
    expect(await say(first)).toBe('NOTED');
    expect(await view(second)).toBeNull();
    expect(await say(second)).toBe('GONE');
    await expect(
      decideApproval(ann.context, { id: approval.id, approve: true }),
    ).rejects.toMatchObject({ code: 'CONFLICT' });
    await expect(linkFor(approval, ann)).rejects.toMatchObject({ code: 'CONFLICT' });
    expect(await say(await linkFor(approval, bob))).toBe('APPROVED');
  });

  it('is nothing with another secret, at another time or for another tenant, and looking changes nothing', async () => {
    const [approval, ann] = [await asked(), await person()];
    const link = await linkFor(approval, ann, { expiresInSeconds: 3_600 });
    const tampered = {
      ...link,
      secret: `${link.secret.slice(0, -1)}${link.secret.endsWith('A') ? 'B' : 'A'}`,
    };
    expect(await view(tampered)).toBeNull();
    expect(await say(tampered)).toBe('GONE');
    const other = await contextOfNewTenant(services);
    const { actor } = link.holder;
    const elsewhere = { ...link.holder, actor: { ...actor, tenantId: other.actor.tenantId } };
    expect(await view({ ...link, holder: elsewhere })).toBeNull();
    expect(await say({ ...link, holder: elsewhere })).toBe('GONE');
    expect(await auditLogOf(test.database, other.actor.tenantId)).toEqual([]);
    for (let looks = 0; looks < 20; looks += 1) expect(await view(link)).not.toBeNull();
    await expect(viewDecisionLink(admin, { secret: link.secret })).rejects.toMatchObject({
      code: 'FORBIDDEN',
    });
    await expect(decideByLink(admin, { secret: link.secret, approve: true })).rejects.toMatchObject(
      { code: 'FORBIDDEN' },
    );
    clock.advance(hourMs);
    expect(await view(link)).toBeNull();
    expect(await say(link)).toBe('GONE');
    expect(await refusedBy(approval)).toEqual([['SECRET'], ['EXPIRED']]);
    expect(
      await test.database.prisma.approvalDecision.count({ where: { approvalId: approval.id } }),
    ).toBe(0);
  });

  it('is over once the approval is decided otherwise or its job is cancelled', async () => {
    const [decided, cancelled, ann] = [await asked(), await asked(), await person()];
    const links = [await linkFor(decided, ann), await linkFor(cancelled, ann)] as const;
    await decideApproval(admin, { id: decided.id, approve: false });
    await cancelJob(admin, { id: cancelled.jobId });
    for (const link of links) {
      expect(await view(link)).toBeNull();
      expect(await say(link)).toBe('GONE');
    }
    expect(await refusedBy(decided)).toEqual([['CONFLICT']]);
  });

  it('ends with the membership for good, and with the permission while that is gone', async () => {
    const [approval, ann, bob] = [await asked(), await person(), await person()];
    const [gone, lowered] = [await linkFor(approval, ann), await linkFor(approval, bob)];
    const { pool } = test.database;
    await pool.query(`update access.member set role = 'VIEWER' where id = $1`, [bob.id]);
    expect(await view(lowered)).toBeNull();
    expect(await say(lowered)).toBe('GONE');
    await removeMember(admin, { id: ann.id });
    await pool.query('update access.member set removed_at = null where id = $1', [ann.id]);
    expect(await view(gone)).toBeNull();
    expect(await say(gone)).toBe('GONE');
    expect(await refusedBy(approval)).toEqual([['MEMBER'], ['REVOKED']]);
  });

  it('is not good for the same question once its job was started again', async () => {
    const [approval, ann] = [await asked(), await person()];
    const link = await linkFor(approval, ann);
    await cancelJob(admin, { id: approval.jobId });
    await redriveJob(admin, { id: approval.jobId });
    await until('it is asked again', async () => {
      const { nodes } = await listApprovals(admin, { state: 'PENDING', first: 100 });
      return nodes.some((each) => each.jobId === approval.jobId);
    });
    expect(await say(link)).toBe('GONE');
    expect(await refusedBy(approval)).toEqual([['REVOKED']]);
  });

  it('can be taken back and listed, and nothing of its secret is kept', async () => {
    const [approval, ann] = [await asked(), await person()];
    const [link, other] = [await linkFor(approval, ann), await linkFor(approval, ann)];
    await revokeDecisionLink(admin, { id: link.id });
    expect(await say(link)).toBe('GONE');
    const listed = await listDecisionLinks(admin, { approvalId: approval.id });
    expect(listed.map(({ id }) => id)).toEqual([other.id, link.id]);
    const { rows } = await test.database.pool.query<{ text: string }>(
      `select decision_link::text as text from jobs.decision_link
       union all select event::text from audit.event union all select event::text from jobs.event`,
    );
    const all = rows.map(({ text }) => text).join('\n');
    expect(all).toContain(link.id);
    expect(all).not.toContain(link.secret);
    await expect(listDecisionLinks(ann.context, { approvalId: approval.id })).rejects.toMatchObject(
      {
        code: 'FORBIDDEN',
      },
    );
  });

  it('tells what does not fit the form and is not used up by that', async () => {
    const form =
      ', form: { type: object, required: [cap], properties: { cap: { type: number, maximum: 5 } } }';
    const [approval, ann] = [await asked(form), await person()];
    const link = await linkFor(approval, ann);
    await expect(say(link)).rejects.toMatchObject({ code: 'INPUT_INVALID' });
    await expect(say(link, true, { data: { cap: 7 } })).rejects.toMatchObject({
      problems: [{ field: 'input.data.cap' }],
    });
    expect(await say(link, true, { data: { cap: 5 } })).toBe('APPROVED');
  });

  it('lets a deputy decide in the place of who was asked', async () => {
    const [ann, deputy] = [await person(), await person()];
    const approval = await asked(`, approvers: ["${ann.id}"]`);
    await expect(linkFor(approval, deputy)).rejects.toMatchObject({ code: 'CONFLICT' });
    await createDelegation(ann.context, {
      to: deputy.id,
      endsAt: new Date(clock.now().getTime() + hourMs).toISOString(),
    });
    expect(await say(await linkFor(approval, deputy))).toBe('APPROVED');
  });
});

describe('making a decision link', () => {
  it('finds the member by address, whatever its case, and takes one way to say who', async () => {
    const [approval, ann] = [await asked(), await person()];
    const email = ann.email.toUpperCase();
    const { decisionLink, path } = await createDecisionLink(admin, {
      approvalId: approval.id,
      email,
    });
    expect(decisionLink).toMatchObject({ memberId: ann.id, memberName: ann.context.actor.name });
    expect(path).toMatch(/^\/decide\?link=/u);
    for (const who of [{}, { email, memberId: ann.id }])
      await expect(
        createDecisionLink(admin, { approvalId: approval.id, ...who }),
      ).rejects.toMatchObject({ code: 'BAD_USER_INPUT' });
    const wildcard = { approvalId: approval.id, email: email.replace('-', '_') };
    await expect(createDecisionLink(admin, wildcard)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('is for who may decide, by who may make links, and nobody has their own job decided', async () => {
    const [ann, viewer] = [await person(), await person('VIEWER')];
    const own = await asked(', fourEyes: true');
    await expect(linkFor(own, ann)).rejects.toMatchObject({
      problems: [{ field: 'input.approvalId' }],
    });
    const approval = await asked();
    await expect(linkFor(approval, viewer)).rejects.toMatchObject({ code: 'CONFLICT' });
    const wish = { approvalId: approval.id, memberId: ann.id };
    await expect(createDecisionLink(ann.context, wish)).rejects.toMatchObject({
      code: 'FORBIDDEN',
    });
    const other = await contextOfNewTenant(services);
    await expect(createDecisionLink(other, wish)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    const stranger = await person('APPROVER', other);
    await expect(linkFor(approval, stranger)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('stops at fifty open ones of an approval, also when they are made at once', async () => {
    const [approval, ann] = [await asked(), await person()];
    const made = await Promise.allSettled(Array.from({ length: 60 }, () => linkFor(approval, ann)));
    expect(made.filter(({ status }) => status === 'fulfilled')).toHaveLength(50);
  });
});
