import type { Logger } from 'pino';

import { type Clock, systemClock } from '../../kernel/clock.ts';
import type { Metrics } from '../../kernel/telemetry.ts';
import type { UsageConfig } from '../config/usage-config.ts';
import type { Outcome } from './day-counts.ts';
import type { OperationUsage } from './operation-usage.ts';
import { keepUsageWith } from '../workers/kept-usage.ts';
import type { Peers } from '../workers/peers.ts';
import { openRedisSnapshots } from './redis-snapshots.ts';
import type { UsageSnapshot } from './snapshot.ts';
import { openSnapshotFile, type SnapshotStore } from './snapshot-store.ts';
import { observeDeprecated, observeUsage } from './usage-metrics.ts';
import { createUsageTable, type UsageTable } from './usage-table.ts';

/** Notes that a client, known by its headers, has run an operation. */
export type CountUse = (
  headers: Readonly<Record<string, string>>,
  operation: OperationUsage,
  outcome: Outcome,
) => void;

/** What a gateway counts of its clients. */
export interface OpenUsage extends AsyncDisposable {
  readonly count: CountUse;
  /** Of this gateway, and of those that share its Redis. */
  readonly report: () => Promise<UsageSnapshot>;
}

interface UsageOptions {
  readonly config: UsageConfig;
  /** Where usage is kept, unless there is a file or the configuration says otherwise. */
  readonly redisUrl?: string | undefined;
  readonly metrics: Metrics;
  readonly log: Logger;
  /** Of one gateway in several processes. */
  readonly peers?: Peers | undefined;
  /** @default systemClock */
  readonly clock?: Clock | undefined;
}

/** A gateway that has not saved for so many turns is gone. */
const goneAfterTurns = 10;

/** Begins where the last run ended; undefined where nothing is counted. */
export async function openUsage(options: UsageOptions): Promise<OpenUsage | undefined> {
  const { config, metrics, log, clock = systemClock } = options;
  if (!config.isCounted) return undefined;
  const newTable = (): UsageTable => createUsageTable({ ...config, clock });
  let table = newTable();
  const store = openStore(options, {
    merge: (snapshots) => mergeWith(newTable(), snapshots),
    snapshot: () => table.snapshot(),
  });
  const loaded = await store?.load();
  if (loaded !== undefined) table.absorb(loaded);
  observeUsage(metrics, () => table);
  const countDeprecated = observeDeprecated(metrics);

  const save = async (): Promise<void> => {
    try {
      const isKept = await store?.save(table.snapshot());
      if (isKept === false) table = newTable();
    } catch (error) {
      log.warn({ err: error }, 'usage of clients could not be saved');
    }
  };
  let saving = Promise.resolve();
  const timer = setInterval(() => {
    saving = saving.then(save);
  }, config.saveMs);
  timer.unref();
  const { clientNameHeader, clientVersionHeader } = config;
  return {
    count: (headers, operation, outcome) => {
      const client = { name: headers[clientNameHeader], version: headers[clientVersionHeader] };
      table.count(client, operation, outcome);
      countDeprecated(operation.deprecated);
    },
    report: async () => {
      const others = (await store?.others().catch(unreachable(log))) ?? [];
      return mergeWith(newTable(), [...others, table.snapshot()]);
    },
    [Symbol.asyncDispose]: async () => {
      clearInterval(timer);
      await (saving = saving.then(save));
      await store?.[Symbol.asyncDispose]();
    },
  };
}

function openStore(
  { config, redisUrl, log, peers }: UsageOptions,
  {
    merge,
    snapshot,
  }: {
    readonly merge: (snapshots: readonly UsageSnapshot[]) => UsageSnapshot;
    readonly snapshot: () => UsageSnapshot;
  },
): SnapshotStore | undefined {
  const { file, redis, retentionDays, saveMs } = config;
  const isInRedis = file === undefined && redis.isUsed && redisUrl !== undefined;
  if (!isInRedis && peers !== undefined) return keepUsageWith(peers, { config, snapshot });
  if (file !== undefined) return openSnapshotFile(file, log);
  if (!isInRedis) return undefined;
  const goneAfterMs = saveMs * goneAfterTurns;
  const place = { url: redisUrl, key: redis.prefix, retentionDays, goneAfterMs };
  return openRedisSnapshots({ ...place, merge, log });
}

function mergeWith(table: UsageTable, snapshots: readonly UsageSnapshot[]): UsageSnapshot {
  for (const snapshot of snapshots) table.absorb(snapshot);
  return table.snapshot();
}

function unreachable(log: Logger): (error: unknown) => readonly UsageSnapshot[] {
  return (error) => {
    log.warn({ err: error }, 'usage that other gateways have counted cannot be read');
    return [];
  };
}
