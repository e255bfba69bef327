import {
  isSealed,
  openData,
  openMembers,
  ownerOfSealed,
  sealData,
  sealMembers,
  type JobSeal,
} from '../core/jobs/sensitive/sealed-data.ts';
import type { Definition } from '../engine/definition.ts';
import { isJsonArray } from '../engine/json-text.ts';
import { createHiding, type Hiding } from '../engine/sensitive/hiding.ts';
import { sensitivityOf } from '../engine/sensitive/marks.ts';
import { sensitiveTexts, textsIn } from '../engine/sensitive/shown-parts.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../kernel/json.ts';
import type { Checkpoint, FinalState } from '../queue/advance-draft.ts';
import type { EventDraft, JournalDraft, WaitDraft } from '../queue/job.ts';
import type { History } from '../queue/load-history.ts';
import type { Queue } from '../queue/queue.ts';
import type { Outside } from './outside.ts';

/** The writes of one run. */
export type WritingQueue = Pick<Queue, 'checkpoint' | 'finish' | 'park' | 'release'>;

/** What the queue tells of a journal entry and an event, the rest being the data of the job. */
const plainOfEntry = new Set(['at']);
const plainOfEvent = new Set([
  ...[
    'execution',
    'name',
    'kind',
    'task',
    'workflow',
    'status',
    'definition',
    'wait',
    'approvalId',
  ],
  ...[
    'createdAt',
    'startedAt',
    'suspendedAt',
    'resumedAt',
    'retriedAt',
    'completedAt',
    'faultedAt',
  ],
  ...['cancelledAt', 'updatedAt', 'until', 'waits'],
]);
/** Everything in it is chosen by the definition. */
const emitted = 'dev.operandi.job.emitted.v1';
const plainOfEmitted = new Set(['id']);
const sealedOfApproval = ['title', 'description', 'data'];

/** The queue for a job whose data is sealed before it is written. */
export function sealingQueue(queue: WritingQueue, seal: JobSeal): WritingQueue {
  const sealed = (write: Checkpoint): Checkpoint => ({
    ...write,
    journal: (write.journal ?? []).map((entry) => sealedEntry(seal, entry)),
    events: (write.events ?? []).map((event) => sealedEvent(seal, event)),
    waits: (write.waits ?? []).map((wait) => sealedWait(seal, wait)),
  });
  return {
    checkpoint: (held, write) => queue.checkpoint(held, sealed(write)),
    finish: (held, write, to) => queue.finish(held, sealed(write), sealedEnd(seal, to)),
    park: (held, write, until) => queue.park(held, sealed(write), until),
    release: (held, write) => queue.release(held, write && sealed(write)),
  };
}

/** What a run reads back of what earlier ones wrote, and of what its children answered. */
export async function openHistory(
  seal: JobSeal,
  history: History,
  outside: Pick<Outside, 'dataKey'>,
): Promise<History> {
  const answers = await Promise.all(
    [...history.answers].map(
      async ([key, answer]) => [key, await openAnswer(seal, answer, outside)] as const,
    ),
  );
  return {
    ...history,
    journal: history.journal.map((entry) => ({ ...entry, value: openMembers(seal, entry.value) })),
    answers: new Map(answers),
  };
}

/** What is known of people in a job: what its definition marks, or all that a job with sealed data has handed over. */
export function hidingOf({ document }: Definition, input: JsonValue): Hiding {
  const sensitivity = sensitivityOf(document);
  return createHiding(
    sensitivity === undefined ? textsIn(input) : sensitiveTexts(input, sensitivity.input),
  );
}

function sealedEntry(seal: JobSeal, { key, value }: JournalDraft): JournalDraft {
  if (!isJsonObject(value)) return { key, value: sealData(seal, value) };
  return { key, value: sealMembers(seal, value, plainOfEntry) };
}

function sealedEvent(seal: JobSeal, event: EventDraft): EventDraft {
  const plain = event.type === emitted ? plainOfEmitted : plainOfEvent;
  return { ...event, data: sealMembers(seal, event.data, plain) };
}

function sealedWait(seal: JobSeal, wait: WaitDraft): WaitDraft {
  if (wait.kind !== 'approval') return wait;
  const isPlain = new Set(
    Object.keys(wait.spec).filter((name) => !sealedOfApproval.includes(name)),
  );
  return { ...wait, spec: sealMembers(seal, wait.spec, isPlain) };
}

function sealedEnd(seal: JobSeal, to: FinalState): FinalState {
  if (to.state === 'SUCCEEDED') return { ...to, output: sealData(seal, to.output) };
  return to.error === null ? to : { ...to, error: sealData(seal, to.error) };
}

/** What was filled in when it was decided, by the last one and by all; what else they said is no data of the job. */
function openDecision(seal: JobSeal, { decisions, ...last }: JsonObject): JsonObject {
  const open = ({ data, ...told }: JsonObject): JsonObject =>
    data === undefined ? told : { ...told, data: openData(seal, data) };
  return {
    ...open(last),
    ...(isJsonArray(decisions) && {
      decisions: decisions.map((each) => (isJsonObject(each) ? open(each) : each)),
    }),
  };
}

/** An event that was received again is sealed as a whole, the outcome of a child in its members. */
async function openAnswer(
  seal: JobSeal,
  answer: JsonValue,
  outside: Pick<Outside, 'dataKey'>,
): Promise<JsonValue> {
  if (!isJsonObject(answer)) return openData(seal, answer);
  const { output, error, decision } = answer;
  if (decision !== undefined) return openDecision(seal, answer);
  if (isSealed(output)) return { output: await openOutcome(seal, output, outside) };
  return isSealed(error) ? { error: await openOutcome(seal, error, outside) } : answer;
}

async function openOutcome(
  seal: JobSeal,
  outcome: JsonValue,
  outside: Pick<Outside, 'dataKey'>,
): Promise<JsonValue> {
  const owner = ownerOfSealed(outcome);
  const key = owner && (await outside.dataKey(seal.tenantId, owner.keyId));
  if (owner === undefined || key === undefined) return null;
  return openData({ tenantId: seal.tenantId, jobId: owner.jobId, key }, outcome);
}
