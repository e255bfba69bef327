import type { Logger } from 'pino';

import type { OperationSource } from '../operation.ts';
import type { LoadedGraph } from './create-graph.ts';
import type { CurrentGraph, GraphLease } from './graph.ts';

/** The holder of the supergraph in force, and the way to replace it. */
export interface GraphHolder extends CurrentGraph, Disposable {
  /** Of the supergraph in force. */
  readonly supergraphSdl: string;
  /** Documents in use, hottest first. */
  hottest(): readonly OperationSource[];
  /**
   * Loads a supergraph, plans the hottest operations on it and swaps; keeps the old one if anything fails. Of those that
   * come while one is loaded only the last is loaded after it: resolves when that one, or the last, is settled.
   */
  replace(supergraphSdl: string): Promise<void>;
}

export interface GraphHolderOptions {
  readonly load: (supergraphSdl: string) => Promise<LoadedGraph>;
  /** Documents to plan before the first request, e.g. those of a manifest. */
  readonly warmUp: readonly OperationSource[];
  readonly maxWarmed: number;
  readonly log: Pick<Logger, 'info' | 'error'>;
}

interface Held {
  readonly graph: LoadedGraph;
  readonly sdl: string;
  leases: number;
  isRetired: boolean;
}

/** Starts with the first supergraph; a fault in it is thrown, later ones are logged and change nothing. */
export async function holdGraph(
  supergraphSdl: string,
  options: GraphHolderOptions,
): Promise<GraphHolder> {
  const listeners = new Set<() => void>();
  const hold = (graph: LoadedGraph, sdl: string): Held => ({
    graph,
    sdl,
    leases: 0,
    isRetired: false,
  });
  const first = await options.load(supergraphSdl);
  await warm(first, options.warmUp);
  let current = hold(first, supergraphSdl);

  const retire = (held: Held): void => {
    held.isRetired = true;
    if (held.leases === 0) held.graph[Symbol.dispose]();
  };
  let turn: Promise<void> = Promise.resolve();
  let wanted: string | undefined;
  const replaceNow = async (): Promise<void> => {
    const sdl = wanted;
    wanted = undefined;
    if (sdl === undefined || sdl === current.sdl) return;
    const next = await options.load(sdl);
    await warm(next, [...options.warmUp, ...current.graph.hottest(options.maxWarmed)]);
    const old = current;
    current = hold(next, sdl);
    options.log.info({ supergraph: next.id }, 'supergraph replaced');
    for (const listener of listeners) listener();
    retire(old);
  };

  return {
    hottest: () => current.graph.hottest(options.maxWarmed),
    get supergraphSdl() {
      return current.sdl;
    },
    acquire: () => createLease(current),
    onChange: (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    replace: (sdl) => {
      wanted = sdl;
      turn = turn.then(replaceNow).catch((error: unknown) => {
        options.log.error({ err: error }, 'the new supergraph cannot be used; the old one stays');
      });
      return turn;
    },
    [Symbol.dispose]: () => retire(current),
  };
}

function createLease(held: Held): GraphLease {
  held.leases++;
  let isReleased = false;
  return {
    graph: held.graph,
    [Symbol.dispose]: () => {
      if (isReleased) return;
      isReleased = true;
      if (--held.leases === 0 && held.isRetired) held.graph[Symbol.dispose]();
    },
  };
}

/** A document that the new schema refuses is simply not warm. */
async function warm(graph: LoadedGraph, sources: readonly OperationSource[]): Promise<void> {
  await Promise.allSettled(sources.map((source) => graph.warm(source)));
}
