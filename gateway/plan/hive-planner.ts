import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';

import { parse, print, visit } from 'graphql';

import { readHivePlan } from './hive-plan.ts';
import { type HiveRequest, isHiveAnswer } from './hive-protocol.ts';
import type { PlanRoot } from './plan.ts';

/** The Guild's query planner on one supergraph. */
export interface HivePlanner {
  plan(document: string, overrides: readonly string[]): Promise<PlanRoot | undefined>;
}

/**
 * Plans in a process of its own: a panic of its native code ends the process it is in, and takes with it nothing
 * here but the one plan. The process is started for the first plan, and for the next one after its end.
 */
export function openHivePlanner(supergraphSdl: string): HivePlanner {
  let child: ChildProcess | undefined;
  const running = (): ChildProcess => {
    if (child?.connected === true) return child;
    const options = { stdio: ['ignore', 'ignore', 'ignore', 'ipc'] } as const;
    child = fork(new URL('./hive-process.ts', import.meta.url), {
      ...options,
      stdio: [...options.stdio],
    });
    return child;
  };
  return {
    plan: async (document, overrides) => {
      const share = shareFor(overrides);
      const request = { supergraphSdl, document: undeferred(document), labels: overrides, share };
      return readHivePlan(await ask(running(), request));
    },
  };
}

async function ask(child: ChildProcess, request: HiveRequest) {
  const heard = new AbortController();
  const { signal } = heard;
  const ended = once(child, 'exit', { signal }).then(() => {
    throw new Error('The second planner has ended');
  });
  try {
    const answered = once(child, 'message', { signal });
    child.send(request);
    const [answer] = (await Promise.race([answered, ended])) as [unknown];
    if (!isHiveAnswer(answer)) throw new Error('The second planner gave no answer');
    if (answer.kind === 'refused') throw new Error(answer.message);
    return answer.plan;
  } finally {
    heard.abort();
    ended.catch(() => undefined);
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
