import type { Definition } from '../engine/definition.ts';
import type { Host } from '../engine/host.ts';
import type { JournalEntry } from '../engine/journal.ts';
import type { ParkedRun } from '../engine/run.ts';
import type { JsonValue } from '../kernel/json.ts';
import type { EventDraft } from '../queue/job.ts';
import type { Effects } from './effects.ts';

/** A run as engines see it. */
export interface EngineRun {
  readonly definition: Definition;
  readonly versionId: string;
  readonly job: { readonly id: string; readonly startedAt: number };
  readonly input: JsonValue;
  readonly host: Host;
  /** What earlier runs recorded. */
  readonly entries: readonly JournalEntry[];
  /** The run itself, where it waits, if it is still there: it goes on without a replay. */
  readonly parked: ParkedRun | undefined;
  readonly signal: AbortSignal;
  readonly append: (entry: JournalEntry) => void;
  readonly observe: (event: EventDraft) => void;
  /** Undefined while events are written as fast as they come. */
  readonly room: () => Promise<void> | undefined;
}

/** A run that one engine after the other may drive: what it recorded and began is kept beside them. */
export interface HandedRun extends EngineRun {
  readonly effects: Effects;
}
