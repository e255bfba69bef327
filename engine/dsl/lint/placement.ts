import { isJsonObject, type JsonObject, type JsonValue } from '../../../kernel/json.ts';
import { labelName, limitOf, mostAtOnce, mostInPeriod, periodOf } from '../../placement.ts';
import { pointer, type Remark } from '../finding.ts';
import { values, type ExpressionPlace } from './expression-places.ts';
import { fault } from './remarks.ts';

const root = '/document/metadata';
const mostLabels = 16;

/** What the document says of labels and limits of its jobs has the form that the platform reads. */
export function checkPlacement(metadata: JsonObject | undefined): Remark[] {
  return [
    ...checkLabels(metadata?.['jobLabels']),
    ...checkConcurrency(metadata?.['concurrency']),
    ...checkRate(metadata?.['rate']),
  ];
}

/** Labels and the key of `concurrency` see the input alone. */
export function placementPlaces(metadata: JsonObject | undefined): ExpressionPlace[] {
  const { jobLabels: labels, concurrency } = metadata ?? {};
  return [
    ...(isJsonObject(labels) ? values(`${root}/jobLabels`, labels, []) : []),
    ...(isJsonObject(concurrency) ? values(`${root}/concurrency/key`, concurrency['key'], []) : []),
  ];
}

function checkLabels(labels: JsonValue | undefined): Remark[] {
  const path = `${root}/jobLabels`;
  const hint = `Labels are at most ${String(mostLabels)} texts by key, e.g. { customer: "\${ .customer }" }.`;
  if (labels === undefined) return [];
  if (!isJsonObject(labels) || Object.keys(labels).length > mostLabels)
    return [fault('job-labels/invalid', path, { message: 'not a set of labels', hint })];
  return Object.entries(labels).flatMap(([key, value]) =>
    labelName.test(key) && typeof value === 'string' && value.length <= 2_000
      ? []
      : [fault('job-labels/invalid', pointer(path, key), { message: 'not a label', hint })],
  );
}

function checkConcurrency(concurrency: JsonValue | undefined): Remark[] {
  const hint = `concurrency is {limit, key?}: limit is a whole number from 1 to ${String(mostAtOnce)}, key an expression on the input.`;
  if (concurrency === undefined) return [];
  const isKnown =
    isJsonObject(concurrency) &&
    limitOf(concurrency, mostAtOnce) !== undefined &&
    (concurrency['key'] === undefined || typeof concurrency['key'] === 'string') &&
    Object.keys(concurrency).every((name) => name === 'limit' || name === 'key');
  return isKnown
    ? []
    : [fault('concurrency/invalid', `${root}/concurrency`, { message: 'not a limit', hint })];
}

function checkRate(rate: JsonValue | undefined): Remark[] {
  const hint = `rate is {limit, period}: limit is a whole number from 1 to ${String(mostInPeriod)}, period a duration from 100 ms to 31 days, e.g. PT1M.`;
  if (rate === undefined) return [];
  const isKnown =
    isJsonObject(rate) &&
    limitOf(rate, mostInPeriod) !== undefined &&
    periodOf(rate['period']) !== undefined &&
    Object.keys(rate).every((name) => name === 'limit' || name === 'period');
  return isKnown ? [] : [fault('rate/invalid', `${root}/rate`, { message: 'not a rate', hint })];
}
