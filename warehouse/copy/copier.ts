import { sleep } from '../../kernel/retry/sleep.ts';
import type { CopyState } from '../files/tenant-files.ts';
import { copyPortion, openTenant, type CopyServices, type PortionLimits } from './copy-tenant.ts';
import { createFailures } from './failures.ts';
import { findBehind, findTenants, type KnownTenant } from './find-tenants.ts';
import { noteCopied, now } from './note-copied.ts';
import { removeGone } from './remove-gone.ts';

/** How copying goes on. */
export interface CopierOptions {
  /** Between two looks where nothing was behind, milliseconds. */
  readonly intervalMs: number;
  /** @default 2000 events and 1000 seals */
  readonly limits?: PortionLimits;
  readonly signal: AbortSignal;
  /** By which it is known from others that copy the same database. @default warehouse */
  readonly name?: string;
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

/** A tenant that cannot be copied waits longer each time, with a smaller portion; nobody waits for it. */
export function createCopier(services: CopyServices, options: CopierOptions): Copier {
  const { database, log } = services;
  const { intervalMs, signal } = options;
  const copies = createCopies(services, options);
  let tenants: readonly KnownTenant[] = [];

  async function look(): Promise<readonly string[]> {
    const generation = await database.generation();
    tenants = await database.asSystem(findTenants, { isReadOnly: true });
    for (const id of await removeGone(services, tenants)) copies.forget(id);
    const behind: string[] = [];
    for (let at = 0; at < tenants.length && !signal.aborted; at += lookSize) {
      const some = await copies.open(tenants.slice(at, at + lookSize), generation);
      behind.push(...(await database.asSystem((tx) => findBehind(tx, some), { isReadOnly: true })));
    }
    return behind;
  }

  async function turn(): Promise<boolean> {
    const began = await now(database);
    const behind = new Set<string>();
    for (const id of await look()) {
      if (signal.aborted) return false;
      if (await copies.copy(id)) behind.add(id);
    }
    await noteCopied(database, {
      name: options.name ?? 'warehouse',
      copiedAt: began,
      behind: [...behind, ...copies.failing],
    }).catch((error: unknown) => {
      log.warn({ err: error }, 'the platform could not be told how far the copy is');
    });
    return behind.size > 0;
  }

  return {
    turn,
    async run() {
      while (!signal.aborted) {
        const hasMore = await turn().catch((error: unknown) => {
          log.warn({ err: error }, 'nothing could be copied');
          return false;
        });
        if (!hasMore) await sleep(intervalMs, signal).catch(() => undefined);
      }
    },
    get tenants() {
      return tenants;
    },
    get failing() {
      return copies.failing.length;
    },
  };
}

/** Where the copies of tenants stand. */
interface Copies {
  /** The tenants that could not be copied. */
  readonly failing: readonly string[];
  /** Those of the tenants that can be copied now. */
  open(
    tenants: readonly KnownTenant[],
    generation: number,
  ): Promise<ReadonlyMap<string, CopyState>>;
  /** Copies a portion; answers whether there is more. */
  copy(tenantId: string): Promise<boolean>;
  forget(tenantId: string): void;
}

function createCopies(
  services: CopyServices,
  { limits = defaultLimits, signal }: CopierOptions,
): Copies {
  const states = new Map<string, CopyState>();
  const failures = createFailures();

  /** What fails is that tenant's alone; whatever was half written is looked at anew. */
  async function alone<T>(id: string, work: () => Promise<T>): Promise<T | undefined> {
    try {
      return await work();
    } catch (error) {
      states.delete(id);
      if (signal.aborted) return undefined;
      const waitMs = failures.add(id);
      services.log.error({ err: error, tenantId: id, waitMs }, 'a tenant could not be copied');
      return undefined;
    }
  }

  return {
    get failing() {
      return failures.ids;
    },
    async open(tenants, generation) {
      const some = new Map<string, CopyState>();
      for (const { id } of tenants) {
        if (failures.isWaiting(id)) continue;
        const known = states.get(id);
        const isCurrent = known?.generation === generation;
        const state = isCurrent
          ? known
          : await alone(id, () => openTenant(services, { tenantId: id, generation }));
        if (state === undefined) continue;
        states.set(id, state);
        some.set(id, state);
      }
      return some;
    },
    async copy(id) {
      const state = states.get(id);
      if (state === undefined) return false;
      const share = 4 ** failures.timesOf(id);
      const portion = {
        events: Math.max(1, Math.floor(limits.events / share)),
        seals: Math.max(1, Math.floor(limits.seals / share)),
      };
      const done = await alone(id, () =>
        copyPortion(services, { tenantId: id, state, limits: portion }),
      );
      if (done === undefined) return false;
      failures.clear(id);
      states.set(id, done.state);
      return done.hasMore;
    },
    forget(id) {
      states.delete(id);
      failures.clear(id);
    },
  };
}
