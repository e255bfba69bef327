import type { ConditionNode, DeferredNode, FetchNode, PlanNode } from '../plan/plan.ts';
import type { TypeIndex } from '../supergraph/type-index.ts';
import { compileMergedFetch, type PlacedFetch } from './fetch/merged-fetch.ts';
import { compileRootFetch } from './fetch/root-fetch.ts';
import type { Run } from './run.ts';

/** A plan compiled for fixed values of the variables that @skip, @include and @defer look at. */
export interface Schedule {
  run(run: Run): Promise<void>;
  /** What comes after the first payload, in the planner's order; empty without @defer. */
  readonly deferred: readonly DeferredSchedule[];
}

/** The fetches behind one @defer. */
export interface DeferredSchedule extends Schedule {
  readonly label: string | undefined;
  readonly queryPath: readonly string[];
}

/** What compiling a plan depends on. */
export interface ScheduleOptions {
  readonly types: TypeIndex;
  readonly conditions: Readonly<Record<string, boolean>>;
  /** Entity fetches of one level to one subgraph share a request. */
  readonly isMerging: boolean;
}

interface Step extends PlacedFetch {
  readonly id: number;
  readonly after: readonly number[];
  readonly level: number;
}

/** Turns the planner's tree into steps that each start as soon as those they need are done. */
export function compileSchedule(node: PlanNode | undefined, options: ScheduleOptions): Schedule {
  const steps: Step[] = [];
  const deferred: DeferredSchedule[] = [];
  place(node, { path: [], after: [] });
  return { run: compileSteps(steps, options), deferred };

  /** Returns the steps that whatever follows has to wait for. */
  function place(current: PlanNode | undefined, at: Place): readonly number[] {
    switch (current?.kind) {
      case undefined:
        return at.after;
      case 'Sequence':
        return current.nodes.reduce(
          (after, child) => place(child, { path: at.path, after }),
          at.after,
        );
      case 'Parallel':
        return current.nodes.length === 0
          ? at.after
          : [...new Set(current.nodes.flatMap((child) => place(child, at)))];
      case 'Flatten':
        return place(current.node, { path: [...at.path, ...current.path], after: at.after });
      case 'Condition':
        return place(branchOf(current, options.conditions), at);
      case 'Defer':
        deferred.push(...current.deferred.map((child) => compileDeferred(child, options)));
        return place(current.primary.node, at);
      case 'Fetch':
        return [addStep(steps, current, at)];
    }
  }
}

function branchOf(
  { condition, ifClause, elseClause }: ConditionNode,
  conditions: ScheduleOptions['conditions'],
): PlanNode | undefined {
  return conditions[condition] === true ? ifClause : elseClause;
}

interface Place {
  readonly path: readonly string[];
  readonly after: readonly number[];
}

function addStep(steps: Step[], fetch: FetchNode, at: Place): number {
  const levels = at.after.map((id) => (steps[id]?.level ?? 0) + 1);
  const id = steps.length;
  steps.push({ id, fetch, path: at.path, after: at.after, level: Math.max(0, ...levels) });
  return id;
}

function compileDeferred(node: DeferredNode, options: ScheduleOptions): DeferredSchedule {
  const schedule = compileSchedule(node.node, options);
  return { ...schedule, label: node.label, queryPath: node.queryPath };
}

/** Steps that go out together, and the groups they wait for. */
interface Group {
  readonly steps: readonly Step[];
  readonly waits: readonly number[];
  readonly runs: readonly ((run: Run) => Promise<void>)[];
}

function compileSteps(steps: readonly Step[], options: ScheduleOptions): Schedule['run'] {
  const bundles = Map.groupBy(steps, (step) =>
    options.isMerging && step.fetch.requires !== undefined
      ? `${step.level} ${step.fetch.serviceName}`
      : `${step.level} #${step.id}`,
  );
  const ordered = [...bundles.values()].sort((a, b) => (a[0]?.level ?? 0) - (b[0]?.level ?? 0));
  const groupOf = new Map<number, number>();
  for (const [index, bundle] of ordered.entries()) {
    for (const step of bundle) groupOf.set(step.id, index);
  }
  const groups = ordered.map((bundle): Group => {
    const waits = bundle.flatMap((step) => step.after.map((id) => groupOf.get(id) ?? 0));
    return {
      steps: bundle,
      waits: [...new Set(waits)],
      runs: compileBundle(bundle, options.types),
    };
  });
  const [only] = groups;
  if (groups.length === 1 && only !== undefined) return (run) => runAll(only, run);
  return (run) => runGroups(groups, run);
}

function compileBundle(bundle: readonly Step[], types: TypeIndex): Group['runs'] {
  const [first] = bundle;
  if (first !== undefined && first.fetch.requires === undefined) {
    return [compileRootFetch(first.fetch, first.path, types)];
  }
  return compileMergedFetch(bundle, types);
}

/** Groups are in order of level, so a group's predecessors are always started before it. */
async function runGroups(groups: readonly Group[], run: Run): Promise<void> {
  const done: Promise<void>[] = [];
  for (const group of groups) {
    const waits = group.waits.flatMap((index) => done[index] ?? []);
    const [first] = waits;
    if (first === undefined) done.push(runAll(group, run));
    else if (waits.length === 1) done.push(first.then(() => runAll(group, run)));
    else done.push(Promise.all(waits).then(() => runAll(group, run)));
  }
  await Promise.all(done);
}

async function runAll(group: Group, run: Run): Promise<void> {
  const [first, ...others] = group.runs;
  if (first === undefined) return;
  if (others.length === 0) await first(run);
  else await Promise.all(group.runs.map((step) => step(run)));
}
