import type pg from 'pg';

/** How a replica stands: what was true of the database at `asOf`, of `performance.now()`, it has. */
export interface Replica extends Disposable {
  /** Milliseconds by which it is known to be behind at most; infinite where nothing is known. */
  readonly lagMs: number;
  /** Whether it is near enough, and has what the tenant wrote in this process. */
  serves(tenantId: string): boolean;
  /** Somebody of the tenant has written: until the replica has that, it does not serve them. */
  noteWrite(tenantId: string): void;
  /** It failed somebody: it serves nobody before it is looked at again. */
  leave(): void;
  /** Looks how it stands; done by itself a few times within the lag that is allowed. */
  look(): Promise<void>;
}

interface ReplicaOptions {
  /** Asks the server that takes writes, and the replica, beside their pools. */
  readonly primary: Pick<pg.Pool, 'query'>;
  readonly replica: Pick<pg.Pool, 'query'>;
  /** How far behind it may be, milliseconds. */
  readonly maxLagMs: number;
}

/** Where the log of the primary stood, at some time of ours. */
interface Mark {
  readonly at: number;
  readonly place: bigint;
}

const looksPerLag = 5;
const mostMarks = 64;

const writtenQuery = `
  select pg_current_wal_lsn()::text as place, (select system_identifier::text from pg_control_system()) as system`;
// A server that was promoted tells another story than the one that takes our writes.
const replayedQuery = `
  select case when pg_is_in_recovery() then pg_last_wal_replay_lsn()::text end as place,
    (select system_identifier::text from pg_control_system()) as system`;

interface Standing {
  readonly place: string | null;
  readonly system: string;
}

/**
 * Watches how far a replica is behind by places in the log: its own clock, and the time of what it applied last, say nothing
 * while nobody writes or the connection between the two is cut.
 */
export function watchReplica({ primary, replica, maxLagMs }: ReplicaOptions): Replica {
  const marks: Mark[] = [];
  const writes = new Map<string, number>();
  let asOf = -Infinity;
  let looking: Promise<void> | undefined;

  const lookNow = async (): Promise<void> => {
    const at = performance.now();
    const written = await standingOf(primary, writtenQuery);
    marks.push({ at, place: placeOf(written.place ?? '0/0') });
    if (marks.length > mostMarks) marks.shift();
    const replayed = await standingOf(replica, replayedQuery);
    if (replayed.place === null || replayed.system !== written.system) return;
    const place = placeOf(replayed.place);
    asOf = Math.max(asOf, ...marks.flatMap((mark) => (mark.place <= place ? [mark.at] : [])));
    for (const [tenantId, writtenAt] of writes) if (writtenAt < asOf) writes.delete(tenantId);
  };
  const look = (): Promise<void> => {
    looking ??= lookNow().finally(() => (looking = undefined));
    return looking;
  };
  const timer = setInterval(() => void look().catch(() => undefined), maxLagMs / looksPerLag);
  timer.unref();

  return {
    get lagMs() {
      return performance.now() - asOf;
    },
    serves: (tenantId) =>
      performance.now() - asOf <= maxLagMs && (writes.get(tenantId) ?? -Infinity) < asOf,
    noteWrite(tenantId) {
      // What was written longer ago than the lag that is allowed is on any replica that serves.
      const oldest = performance.now() - maxLagMs;
      for (const [known, at] of writes) {
        if (at >= oldest) break;
        writes.delete(known);
      }
      writes.delete(tenantId);
      writes.set(tenantId, performance.now());
    },
    leave() {
      asOf = -Infinity;
    },
    look,
    [Symbol.dispose]: () => clearInterval(timer),
  };
}

async function standingOf(pool: Pick<pg.Pool, 'query'>, query: string): Promise<Standing> {
  const [row] = (await pool.query<Standing>(query)).rows;
  if (row === undefined) throw new Error('a server does not say how its log stands');
  return row;
}

/** `16/B374D848`: two halves of a number. */
function placeOf(text: string): bigint {
  const [high = '0', low = '0'] = text.split('/');
  return (BigInt(`0x${high}`) << 32n) + BigInt(`0x${low}`);
}
