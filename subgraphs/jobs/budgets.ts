import { requestBudget } from '../server/request-budget.ts';

/** A definition is read whole for each answer. */
export const validations = requestBudget({ most: 1, what: 'validation of a definition' });

/** A page of jobs, each result in one format; more are for another request. */
export const renderings = requestBudget({ most: 100, what: 'rendered results' });
