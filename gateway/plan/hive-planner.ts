import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';

import { parse, print, visit } from 'graphql';

import { AppError } from '../../kernel/errors.ts';
import { readHivePlan } from './hive-plan.ts';
import {
  type HiveAnswer,
  type HiveRequest,
  type HiveStart,
  isHiveAnswer,
} from './hive-protocol.ts';
import type { PlanRoot } from './plan.ts';

/** The Guild's query planner on one supergraph. */
export interface HivePlanner extends Disposable {
  /** Of its process, while that runs. */
  readonly pid?: number | undefined;
  plan(document: string, overrides: readonly string[]): Promise<PlanRoot | undefined>;
}

/**
 * Plans in a process of its own, which is started for the first plan: a panic of the planner's native code ends the
 * process it is in, and so it takes nothing with it but the one plan. A plan that takes too long ends the process, too,
 * and those behind it get a new one. Throws where the optional package is not installed.
 */
export function createHivePlanner(supergraphSdl: string, planTimeoutMs: number): HivePlanner {
  let child: ChildProcess | undefined;
  let queue: Promise<unknown> = Promise.resolve();
  let isClosed = false;
  const planNext = async (
    document: string,
    overrides: readonly string[],
  ): Promise<PlanRoot | undefined> => {
    if (child?.connected !== true) child = await startProcess({ supergraphSdl });
    if (isClosed) {
      child.kill('SIGKILL');
      throw new Error('The planner has been closed');
    }
    const share = shareFor(overrides);
    const request = { document: undeferred(document), labels: overrides, share };
    const answer = await ask(child, request, planTimeoutMs);
    if (answer.kind === 'planned') return readHivePlan(answer.plan);
    throw refusalOf(answer);
  };
  return {
    get pid() {
      return child?.connected === true ? child.pid : undefined;
    },
    plan: (document, overrides) => {
      const plan = queue.then(() => planNext(document, overrides));
      queue = plan.catch(() => undefined);
      return plan;
    },
    [Symbol.dispose]: () => {
      isClosed = true;
      child?.kill('SIGKILL');
    },
  };
}

/** To start a process takes its time on a busy machine. */
const START_MS = 30_000;

async function startProcess(start: HiveStart): Promise<ChildProcess> {
  const child = fork(new URL('./hive-process.ts', import.meta.url), {
    // What a panic prints is for its authors; that it happened is told to who asked.
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    execArgv: [],
  });
  child.unref();
  const answer = await ask(child, start, START_MS);
  if (answer.kind === 'ready') return child;
  child.kill('SIGKILL');
  throw refusalOf(answer);
}

function refusalOf(answer: HiveAnswer): AppError {
  const reason = answer.kind === 'refused' ? answer.message : answer.kind;
  return new AppError('PLANNING_FAILED', `The second planner found no plan: ${reason}`);
}

function ask(
  child: ChildProcess,
  message: HiveStart | HiveRequest,
  withinMs: number,
): Promise<HiveAnswer> {
  const heard = hear(child, withinMs);
  child.send(message);
  return heard;
}

/** The next message of the process, which keeps ours alive until then; it is ended when it takes too long. */
async function hear(child: ChildProcess, withinMs: number): Promise<HiveAnswer> {
  const heard = new AbortController();
  const { signal } = heard;
  const timer = setTimeout(() => child.kill('SIGKILL'), withinMs);
  child.channel?.ref();
  const ended = once(child, 'exit', { signal }).then(() => {
    throw new AppError('PLANNING_FAILED', 'The second planner has ended without a plan');
  });
  try {
    // Node.js gives the listener one argument more, the handle.
    const heardFirst = await Promise.race([once(child, 'message', { signal }), ended]);
    const [answer] = heardFirst as readonly unknown[];
    if (!isHiveAnswer(answer)) throw new Error('The second planner gave no answer');
    return answer;
  } finally {
    clearTimeout(timer);
    heard.abort();
    ended.catch(() => undefined);
    child.channel?.unref();
  }
}

/** It plans everything at once: what is not deferred comes with the first part, as a server may decide. */
function undeferred(document: string): string {
  if (!document.includes('@defer')) return document;
  const stripped = visit(parse(document, { noLocation: true }), {
    Directive: ({ name }) => (name.value === 'defer' ? null : undefined),
  });
  const used = new Set<string>();
  visit(stripped, {
    VariableDefinition: () => false,
    Variable: ({ name }) => void used.add(name.value),
  });
  return print(
    visit(stripped, {
      VariableDefinition: ({ variable }) => (used.has(variable.name.value) ? undefined : null),
    }),
  );
}

/** Shares are drawn before planning; the planner is told one number that decides alike. */
function shareFor(overrides: readonly string[]): number {
  const shares = overrides.flatMap((label) => {
    const share = /^percent\((.+)\)$/.exec(label)?.[1];
    return share === undefined ? [] : [Number(share)];
  });
  return shares.length === 0 ? 100 : 0;
}
