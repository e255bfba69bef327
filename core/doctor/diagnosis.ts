/** How one thing stands. `unknown`: it could not be looked at. */
export type Standing = 'good' | 'doubtful' | 'bad' | 'unknown';

/** One thing that was looked at. */
export interface Diagnosis {
  /** What, e.g. `database/clock`; stable, for programs. */
  readonly check: string;
  readonly standing: Standing;
  /** What was found, in a line. */
  readonly found: string;
  /** What to do; absent where there is nothing to do. */
  readonly remedy?: string;
}

/** Looks at one thing; it may throw, which makes that thing unknown. */
export interface Check {
  readonly name: string;
  readonly look: () => Promise<Omit<Diagnosis, 'check'>>;
}

/** Looks at everything, one after the other; what cannot be looked at is no reason to leave out the rest. */
export async function diagnose(checks: readonly Check[]): Promise<readonly Diagnosis[]> {
  const diagnoses: Diagnosis[] = [];
  for (const { name, look } of checks) {
    const found = await look().catch((error: unknown) => notLookedAt(error));
    diagnoses.push({ check: name, ...found });
  }
  return diagnoses;
}

function notLookedAt(error: unknown): Omit<Diagnosis, 'check'> {
  const reason = error instanceof Error ? error.message : String(error);
  return { standing: 'unknown', found: `could not be looked at: ${reason}` };
}

/** Something is as it should be. */
export function good(found: string): Omit<Diagnosis, 'check'> {
  return { standing: 'good', found };
}

/** Something may become a trouble. */
export function doubtful(found: string, remedy: string): Omit<Diagnosis, 'check'> {
  return { standing: 'doubtful', found, remedy };
}

/** Something is a trouble. */
export function bad(found: string, remedy: string): Omit<Diagnosis, 'check'> {
  return { standing: 'bad', found, remedy };
}
