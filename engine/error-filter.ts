import type { ErrorFilterModel } from './dsl/document.ts';
import { isSameErrorType, type WorkflowProblem } from './problem.ts';

/** True when all given properties are equal; types through their aliases, instances with or without indexes. */
export function matchesErrorFilter(problem: WorkflowProblem, filter: ErrorFilterModel | undefined): boolean {
  if (filter === undefined) return true;
  const { type, status, instance, title, detail = filter.details } = filter;
  return (
    (type === undefined || isSameErrorType(type, problem.type)) &&
    (status === undefined || status === problem.status) &&
    (instance === undefined || isSameInstance(instance, problem.instance ?? '')) &&
    (title === undefined || title === problem.title) &&
    (detail === undefined || detail === problem.detail)
  );
}

function isSameInstance(left: string, right: string): boolean {
  return left === right || withoutIndexes(left) === withoutIndexes(right);
}

function withoutIndexes(pointer: string): string {
  return pointer.split('/').filter((token) => !/^\d+$/.test(token)).join('/');
}
