import { connect } from '../connection.ts';

/** An integration as far as a definition names it. */
export interface KnownIntegration {
  readonly name: string;
  readonly kind: string;
  readonly operations: readonly {
    readonly name: string;
    readonly description: string | null;
    /** JSON Schema of its arguments. */
    readonly arguments: unknown;
  }[];
}

/** How long an answer is kept, and a refusal, milliseconds. */
const keptMs = 60_000;
/** Completion does not wait longer for a platform, milliseconds. */
const patienceMs = 2_000;
/** Integrations at most: the rest is typed by hand. */
const most = 1_000;

/**
 * Integrations of the platform that the environment or `operandi login` names; none when there is no platform or it does
 * not answer in time. `tell` hears why, once a minute at most.
 */
export function createKnownIntegrations(tell: (reason: string) => void) {
  let known: Promise<readonly KnownIntegration[]> | undefined;
  let askedAt = Number.NEGATIVE_INFINITY;
  return (): Promise<readonly KnownIntegration[]> => {
    if (known === undefined || performance.now() - askedAt > keptMs) {
      askedAt = performance.now();
      known = load().catch((error: unknown) => {
        tell(`no integrations: ${error instanceof Error ? error.message : String(error)}`);
        return [];
      });
    }
    return known;
  };
}

async function load(): Promise<readonly KnownIntegration[]> {
  await using client = connect({});
  const signal = AbortSignal.timeout(patienceMs);
  return await client.integrations.list({ signal }).toArray(most);
}
