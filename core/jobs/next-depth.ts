import { AppError } from '../../kernel/errors.ts';
import type { Services } from '../context.ts';

/** How deep a job is that one of this depth starts; LIMIT_EXCEEDED where jobs start one another without end. */
export function nextDepth(depth: number, { jobDepth }: Services['limits']): number {
  if (depth < jobDepth) return depth + 1;
  throw new AppError(
    'LIMIT_EXCEEDED',
    `more than ${String(jobDepth)} jobs have started one another up to this one`,
  );
}
