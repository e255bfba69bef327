import { JobLeft } from './leaving.ts';

/** What this process knows of its right to a job. The database decides; this only stops early what would be refused. */
export interface Lease {
  /** True when the job shall pause at its next checkpoint. */
  isPausing: boolean;
  /** Throws when the lease may have ended, e.g. after the process stood still. */
  assertHeld(): void;
  /** The database has prolonged the lease; `askedAt` is the monotonic time before it was asked. */
  prolong(askedAt: number): void;
  /** True when no prolongation has come in time. */
  hasEnded(): boolean;
}

/** A lease asked for at the monotonic time `askedAt`. It ends here before it ends in the database. */
export function createLease(leaseMs: number, askedAt: number): Lease {
  let endsAt = askedAt + leaseMs;
  const hasEnded = () => performance.now() >= endsAt;
  return {
    isPausing: false,
    hasEnded,
    prolong(at) {
      endsAt = at + leaseMs;
    },
    assertHeld() {
      if (hasEnded()) throw new JobLeft('the lease has ended');
    },
  };
}
