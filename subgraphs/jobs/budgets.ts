import type { RenderedResult } from '../../core/jobs/render-result.ts';
import { AppError } from '../../kernel/errors.ts';
import { createSemaphore } from '../../kernel/semaphore.ts';
import type { SubgraphContext } from '../server/context.ts';
import { perRequest } from '../server/per-request.ts';
import { requestBudget } from '../server/request-budget.ts';

/** A definition is read whole for each answer. */
export const validations = requestBudget({ most: 1, what: 'validation of a definition' });

/** Each plays the journal of a job. */
export const recordings = requestBudget({ most: 10, what: 'recordings of jobs' });

/** Each reads all events of a job. */
export const paths = requestBudget({ most: 5, what: 'critical paths of jobs' });

/** A page of jobs; each reads as many rows as its job has told things at once. */
export const timings = requestBudget({ most: 100, what: 'timings of jobs' });

/** A page of jobs, each result in one format; more are for another request. */
const renderings = requestBudget({ most: 100, what: 'rendered results' });

/** Characters of all results of a request; the one that goes beyond it is the last that is rendered. */
const maxRendered = 4 * 1024 * 1024;

const renderingOf = perRequest(() => ({ oneByOne: createSemaphore(1), left: maxRendered }));

/** Renders one result of a request after the other, and none once the budget is used up. */
export async function renderWithin(
  context: SubgraphContext,
  render: () => Promise<RenderedResult | null>,
): Promise<RenderedResult | null> {
  renderings(context).spend(1);
  const rendering = renderingOf(context);
  return await rendering.oneByOne.run(async () => {
    if (rendering.left < 0) throw tooMuch();
    const result = await render();
    rendering.left -= result?.content.length ?? 0;
    if (rendering.left < 0) throw tooMuch();
    return result;
  });
}

function tooMuch(): AppError {
  return new AppError(
    'LIMIT_EXCEEDED',
    `one request may ask for ${String(maxRendered)} characters of rendered results`,
  );
}
