import { z } from 'zod';

import { permit } from '../access/permit.ts';
import type { VerbContext } from '../context.ts';
import { parse } from '../parse.ts';
import { read } from '../read.ts';
import { listedEvent, type ListedEvent } from './audit-event.ts';
import { selectListed } from './event-columns.ts';
import { openNames } from './names/open-names.ts';

/** Events of a page at most. */
const most = 1_000;

/** One attempt of an effect, and what it followed from. */
export interface JobEffect {
  readonly action: string;
  readonly target: { readonly kind: string; readonly id: string };
  readonly key: string | null;
  readonly task: string | null;
  readonly operation: string | null;
  readonly state: 'SUCCEEDED' | 'FAILED' | 'UNKNOWN';
  readonly epoch: number | null;
  readonly version: number | null;
  readonly definitionHash: string | null;
  readonly integrationVersion: number | null;
  readonly credentialVersion: number | null;
  readonly operationSchema: string | null;
  readonly model: string | null;
  readonly promptDigest: string | null;
  readonly inputTokens: number | null;
  readonly outputTokens: number | null;
  readonly intent: ListedEvent | null;
  readonly outcome: ListedEvent | null;
}

/** Why a job did what it did. */
export interface JobLineage {
  readonly agent: string;
  readonly agentVersionId: string;
  readonly version: number;
  readonly definitionHash: string;
  readonly parentId: string | null;
  readonly submission: ListedEvent | null;
  readonly decisions: readonly ListedEvent[];
  readonly effects: readonly JobEffect[];
  readonly next: string | null;
}

const request = z.strictObject({
  id: z.uuid(),
  after: z
    .string()
    .regex(/^\d{1,18}$/, 'must be a number')
    .nullish(),
});

const origin = z.object({
  agent: z.string(),
  agentVersionId: z.string(),
  version: z.number(),
  definitionHash: z.string(),
  parentId: z.string().nullable(),
});

/** A page of what a job did and what that followed from; null for a job that is not there. */
export async function jobLineage(
  context: VerbContext,
  args: { readonly id: string; readonly after?: string | null | undefined },
): Promise<JobLineage | null> {
  await permit(context, 'AUDIT_READ');
  const { id, after } = parse(request, args);
  const { tenantId } = context.actor;
  const { origins, rows } = await read(context, async (tx) => ({
    origins: await tx.$queryRaw<unknown[]>`
      select a.namespace || '/' || a.name as agent, v.id::text as "agentVersionId", v.version,
        v.hash as "definitionHash", j.parent_id::text as "parentId"
      from jobs.job j
      join jobs.agent_version v on v.tenant_id = j.tenant_id and v.id = j.agent_version_id
      join jobs.agent a on a.tenant_id = v.tenant_id and a.id = v.agent_id
      where j.tenant_id = ${tenantId}::uuid and j.id = ${id}::uuid`,
    rows: await tx.$queryRaw<unknown[]>`
      ${selectListed}
      where e.tenant_id = ${tenantId}::uuid and e.job_id = ${id}::uuid
        and e.position > ${BigInt(after ?? 0)}
      order by e.position limit ${most}`,
  }));
  const found = z.array(origin).parse(origins).at(0);
  if (found === undefined) return null;
  const events = await openNames(context, z.array(listedEvent).parse(rows));
  const next = events.length < most ? null : (events.at(-1)?.position ?? null);
  return { ...found, ...sorted(events), next };
}

const text = z.string().nullable().catch(null);
const count = z.number().nullable().catch(null);
const noLineage = { epoch: null, version: null, definitionHash: null };
const noModel = { model: null, promptDigest: null, inputTokens: null, outputTokens: null };

// Events of earlier versions lack some of it.
const effectData = z.object({
  phase: z.enum(['intent', 'outcome']),
  key: text,
  call: text,
  task: text,
  operation: text,
  state: z.enum(['SUCCEEDED', 'FAILED', 'UNKNOWN']).catch('UNKNOWN'),
  lineage: z.object({ epoch: count, version: count, definitionHash: text }).catch(noLineage),
  integrationVersion: count,
  credentialVersion: count,
  operationSchema: text,
  model: z
    .object({ model: text, promptDigest: text, inputTokens: count, outputTokens: count })
    .catch(noModel),
});

type EffectData = z.infer<typeof effectData>;

interface Attempt {
  readonly event: ListedEvent;
  readonly intent: ListedEvent | null;
  outcome: ListedEvent | null;
  data: EffectData;
}

type Sorted = Pick<JobLineage, 'submission' | 'decisions' | 'effects'>;

function sorted(events: readonly ListedEvent[]): Sorted {
  const attempts: Attempt[] = [];
  const open = new Map<string, Attempt>();
  const decisions: ListedEvent[] = [];
  let submission: ListedEvent | null = null;
  for (const event of events) {
    const data = effectData.safeParse(event.data).data;
    if (data !== undefined) addTo(attempts, open, { event, data });
    else if (event.action === 'job.submit' && submission === null) submission = event;
    else decisions.push(event);
  }
  return { submission, decisions, effects: attempts.map(effectOf) };
}

interface Phase {
  readonly event: ListedEvent;
  readonly data: EffectData;
}

/** Attempts of an effect follow one another, so an outcome belongs to the newest intent of its effect. */
function addTo(attempts: Attempt[], open: Map<string, Attempt>, { event, data }: Phase): void {
  const place = JSON.stringify([event.action, data.call ?? data.key ?? event.id]);
  const begun = open.get(place);
  if (data.phase === 'outcome' && begun !== undefined) {
    begun.outcome = event;
    begun.data = { ...begun.data, ...data, task: data.task ?? begun.data.task };
    open.delete(place);
    return;
  }
  const isIntent = data.phase === 'intent';
  const attempt = {
    event,
    data,
    intent: isIntent ? event : null,
    outcome: isIntent ? null : event,
  };
  attempts.push(attempt);
  if (isIntent) open.set(place, attempt);
}

function effectOf({ event, intent, outcome, data }: Attempt): JobEffect {
  const { phase: _phase, call: _call, lineage, model, ...own } = data;
  return {
    action: event.action,
    target: { kind: event.targetKind, id: event.targetId },
    ...{ ...own, ...lineage, ...model, intent, outcome },
  };
}
