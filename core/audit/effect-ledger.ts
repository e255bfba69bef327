import { createBatcher } from '../../kernel/batcher.ts';
import type { Database } from '../../kernel/database/database.ts';
import type { JsonObject } from '../../kernel/json.ts';
import type { AuditDraft } from '../../queue/job.ts';
import { workerActor } from '../access/actor.ts';
import { lineageData, type Lineage } from './lineage.ts';
import { auditRow, recordAll } from './record.ts';

/** Something that a job does outside the platform, by no integration. */
export interface Effect {
  readonly tenantId: string;
  readonly jobId: string;
  readonly worker: string;
  /** Equal for each attempt and replay of the same effect. */
  readonly key: string;
  readonly task: string;
  /** `<noun>.<verb>`, e.g. `http.call`. */
  readonly action: string;
  readonly target: { readonly kind: string; readonly id: string };
  /** Never a secret or a payload. */
  readonly data: JsonObject;
  readonly lineage: Lineage;
}

/** How it ended; UNKNOWN when nobody saw whether it took effect. */
export interface EffectOutcome {
  readonly state: 'SUCCEEDED' | 'FAILED' | 'UNKNOWN';
  readonly status?: number | undefined;
}

/** Keeps the record of effects: the intent is durable before, the outcome after. */
export interface EffectLedger {
  intend(effect: Effect): Promise<void>;
  settle(effect: Effect, outcome: EffectOutcome): Promise<void>;
}

const maxRows = 500;

/** Rows of effects at about the same time share a transaction. */
export function createEffectLedger(database: Pick<Database, 'asSystem'>): EffectLedger {
  const rows = createBatcher<AuditDraft, null>({
    maxItems: maxRows,
    parallel: 2,
    ownerOf: ({ tenantId }) => tenantId,
    async flush(drafts) {
      await database.asSystem((tx) => recordAll(tx, drafts));
      return drafts.map(() => null);
    },
  });
  return {
    async intend(effect) {
      await rows.add(rowOf(effect, { phase: 'intent' }));
    },
    async settle(effect, { state, status }) {
      await rows.add(rowOf(effect, { phase: 'outcome', state, status: status ?? null }));
    },
  };
}

function rowOf({ tenantId, worker, ...effect }: Effect, phase: JsonObject): AuditDraft {
  const { action, target, jobId, key, task, data, lineage } = effect;
  return auditRow(
    { actor: workerActor(tenantId, worker) },
    { action, target, jobId, data: { ...data, ...phase, ...lineageData(lineage), key, task } },
  );
}
