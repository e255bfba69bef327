import { ExactNumber } from '../kernel/exact-number.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../kernel/json.ts';
import type { Definition } from './definition.ts';
import { parseDuration } from './duration.ts';
import { createExpressions, type Expressions } from './expressions.ts';
import { defaultLimits } from './limits.ts';
import { WorkflowError } from './problem.ts';

/** Where a document wants one of its jobs to stand among others, by its input. */
export interface Placement {
  readonly labels: Readonly<Record<string, string>>;
  /** Jobs with the same text share the places that `concurrency.limit` gives; absent without limits. */
  readonly gate?: string;
}

/** How many jobs of an agent run at once, and how many may begin in a time. */
export interface RunLimits {
  /** Of the agent, or of each key where there is one. */
  readonly concurrency?: number;
  readonly rate?: number;
  readonly ratePeriodMs?: number;
}

/** What a part of the metadata has to be. */
export const labelName = /^[A-Za-z0-9][A-Za-z0-9._/-]{0,62}$/;
const plainText = /^\P{Cc}{0,200}$/u;

export const mostAtOnce = 100_000;
export const mostInPeriod = 10_000;
const periodMs = { least: 100, most: 31 * 86_400_000 };

/** An input from which labels or the key of `concurrency` cannot be read. */
export class UnreadablePlace extends Error {
  override readonly name = 'UnreadablePlace';
}

type Metadata = JsonObject | undefined;

/** The limits that a document states; what is no limit is none, as publishing has told. */
export function runLimits(metadata: Metadata): RunLimits {
  const concurrency = limitOf(metadata?.['concurrency'], mostAtOnce);
  const rate = metadata?.['rate'];
  const count = limitOf(rate, mostInPeriod);
  const period = isJsonObject(rate) ? periodOf(rate['period']) : undefined;
  return {
    ...(concurrency === undefined ? {} : { concurrency }),
    ...(count === undefined || period === undefined ? {} : { rate: count, ratePeriodMs: period }),
  };
}

/** The whole number under `limit`, if it is one of those that are allowed. */
export function limitOf(model: JsonValue | undefined, most: number): number | undefined {
  const limit = isJsonObject(model) ? model['limit'] : undefined;
  const number = limit instanceof ExactNumber ? Number(limit.text) : limit;
  return typeof number === 'number' && Number.isInteger(number) && number >= 1 && number <= most
    ? number
    : undefined;
}

/** Milliseconds of a period that has a fixed length, from 100 ms to 31 days. */
export function periodOf(model: JsonValue | undefined): number | undefined {
  if (typeof model !== 'string' && !isJsonObject(model)) return undefined;
  // Parts that are no numbers make a duration that is not within the bounds.
  const duration = parseDuration(model);
  if (duration === undefined || duration.months > 0) return undefined;
  const ms = Math.round(duration.milliseconds);
  return ms >= periodMs.least && ms <= periodMs.most ? ms : undefined;
}

/** Reads labels and gate of a job from its input. Throws `UnreadablePlace` with the reason where that fails. */
export function placeJob(definition: Definition, input: JsonValue): Placement {
  const { metadata } = definition.document.document;
  if (metadata === undefined) return { labels: {} };
  const { concurrency, rate } = runLimits(metadata);
  const isLimited = concurrency !== undefined || rate !== undefined;
  const labels = labelsOf(definition, input);
  return isLimited ? { labels, gate: gateOf(definition, input) } : { labels };
}

function labelsOf(definition: Definition, input: JsonValue): Readonly<Record<string, string>> {
  const labels = definition.document.document.metadata?.['jobLabels'];
  if (!isJsonObject(labels)) return {};
  const found = Object.entries(labels).flatMap(([key, model]) => {
    if (!labelName.test(key) || typeof model !== 'string') return [];
    const value = wordOf(definition, { model, input, place: `the label ${JSON.stringify(key)}` });
    return value === undefined ? [] : [[key, value] as const];
  });
  return Object.fromEntries(found);
}

function gateOf(definition: Definition, input: JsonValue): string {
  const concurrency = definition.document.document.metadata?.['concurrency'];
  const key = isJsonObject(concurrency) ? concurrency['key'] : undefined;
  if (typeof key !== 'string') return '';
  const word = wordOf(definition, { model: key, input, place: 'the key of concurrency' });
  if (word === undefined)
    throw new UnreadablePlace('the key of concurrency is null for this input');
  return word;
}

interface Reading {
  readonly model: string;
  readonly input: JsonValue;
  /** What is read, for the message. */
  readonly place: string;
}

/** A text, number or truth value as a word; undefined for null. */
function wordOf(definition: Definition, { model, input, place }: Reading): string | undefined {
  const value = valueOf(definition, { model, input, place });
  if (value === null) return undefined;
  const word = textOfScalar(value);
  if (word === undefined || !plainText.test(word))
    throw new UnreadablePlace(
      `${place} must be a text of at most 200 characters without control characters, a number or a truth value`,
    );
  return word;
}

function textOfScalar(value: JsonValue): string | undefined {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  return value instanceof ExactNumber ? value.text : undefined;
}

function valueOf(definition: Definition, { model, input, place }: Reading): JsonValue {
  try {
    return briefly(definition).value(model, { dot: input, variables: {}, now: 0 });
  } catch (error) {
    if (!(error instanceof WorkflowError)) throw error;
    throw new UnreadablePlace(`${place} cannot be read from this input: ${error.message}`, {
      cause: error,
    });
  }
}

/** Steps of one expression: it runs on a thread that serves others. */
const steps = 5_000;
const known = new WeakMap<Definition, Expressions>();

function briefly(definition: Definition): Expressions {
  const found = known.get(definition);
  if (found !== undefined) return found;
  const limits = { ...defaultLimits, expressionSteps: steps, expressionStepsPerByte: 0 };
  const made = createExpressions({ mode: 'strict', limits });
  known.set(definition, made);
  return made;
}
