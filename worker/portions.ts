import type { Logger } from '../kernel/logger.ts';
import { sleep } from '../kernel/retry/sleep.ts';
import type { Chore } from './every.ts';

/** Work of tenants that is worked off portion by portion. */
export interface PortionedWork<Row> {
  /** What it is called, as in `bulk-operations`. */
  readonly name: string;
  /** Takes what nobody is at, one of each tenant. */
  claim(limit: number): Promise<readonly Row[]>;
  /** Works off a portion and lets go; leaves off soon after the signal. */
  work(row: Row, signal: AbortSignal): Promise<void>;
  /** Deletes what has been over for long. */
  forget(): Promise<unknown>;
}

/** Works it off. Disposing waits for the portions under way. */
export interface PortionWorker extends AsyncDisposable {
  readonly chores: readonly Chore[];
}

/** Portions under way in one process, each of another tenant: one that takes its time holds up none of the others. */
const maxUnderWay = 8;
const turnMs = 250;
const forgetMs = 60_000;

export function createPortionWorker<Row extends { readonly tenantId: string; readonly id: string }>(
  { log }: { readonly log: Logger },
  portioned: PortionedWork<Row>,
): PortionWorker {
  const underWay = new Set<Promise<void>>();
  const stopping = new AbortController();
  const pause = (): Promise<void> => sleep(turnMs, stopping.signal).catch(() => undefined);
  const begin = (row: Row): void => {
    const portion = portioned
      .work(row, stopping.signal)
      .catch((error: unknown) => {
        const { tenantId, id } = row;
        log.error(
          { err: error, tenantId, id, work: portioned.name },
          'a portion of work broke off',
        );
      })
      .finally(() => underWay.delete(portion));
    underWay.add(portion);
  };
  return {
    chores: [
      {
        name: `work-${portioned.name}`,
        intervalMs: turnMs,
        async turn() {
          const free = maxUnderWay - underWay.size;
          const claimed = free === 0 ? [] : await portioned.claim(free);
          for (const row of claimed) begin(row);
          // Portions that are quickly dealt with follow each other without a pause; slow ones let others be claimed.
          if (underWay.size > 0) await Promise.race([...underWay, pause()]);
          return claimed.length > 0;
        },
      },
      {
        name: `forget-${portioned.name}`,
        intervalMs: forgetMs,
        turn: () => portioned.forget().then(() => false),
      },
    ],
    async [Symbol.asyncDispose]() {
      stopping.abort();
      await Promise.all(underWay);
    },
  };
}
