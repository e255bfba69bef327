import type { TimerWait, OutsideWait } from './host.ts';
import type { JournalEntry } from './journal.ts';
import { WorkflowError } from './problem.ts';
import { redriveMarkOf, type RedriveMark } from './redrive-mark.ts';
import type { Strands } from './strands.ts';

/** The time of a run: moved by each delivered entry, read by everything deterministic. */
export interface RunClock {
  /** Epoch milliseconds. */
  now: number;
  /** Milliseconds that the job has stood still between an end and a redrive. */
  idle: number;
}

/** Hands a journaled answer to the strand that waits for it; false when nobody does any more. */
export function handOver(strands: Strands, clock: RunClock, { key, value }: JournalEntry): boolean {
  const origins = [{ kind: 'entry', key }] as const;
  const settled =
    'ok' in value
      ? value
      : {
          error: new WorkflowError(value.error, {
            origins,
            isCatchable: value.isCatchable ?? true,
          }),
        };
  if (!strands.deliver(key, settled)) return false;
  clock.now = Math.max(clock.now, value.at);
  return true;
}

/** True for the mark of a redrive, which it passes: time goes on from there, and deadlines begin anew. */
export function passMark(strands: Strands, clock: RunClock, entry: JournalEntry): boolean {
  const mark = redriveMarkOf(entry);
  if (mark === undefined) return false;
  const now = Math.max(clock.now, entry.value.at);
  clock.idle += now - clock.now;
  clock.now = now;
  strands.changeWaits((wait) => restarted(wait, mark, now));
  return true;
}

/** A deadline, or a timer whose result was taken away, gets its whole time again. */
function restarted<Wait extends TimerWait | OutsideWait>(
  wait: Wait,
  mark: RedriveMark,
  now: number,
): Wait {
  if (wait.kind !== 'timer' && wait.kind !== 'approval') return wait;
  if (wait.dueAt === undefined || wait.setAt === undefined) return wait;
  const isRenewed = mark.renewed === true || mark.renewed.includes(wait.key);
  if (wait.kind === 'timer' && wait.isDeadline !== true && !isRenewed) return wait;
  return { ...wait, dueAt: now + wait.dueAt - wait.setAt, setAt: now };
}
