import { roomOf } from '../kernel/fair-share.ts';

/** A job that runs longer than this, milliseconds, is not expected to give its slot back soon. */
const quickMs = 20;

export interface SlotsOptions {
  /** Jobs at once, of all tenants. */
  readonly count: number;
  /** Rung when it is worth to fill the slots that are free. */
  readonly ring: () => void;
}

/** What one claim may take. */
export interface Share {
  /** Jobs of all tenants. */
  readonly limit: number;
  /** Jobs of each tenant that holds some already. */
  readonly rooms: ReadonlyMap<string, number>;
}

/** The places for jobs in a worker. */
export interface Slots {
  /** What may be claimed now. */
  share(): Share;
  /** Holds a slot of the tenant until the run ends. */
  take(tenantId: string, run: Promise<void>): void;
}

/** What may be claimed where so many slots are free: a claim takes no more than one tenant without any might. */
export function shareOf(free: number, held: ReadonlyMap<string, number>): Share {
  const rooms = new Map([...held].map(([tenantId, count]) => [tenantId, roomOf(free, count)]));
  return { limit: roomOf(free, 0), rooms };
}

/**
 * Slots that ring when a quarter of those that turn over can be filled: fewer would claim jobs one by one under load.
 * What long jobs hold does not count, and no slot that may be filled stays free longer than a quick job takes.
 */
export function createSlots({ count, ring }: SlotsOptions): Slots {
  // In the order of their start.
  const runs = new Map<Promise<void>, { readonly tenantId: string; readonly since: number }>();
  const held = new Map<string, number>();
  let alarm: NodeJS.Timeout | undefined;

  function ringNow(): void {
    clearTimeout(alarm);
    alarm = undefined;
    ring();
  }

  function onFree(tenantId: string): void {
    const free = count - runs.size;
    const own = held.get(tenantId) ?? 0;
    const long = longRuns(tenantId);
    const isWorth =
      isQuarter(roomOf(free, 0), runs.size - long.all) &&
      isQuarter(roomOf(free, own), own - long.own);
    if (isWorth) ringNow();
    else alarm ??= setTimeout(ringNow, quickMs);
  }

  function longRuns(tenantId: string): { readonly all: number; readonly own: number } {
    const longAgo = performance.now() - quickMs;
    let all = 0;
    let own = 0;
    for (const run of runs.values()) {
      if (run.since > longAgo) break;
      all += 1;
      if (run.tenantId === tenantId) own += 1;
    }
    return { all, own };
  }

  function add(tenantId: string, more: 1 | -1): void {
    const sum = (held.get(tenantId) ?? 0) + more;
    if (sum === 0) held.delete(tenantId);
    else held.set(tenantId, sum);
  }

  return {
    share: () => shareOf(count - runs.size, held),
    take(tenantId, run) {
      runs.set(run, { tenantId, since: performance.now() });
      add(tenantId, 1);
      void run.finally(() => {
        runs.delete(run);
        add(tenantId, -1);
        onFree(tenantId);
      });
    },
  };
}

/** True when what can be filled is at least a quarter of what turns over. */
function isQuarter(fillable: number, quick: number): boolean {
  return fillable > 0 && fillable >= (fillable + quick) / 4;
}
