import { beginChain, extendChain, type Chain } from './path-chain.ts';

/** What the path is found by, of the events of a job, in order. */
export type PathEvent =
  | {
      readonly is: 'created';
      readonly key: string;
      readonly at: number;
      readonly task: string;
      readonly name: string;
      readonly kind: string;
    }
  | { readonly is: 'waiting' | 'running'; readonly key: string; readonly at: number }
  | { readonly is: 'ended' | 'cancelled'; readonly key: string; readonly at: number };

/** An execution that is not over, or the job as a whole. */
interface Open {
  readonly key: string;
  readonly task: string | null;
  readonly name: string | null;
  readonly kind: string;
  readonly parent: Open | undefined;
  readonly startedAt: number;
  /** What led to where it is now; of a fork, to where it began. */
  tail: Chain;
  hasParts: boolean;
  /** Of a fork: the branches that ended last, by themselves and at all. */
  lastEnded?: Chain;
  lastOver?: Chain;
  waitingSince?: number;
  /** Waited by itself, since the last part of it. */
  waitedMs: number;
}

/** Follows the events of a job, and knows at each moment which steps led there. */
export interface PathFollower {
  follow(event: PathEvent): void;
  /** The path up to the end of the job, or up to now. Steps that are not over are taken to end then. */
  finish(at: number): Chain;
}

/**
 * One pass over the events: each execution goes on from what came before it in the one that holds it, a branch of a fork from
 * where the fork began, and what comes after a fork from the branch that ended last. What is kept are the executions that are
 * open, whose chains are bounded.
 */
export function followPath(beganAt: number): PathFollower {
  const root = open({ key: '', task: null, name: null, kind: 'job', at: beganAt }, undefined);
  const opened = new Map<string, Open>();

  function close(execution: Open, { at, is }: { readonly at: number; readonly is: string }): void {
    opened.delete(execution.key);
    const { parent } = execution;
    if (parent === undefined) return;
    const isByItself = is === 'ended';
    const chain = endOf(execution, at, isByItself);
    if (parent.kind !== 'fork') {
      parent.tail = chain;
      return;
    }
    parent.lastOver = chain;
    if (isByItself) parent.lastEnded = chain;
  }

  return {
    follow(event) {
      if (event.is === 'created') {
        const parent = parentOf(event.key, opened) ?? root;
        spendGap(parent, event.at);
        parent.hasParts = true;
        opened.set(event.key, open(event, parent));
        return;
      }
      const execution = opened.get(event.key);
      if (execution === undefined) return;
      if (event.is === 'waiting') execution.waitingSince ??= event.at;
      else if (event.is === 'running') endWait(execution, event.at);
      else close(execution, event);
    },
    finish(at) {
      for (const execution of [...opened.values()].toReversed())
        close(execution, { at, is: 'unfinished' });
      return endOf(root, at, true);
    },
  };
}

type Beginning = Pick<Open, 'key' | 'task' | 'name' | 'kind'> & { readonly at: number };

function open({ key, task, name, kind, at }: Beginning, parent: Open | undefined): Open {
  const tail = parent?.tail ?? beginChain(at);
  return {
    ...{ key, task, name, kind, parent, tail },
    startedAt: at,
    hasParts: false,
    waitedMs: 0,
  };
}

/** `/do/0/again@1/try/0/ask` is a part of `/do/0/again`: of the nearest that is open. */
function parentOf(key: string, opened: ReadonlyMap<string, Open>): Open | undefined {
  for (let end = key.lastIndexOf('/'); end > 0; end = key.lastIndexOf('/', end - 1)) {
    const holder = key.slice(0, end);
    const found = opened.get(holder) ?? opened.get(holder.replace(/@\d+$/, ''));
    if (found !== undefined) return found;
  }
  return undefined;
}

/** What lies between two parts of an execution is its own: a delay before a retry, or a queue. */
function spendGap(execution: Open, at: number): void {
  const { tail } = execution;
  // Branches begin together; what is between is of the branches.
  if (at <= tail.until || (execution.kind === 'fork' && execution.hasParts)) return;
  execution.tail = extendChain(tail, ownStretch(execution, tail.until, at));
}

function endOf(execution: Open, at: number, isByItself: boolean): Chain {
  endWait(execution, at);
  if (execution.kind === 'fork') {
    const { lastEnded, lastOver, tail } = execution;
    execution.tail = (isByItself ? (lastEnded ?? lastOver) : lastOver) ?? tail;
  }
  const { tail, hasParts } = execution;
  if (hasParts && at <= tail.until) return tail;
  return extendChain(tail, ownStretch(execution, tail.until, at));
}

function ownStretch(execution: Open, from: number, to: number) {
  const { key, task, name, kind } = execution;
  const waitedMs = Math.min(execution.waitedMs, Math.max(0, to - from));
  execution.waitedMs = 0;
  return { key, task, name, kind, from, to: Math.max(from, to), waitedMs };
}

function endWait(execution: Open, at: number): void {
  if (execution.waitingSince === undefined) return;
  execution.waitedMs += Math.max(0, at - execution.waitingSince);
  delete execution.waitingSince;
}
