import { setTimeout as delay } from 'node:timers/promises';
import type { Kind, QueueEngine } from './engine.ts';

/** Figures of one engine in one round. */
export type Figures = Readonly<Record<string, number>>;

const warmUp = 300;
/** Between two submits at low load, milliseconds. */
export const lowLoadMs = 25;

/** How much is measured. */
export interface Sizes {
  readonly jobs: number;
  readonly bulk: number;
  readonly lowLoad: number;
}

/** CPU of this process and of the server, microseconds. */
export type ReadCpu = () => { readonly own: number; readonly server: number };

/** Everything that is measured on an engine, one after the other. */
export async function measure(engine: QueueEngine, sizes: Sizes, cpu: ReadCpu): Promise<Figures> {
  const { jobs, lowLoad: few } = sizes;
  const on: Measured = { engine, ends: trackEnds(engine), cpu };
  const filled = await bulk(on, sizes.bulk);
  await engine.work();
  const drained = await costOf(cpu, sizes.bulk, () => on.ends.reach(sizes.bulk));
  await singles(on, 'noop', warmUp);
  const noop = await costOf(cpu, jobs, () => singles(on, 'noop', jobs));
  const low = await lowLoad(on, 'noop', few);
  await singles(on, 'steps', warmUp);
  const steps = await costOf(cpu, jobs, () => singles(on, 'steps', jobs));
  const lowSteps = await lowLoad(on, 'steps', few);
  return {
    ...named('bulk enqueue', filled),
    ...named('drain', drained),
    ...named('no-op', noop),
    'low load: ack p50, ms': low.ack,
    'low load: done p50, ms': low.done,
    ...named('3 steps', steps),
    '3 steps at low load: done p50, ms': lowSteps.done,
  };
}

interface Measured {
  readonly engine: QueueEngine;
  readonly ends: Ends;
  readonly cpu: ReadCpu;
}

interface Ends {
  /** Resolves when the job has ended. */
  of(id: string): Promise<void>;
  /** Resolves when so many have ended in all. */
  reach(count: number): Promise<void>;
}

function trackEnds(engine: QueueEngine): Ends {
  const ended = new Set<string>();
  const waiting = new Map<string, () => void>();
  let reached: { readonly count: number; readonly resolve: () => void } | undefined;
  let count = 0;
  engine.onEnd = (id) => {
    count += 1;
    const resolve = waiting.get(id);
    if (resolve === undefined) ended.add(id);
    else resolve();
    waiting.delete(id);
    if (reached !== undefined && count >= reached.count) reached.resolve();
  };
  return {
    of: (id) =>
      ended.delete(id) ? Promise.resolve() : new Promise((resolve) => waiting.set(id, resolve)),
    reach: (wanted) =>
      count >= wanted
        ? Promise.resolve()
        : new Promise((resolve) => (reached = { count: wanted, resolve })),
  };
}

const batch = 500;

function bulk({ engine, cpu }: Measured, count: number): Promise<Cost> {
  return costOf(cpu, count, async () => {
    for (let done = 0; done < count; done += batch) await engine.submit('noop', batch);
  });
}

/** One submit after the other by each of 64 clients, each until the job has ended. */
async function singles({ engine, ends }: Measured, kind: Kind, count: number): Promise<void> {
  let left = count;
  const client = async (): Promise<void> => {
    while (left > 0) {
      left -= 1;
      const [id = ''] = await engine.submit(kind, 1);
      await ends.of(id);
    }
  };
  await Promise.all(Array.from({ length: 64 }, client));
}

async function lowLoad({ engine, ends }: Measured, kind: Kind, count: number) {
  const acks: number[] = [];
  const dones: number[] = [];
  const under: Promise<void>[] = [];
  for (let n = 0; n < count; n += 1) {
    const from = performance.now();
    under.push(
      engine.submit(kind, 1).then(async ([id = '']) => {
        acks.push(performance.now() - from);
        await ends.of(id);
        dones.push(performance.now() - from);
      }),
    );
    await delay(lowLoadMs);
  }
  await Promise.all(under);
  return { ack: median(acks), done: median(dones) };
}

interface Cost {
  readonly perSecond: number;
  readonly own: number;
  readonly server: number;
}

async function costOf(cpu: ReadCpu, count: number, work: () => Promise<unknown>): Promise<Cost> {
  const before = cpu();
  const startedAt = performance.now();
  await work();
  const seconds = (performance.now() - startedAt) / 1_000;
  const after = cpu();
  return {
    perSecond: count / seconds,
    own: (after.own - before.own) / count,
    server: (after.server - before.server) / count,
  };
}

function named(what: string, { perSecond, own, server }: Cost): Figures {
  return {
    [`${what}/s`]: perSecond,
    [`${what}: client and worker CPU, µs`]: own,
    [`${what}: server CPU, µs`]: server,
  };
}

/** The middle of some numbers. */
export function median(numbers: readonly number[]): number {
  return numbers.toSorted((a, b) => a - b)[numbers.length >> 1] ?? Number.NaN;
}
