import type { ModelUse } from '../../connectors/connector.ts';
import { createBatcher } from '../../kernel/batcher.ts';
import type { Database } from '../../kernel/database/database.ts';
import { AppError, NotFoundError } from '../../kernel/errors.ts';
import type { JsonObject } from '../../kernel/json.ts';
import { lineageData, type Lineage } from '../audit/lineage.ts';
import { auditRow, recordAll } from '../audit/record.ts';
import type { Author } from '../audit/record.ts';
import { insertCalls, settleCalls, storableDraft } from './call-rows.ts';
import type { CallDraft, CallOutcome, IntendedCall } from './call-rows.ts';

const maxRows = 500;

interface Intent {
  readonly author: Author;
  readonly draft: CallDraft;
  readonly lineage?: Lineage | undefined;
}

interface Settlement {
  readonly author: Author;
  readonly call: IntendedCall;
  readonly operation: string;
  /** JSON pointer of the task; null outside a job. */
  readonly task: string | null;
  readonly outcome: CallOutcome;
  readonly lineage?: Lineage | undefined;
  readonly evidence?: CallEvidence | undefined;
}

/** What is known of a call once its integration has been opened. */
export interface CallEvidence {
  readonly credentialVersion?: number | undefined;
  /** SHA-256 of the schemas of the operation, hexadecimal. */
  readonly operationSchema?: string | undefined;
  readonly model?: (Omit<ModelUse, 'promptDigest'> & Partial<ModelUse>) | undefined;
}

/** Keeps the record of calls: the intent is durable before the call is made, the outcome after. */
export interface CallLedger {
  intend(intent: Intent): Promise<IntendedCall>;
  settle(settlement: Settlement): Promise<void>;
}

/** Rows of calls made at about the same time share a transaction; one that cannot be written is refused alone. */
export function createCallLedger(database: Pick<Database, 'asSystem'>): CallLedger {
  const intents = createBatcher({
    maxItems: maxRows,
    ownerOf: ({ draft }: Intent) => draft.tenantId,
    flush: (items: readonly Intent[]) => writeIntents(database, items),
  });
  const settlements = createBatcher({
    maxItems: maxRows,
    ownerOf: ({ outcome }: Settlement) => outcome.tenantId,
    flush: (items: readonly Settlement[]) => writeOutcomes(database, items),
  });
  return {
    intend: ({ draft, ...intent }) => intents.add({ ...intent, draft: storableDraft(draft) }),
    settle: (settlement) => settlements.add(settlement),
  };
}

async function writeIntents(
  database: Pick<Database, 'asSystem'>,
  intents: readonly Intent[],
): Promise<(IntendedCall | AppError)[]> {
  // One statement cannot write a row twice, so of equal effects only the first is taken.
  const first = new Map(intents.toReversed().map((intent) => [placeOf(intent.draft), intent]));
  return database.asSystem(async (tx) => {
    const calls = await insertCalls(
      tx,
      [...first.values()].map(({ draft }) => draft),
    );
    const byPlace = new Map(calls.map((call) => [placeOf(call), call]));
    const results = intents.map((intent) => {
      if (first.get(placeOf(intent.draft)) !== intent) return alreadyUnderWay(intent.draft);
      return byPlace.get(placeOf(intent.draft)) ?? missing(intent.draft);
    });
    const rows = results.flatMap((result, index) => {
      const intent = intents[index];
      return result instanceof AppError || intent === undefined ? [] : [intentRow(intent, result)];
    });
    await recordAll(tx, rows);
    return results;
  });
}

async function writeOutcomes(
  database: Pick<Database, 'asSystem'>,
  settlements: readonly Settlement[],
): Promise<undefined[]> {
  await database.asSystem(async (tx) => {
    await settleCalls(
      tx,
      settlements.map(({ outcome }) => outcome),
    );
    await recordAll(tx, settlements.map(outcomeRow));
  });
  return settlements.map(() => undefined);
}

/** An effect of a job has one row however often it is replayed; a call outside a job is always new. */
function placeOf(call: Pick<CallDraft, 'tenantId' | 'jobId' | 'key' | 'id'>): string {
  return JSON.stringify(call.jobId === null ? call.id : [call.tenantId, call.jobId, call.key]);
}

function alreadyUnderWay({ key }: CallDraft): AppError {
  return new AppError('CONFLICT', `the call ${key ?? ''} is already under way`);
}

function missing({ integration }: CallDraft): AppError {
  return new NotFoundError('integration', integration);
}

function intentRow({ author, draft, lineage }: Intent, call: IntendedCall) {
  const { operation, task } = draft;
  return callRow(author, call, { phase: 'intent', operation, task, ...lineageData(lineage) });
}

function outcomeRow(settlement: Settlement) {
  const { author, call, operation, task, outcome, lineage, evidence = {} } = settlement;
  const { state, status, attempts, batchId, cache } = outcome;
  const { credentialVersion = call.credentialVersion, operationSchema, model } = evidence;
  return callRow(author, call, {
    ...{ phase: 'outcome', operation, task, state, status, attempts, batchId },
    // With HIT and no attempts nothing has left the platform.
    ...(cache === null ? {} : { cache }),
    ...lineageData(lineage),
    credentialVersion,
    ...(operationSchema === undefined ? {} : { operationSchema }),
    ...(model === undefined ? {} : { model: { ...model } }),
  });
}

function callRow(author: Author, call: IntendedCall, data: JsonObject) {
  const { integrationVersion, credentialVersion, key } = call;
  return auditRow(author, {
    action: 'integration.call',
    target: { kind: 'integration', id: call.integrationId },
    ...(call.jobId === null ? {} : { jobId: call.jobId }),
    data: {
      ...{ integrationVersion, credentialVersion, ...(key === null ? {} : { key }) },
      ...{ ...data, call: call.id },
    },
  });
}
