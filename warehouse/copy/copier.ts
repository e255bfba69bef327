import { AppError } from '../../kernel/errors.ts';
import { sleep } from '../../kernel/retry/sleep.ts';
import type { CopyState } from '../files/tenant-files.ts';
import { copyPortion, openTenant, type CopyServices, type PortionLimits } from './copy-tenant.ts';
import { findBehind, findTenants, type KnownTenant } from './find-tenants.ts';
import { removeGone } from './remove-gone.ts';

/** How copying goes on. */
export interface CopierOptions {
  /** Between two looks where nothing was behind, milliseconds. */
  readonly intervalMs: number;
  /** @default 2000 events and 1000 seals */
  readonly limits?: PortionLimits;
  readonly signal: AbortSignal;
}

/** Copies tenants one portion after the other, in turns. */
export interface Copier {
  /** One turn of all that are behind; answers whether anybody still is. */
  turn(): Promise<boolean>;
  /** Turns until the signal aborts. */
  run(): Promise<void>;
  /** The tenants that the last look found. */
  readonly tenants: readonly KnownTenant[];
  /** Of tenants whose copy stands still by a fault. */
  readonly failing: number;
}

const defaultLimits: PortionLimits = { events: 2_000, seals: 1_000 };
/** Tenants of one look into the database. */
const lookSize = 500;
/** Waits of a tenant that failed, milliseconds. */
const firstWaitMs = 1_000;
const longestWaitMs = 300_000;

interface Failure {
  readonly times: number;
  readonly until: number;
}

/** A tenant that cannot be copied waits longer each time, with a smaller portion; nobody waits for it. */
export function createCopier(
  services: CopyServices,
  { intervalMs, limits = defaultLimits, signal }: CopierOptions,
): Copier {
  const { database, log } = services;
  const states = new Map<string, CopyState>();
  const failures = new Map<string, Failure>();
  let tenants: readonly KnownTenant[] = [];

  async function look(): Promise<readonly string[]> {
    const generation = await database.generation();
    tenants = await database.asSystem(findTenants, { isReadOnly: true });
    await removeGone(services, { tenants, states });
    const now = performance.now();
    const behind: string[] = [];
    for (let at = 0; at < tenants.length && !signal.aborted; at += lookSize) {
      const some = new Map<string, CopyState>();
      for (const { id } of tenants.slice(at, at + lookSize)) {
        if ((failures.get(id)?.until ?? 0) > now) continue;
        const state = await openedState(id, generation);
        if (state !== undefined) some.set(id, state);
      }
      behind.push(...(await database.asSystem((tx) => findBehind(tx, some), { isReadOnly: true })));
    }
    return behind;
  }

  async function openedState(id: string, generation: number): Promise<CopyState | undefined> {
    const known = states.get(id);
    if (known?.generation === generation) return known;
    return await alone(id, async () => {
      const state = await openTenant(services, { tenantId: id, generation });
      states.set(id, state);
      return state;
    });
  }

  /** What fails is that tenant's alone. */
  async function alone<T>(id: string, work: () => Promise<T>): Promise<T | undefined> {
    try {
      return await work();
    } catch (error) {
      if (signal.aborted) return undefined;
      const times = (failures.get(id)?.times ?? 0) + 1;
      const waitMs = Math.min(longestWaitMs, firstWaitMs * 2 ** times);
      failures.set(id, { times, until: performance.now() + waitMs });
      // Whatever was half written is looked at anew.
      states.delete(id);
      log.error({ err: error, tenantId: id, waitMs }, 'a tenant could not be copied');
      return undefined;
    }
  }

  async function copy(id: string): Promise<boolean> {
    const times = failures.get(id)?.times ?? 0;
    const state = states.get(id);
    if (state === undefined) return false;
    const smaller = (most: number): number => Math.max(1, Math.floor(most / 4 ** times));
    const portion = { events: smaller(limits.events), seals: smaller(limits.seals) };
    const done = await alone(id, () =>
      copyPortion(services, { tenantId: id, state, limits: portion }),
    );
    if (done === undefined) return false;
    failures.delete(id);
    states.set(id, done.state);
    return done.hasMore;
  }

  async function turn(): Promise<boolean> {
    let hasMore = false;
    for (const id of await look()) {
      if (signal.aborted) return false;
      hasMore = (await copy(id)) || hasMore;
    }
    return hasMore;
  }

  return {
    turn,
    async run() {
      while (!signal.aborted) {
        const hasMore = await turn().catch((error: unknown) => {
          const reason = error instanceof AppError ? error.message : String(error);
          log.warn({ err: error }, `nothing could be copied: ${reason}`);
          return false;
        });
        if (!hasMore) await sleep(intervalMs, signal).catch(() => undefined);
      }
    },
    get tenants() {
      return tenants;
    },
    get failing() {
      return failures.size;
    },
  };
}
