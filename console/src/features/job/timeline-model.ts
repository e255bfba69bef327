import type { JobCallsQuery, JobStepsQuery } from '../../_generated/documents.ts';

export type Step = NonNullable<JobStepsQuery['job']>['steps']['nodes'][number];
export type Call = NonNullable<JobCallsQuery['job']>['integrationCalls']['nodes'][number];

/** A step as it is drawn: shares of the whole time. */
export interface Bar {
  readonly step: Step;
  readonly depth: number;
  readonly left: number;
  readonly width: number;
  readonly ms: number;
  readonly isCritical: boolean;
  readonly calls: readonly { readonly left: number; readonly width: number; readonly call: Call }[];
}

export interface Timeline {
  readonly bars: readonly Bar[];
  readonly totalMs: number;
}

/** Lays steps out in time; `now` is the end of what is still under way. */
export function timelineOf(steps: readonly Step[], calls: readonly Call[], now: number): Timeline {
  const startOf = (step: Step): number => Date.parse(step.startedAt);
  const endOf = (step: Step): number =>
    step.finishedAt === null ? now : Math.max(startOf(step), Date.parse(step.finishedAt));
  const start = Math.min(...steps.map(startOf));
  const end = Math.max(...steps.map(endOf));
  const total = Math.max(1, end - start);
  const share = (ms: number): number => Math.min(100, Math.max(0, (ms / total) * 100));
  const critical = criticalPath(steps, startOf, endOf);
  const keys = new Set(steps.map(({ task }) => task));
  const bars = steps.map((step) => ({
    step,
    depth: [...keys].filter((task) => task !== step.task && step.task.startsWith(`${task}/`))
      .length,
    left: share(startOf(step) - start),
    width: share(endOf(step) - startOf(step)),
    ms: endOf(step) - startOf(step),
    isCritical: critical.has(step.key),
    calls: calls
      .filter(({ task, startedAt }) => {
        const at = Date.parse(startedAt);
        return task === step.task && at >= startOf(step) - 1 && at <= endOf(step) + 1;
      })
      .map((call) => ({
        call,
        left: share(Date.parse(call.startedAt) - start),
        width: share(call.durationMs ?? 0),
      })),
  }));
  return { bars, totalMs: end - start };
}

/** From the end back: of what had ended when a step began, the one that ended last is what it waited for. */
function criticalPath(
  steps: readonly Step[],
  startOf: (step: Step) => number,
  endOf: (step: Step) => number,
): ReadonlySet<string> {
  const leaves = steps.filter(
    ({ task, key }) =>
      !steps.some((other) => other.key !== key && other.task.startsWith(`${task}/`)),
  );
  // What took no time held nobody up.
  const isLong = (step: Step): boolean => endOf(step) > startOf(step);
  const path = new Set<string>();
  let step = leaves.filter(isLong).toSorted((one, other) => endOf(other) - endOf(one))[0];
  while (step !== undefined && !path.has(step.key)) {
    path.add(step.key);
    const began = startOf(step);
    step = leaves
      .filter((other) => isLong(other) && !path.has(other.key) && endOf(other) <= began)
      .toSorted((one, other) => endOf(other) - endOf(one))[0];
  }
  return path;
}
