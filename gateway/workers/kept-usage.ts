import type { Logger } from 'pino';

import { type Clock, systemClock } from '../../kernel/clock.ts';
import { type UsageConfig, usageConfigSchema } from '../config/usage-config.ts';
import { type UsageSnapshot, usageSnapshotSchema } from '../usage/snapshot.ts';
import { openSnapshotFile, type SnapshotStore } from '../usage/snapshot-store.ts';
import { createUsageTable, type UsageTable } from '../usage/usage-table.ts';
import type { Peers } from './peers.ts';
import type { Switchboard } from './switchboard.ts';

const opened = 'usage.opened';
const saved = 'usage.saved';
const counted = 'usage.counted';

/** Where a worker keeps what it counts: with the process that holds all, which has the one file. */
export function keepUsageWith(
  peers: Peers,
  { config, snapshot }: { readonly config: UsageConfig; readonly snapshot: () => UsageSnapshot },
): SnapshotStore {
  peers.on(counted, snapshot);
  return {
    load: async () => {
      await peers.ask(opened, config);
      return undefined;
    },
    save: async (own) => {
      await peers.tell(saved, own);
      return true;
    },
    others: async () =>
      (await peers.ask(counted)).values.flatMap((value) => toSnapshot(value) ?? []),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}

/** What workers have counted that are gone, and the file of all. */
export interface KeptUsage extends AsyncDisposable {
  /** A worker is gone. */
  leave(id: number): void;
}

/** Runs in the process that holds the workers. */
export function keepUsage(
  switchboard: Switchboard,
  { log, clock = systemClock }: { readonly log: Logger; readonly clock?: Clock },
): KeptUsage {
  const last = new Map<number, UsageSnapshot>();
  let kept: Promise<Kept> | undefined;
  switchboard.on(opened, async (value) => {
    kept ??= openKept(usageConfigSchema.parse(value), { log, clock, last });
    await kept;
  });
  switchboard.on(saved, (value, from) => {
    const snapshot = toSnapshot(value);
    if (snapshot !== undefined) last.set(from, snapshot);
  });
  switchboard.on(counted, async () => (await kept)?.past.snapshot());
  return {
    leave: (id) => {
      const snapshot = last.get(id);
      last.delete(id);
      if (snapshot !== undefined) void kept?.then(({ past }) => past.absorb(snapshot));
    },
    [Symbol.asyncDispose]: async () => {
      const open = await kept;
      open?.stop();
      await open?.save();
    },
  };
}

interface Kept {
  readonly past: UsageTable;
  readonly save: () => Promise<void>;
  readonly stop: () => void;
}

async function openKept(
  config: UsageConfig,
  {
    log,
    clock,
    last,
  }: {
    readonly log: Logger;
    readonly clock: Clock;
    readonly last: ReadonlyMap<number, UsageSnapshot>;
  },
): Promise<Kept> {
  const past = createUsageTable({ ...config, clock });
  const file = config.file === undefined ? undefined : openSnapshotFile(config.file, log);
  const loaded = await file?.load();
  if (loaded !== undefined) past.absorb(loaded);
  const save = async (): Promise<void> => {
    const all = createUsageTable({ ...config, clock });
    for (const one of [past.snapshot(), ...last.values()]) all.absorb(one);
    await file?.save(all.snapshot()).catch((error: unknown) => {
      log.warn({ err: error }, 'usage of clients could not be saved');
    });
  };
  const timer = setInterval(() => void save(), config.saveMs);
  timer.unref();
  return { past, save, stop: () => clearInterval(timer) };
}

function toSnapshot(value: unknown): UsageSnapshot | undefined {
  return usageSnapshotSchema.safeParse(value).data;
}
