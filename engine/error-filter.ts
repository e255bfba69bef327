import type { ErrorFilterModel } from './dsl/document.ts';
import { isSameErrorType, type WorkflowProblem } from './problem.ts';

/** True when all given properties are equal; types through their aliases, instances with or without indexes. */
export function matchesErrorFilter(
  problem: WorkflowProblem,
  filter: ErrorFilterModel | undefined,
): boolean {
  if (filter === undefined) return true;
  const { type, instance, status, title, detail = filter.details } = filter;
  if (type !== undefined && !isSameErrorType(type, problem.type)) return false;
  if (instance !== undefined && !isSameInstance(instance, problem.instance ?? '')) return false;
  const wanted = { status, title, detail };
  return (['status', 'title', 'detail'] as const).every(
    (name) => wanted[name] === undefined || wanted[name] === problem[name],
  );
}

function isSameInstance(left: string, right: string): boolean {
  return left === right || withoutIndexes(left) === withoutIndexes(right);
}

function withoutIndexes(pointer: string): string {
  return pointer
    .split('/')
    .filter((token) => !/^\d+$/.test(token))
    .join('/');
}
