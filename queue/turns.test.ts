import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JobPriority } from './job.ts';
import { bookedByLane, bookTurns, leads } from './turns.ts';
import type { RunStatement } from './statement.ts';

interface Job {
  readonly jobId: string;
  readonly tenantId: string;
  readonly priority: JobPriority;
}

/** The order of claims without a database: the arithmetic of the statements over maps. */
function createModel() {
  const clocks = new Map<string, readonly number[]>();
  let ready: { readonly job: Job; readonly key: number }[] = [];
  let virtualTime = 0;
  let count = 0;

  const run: RunStatement = (_, [json]) => {
    const rows = wantedIn(String(json)).map(({ tenant_id, booked }) => {
      const before = clocks.get(tenant_id) ?? leads.map(() => 0);
      const after = before.map((clock, lane) => Math.max(clock, virtualTime) + (booked[lane] ?? 0));
      clocks.set(tenant_id, after);
      return { tenant_id, clocks: after.map(String) };
    });
    return asRows(rows);
  };

  return {
    async submit(tenantId: string, priority: JobPriority, n: number): Promise<readonly Job[]> {
      const jobs = Array.from({ length: n }, () => {
        count += 1;
        return { jobId: String(count).padStart(9, '0'), tenantId, priority };
      });
      const keys = await bookTurns(run, jobs);
      ready.push(...jobs.map((job) => ({ job, key: keys.get(job.jobId) ?? 0 })));
      ready = ready.toSorted((a, b) => a.key - b.key || (a.job.jobId < b.job.jobId ? -1 : 1));
      return jobs;
    },
    claim(n: number): readonly Job[] {
      const taken = ready.splice(0, n);
      virtualTime = Math.max(virtualTime, ...taken.map(({ key }) => key));
      return taken.map(({ job }) => job);
    },
  };
}

interface WantedRow {
  readonly tenant_id: string;
  readonly booked: readonly number[];
}

// Our own JSON, written by the function under test.
function wantedIn(json: string): readonly WantedRow[] {
  return JSON.parse(json) as readonly WantedRow[];
}

// The rows that the statement would answer; its caller says which they are.
function asRows(rows: readonly object[]): Promise<never[]> {
  return Promise.resolve(rows as never[]);
}

const share = (jobs: readonly Job[], tenantId: string) =>
  jobs.filter((job) => job.tenantId === tenantId).length;

const maxLead = Math.max(...leads);
const priority = fc.constantFrom<JobPriority>('LOW', 'NORMAL', 'HIGH', 'URGENT');
const history = fc.array(
  fc.record({
    tenant: fc.constantFrom('a', 'b', 'c'),
    priority,
    n: fc.nat(40),
    claims: fc.nat(30),
  }),
  { maxLength: 12 },
);

async function modelAfter(
  past: readonly { tenant: string; priority: JobPriority; n: number; claims: number }[],
) {
  const model = createModel();
  for (const { tenant, priority, n, claims } of past) {
    if (n > 0) await model.submit(tenant, priority, n);
    model.claim(claims);
  }
  return model;
}

describe('turns', () => {
  it('give each tenant its share however many jobs another has and marks, but for its lead', async () => {
    await fc.assert(
      fc.asyncProperty(history, priority, priority, async (past, one, other) => {
        const model = await modelAfter(past);
        model.claim(10_000);
        await model.submit('flood', one, 1_000);
        await model.submit('quiet', other, 200);
        const claimed = model.claim(300);
        expect(share(claimed, 'quiet')).toBeGreaterThanOrEqual(150 - maxLead);
        expect(share(claimed, 'flood')).toBeGreaterThanOrEqual(150 - maxLead);
      }),
      { numRuns: 100 },
    );
  });

  it('let a job with nothing of its own ahead wait for a bounded number of jobs of each other tenant', async () => {
    // One more than its lead from every lane of a tenant; see docs/adr/0007.
    const perTenant = leads.reduce<number>((sum, lead) => sum + lead + 1, 0);
    await fc.assert(
      fc.asyncProperty(history, priority, async (past, mark) => {
        const model = await modelAfter(past);
        await model.submit('flood', 'URGENT', 500);
        const [own] = await model.submit('new', mark, 1);
        let before = 0;
        for (;;) {
          await model.submit('flood', 'URGENT', 5);
          const [next] = model.claim(1);
          if (next?.jobId === own?.jobId) break;
          before += 1;
        }
        expect(before).toBeLessThanOrEqual(4 * perTenant);
      }),
      { numRuns: 100 },
    );
  });

  it('put urgent jobs before older ones of any tenant, their own included', async () => {
    const model = createModel();
    await model.submit('a', 'LOW', 2_000);
    model.claim(100);
    const [own] = await model.submit('a', 'URGENT', 1);
    const [other] = await model.submit('b', 'URGENT', 1);
    expect(model.claim(2).map(({ jobId }) => jobId)).toEqual([own?.jobId, other?.jobId]);
  });

  it('save nothing up for a tenant that was idle', async () => {
    const model = createModel();
    await model.submit('busy', 'NORMAL', 1_000);
    await model.submit('idle', 'NORMAL', 1);
    model.claim(801);
    await model.submit('idle', 'NORMAL', 200);
    expect(share(model.claim(200), 'busy')).toBeGreaterThanOrEqual(100 - maxLead);
  });

  it('keep the order of submit within a tenant and priority', async () => {
    await fc.assert(
      fc.asyncProperty(history, async (past) => {
        const model = createModel();
        const claimed: Job[] = [];
        for (const { tenant, priority, n, claims } of past) {
          if (n > 0) await model.submit(tenant, priority, n);
          claimed.push(...model.claim(claims));
        }
        claimed.push(...model.claim(10_000));
        const lanes = Map.groupBy(claimed, (job) => `${job.tenantId} ${job.priority}`);
        for (const jobs of lanes.values()) {
          const ids = jobs.map(({ jobId }) => jobId);
          expect(ids).toEqual(ids.toSorted());
        }
      }),
      { numRuns: 100 },
    );
  });

  it('move lower lanes by what is booked above them', () => {
    expect(bookedByLane([0, 1, 1, 3])).toEqual([4, 3, 1, 1, 0]);
  });
});
