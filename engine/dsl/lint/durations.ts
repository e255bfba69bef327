import { parseDuration } from '../../duration.ts';
import type { DurationModel } from '../document.ts';
import type { Remark } from '../finding.ts';
import { fault } from './remarks.ts';

/** What is wrong with a duration that is none. */
export function duration(model: DurationModel | undefined, path: string): Remark[] {
  if (
    model === undefined ||
    (typeof model === 'string' && model.includes('${')) ||
    parseDuration(model) !== undefined
  )
    return [];
  return [
    fault('duration/invalid', path, {
      message: 'not a duration, a negative one, or one of more years than a calendar has',
      hint: 'Write PT30S or {seconds: 30}.',
    }),
  ];
}

/** Milliseconds, months taken as 30 days. */
export function lengthOf(model: DurationModel): number {
  const parsed = parseDuration(model);
  return parsed === undefined ? 0 : parsed.months * 2_592_000_000 + parsed.milliseconds;
}
