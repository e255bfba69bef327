import { isJsonObject, type JsonObject, type JsonValue } from '../kernel/json.ts';
import type { JournalEntry } from './journal.ts';

/** The entry that a redrive leaves in the journal: what came before it is history, what comes after is another try. */
export interface RedriveMark {
  /** Counts the redrives of the job, from 1. */
  readonly number: number;
  /** Keys whose results were taken out of the journal, so that their effects happen anew; `true` for all. */
  readonly renewed: true | readonly string[];
  /** What executions of tasks get instead of what came before them, by execution; the last mark holds all that counts. */
  readonly inputs?: JsonObject;
}

const prefix = '!redrive@';

/** Journal key of a redrive; no task has one like it. */
export function redriveKey(number: number): string {
  return prefix + String(number);
}

/** The result to write under it. */
export function redriveValue({ number, renewed, inputs = {} }: RedriveMark): JsonObject {
  return { number, renewed, ...(Object.keys(inputs).length > 0 && { inputs }) };
}

/** What a journal entry says as the mark of a redrive, if it is one. */
export function redriveMarkOf({ key, value }: JournalEntry): RedriveMark | undefined {
  if (!key.startsWith(prefix) || !('ok' in value) || !isJsonObject(value.ok)) return undefined;
  const { renewed = null, inputs = null } = value.ok;
  return {
    number: Number(key.slice(prefix.length)),
    renewed: renewed === true || textsOf(renewed),
    ...(isJsonObject(inputs) && { inputs }),
  };
}

function textsOf(value: JsonValue): readonly string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}

/** The inputs that were given with redrives and still count, by the execution of a task that gets them. */
export function givenInputs(entries: readonly JournalEntry[]): ReadonlyMap<string, JsonValue> {
  const marks = entries.map(redriveMarkOf).filter((mark) => mark !== undefined);
  return new Map(Object.entries(marks.at(-1)?.inputs ?? {}));
}

/** How many redrives a journal tells of. */
export function redrivesIn(entries: readonly JournalEntry[]): number {
  return Math.max(0, ...entries.map((entry) => redriveMarkOf(entry)?.number ?? 0));
}

/** Tells the outside an effect that happens anew from the one that happened before. */
export interface Renewals {
  /** The key of an effect as the outside knows it: followed by `~n` where the n-th redrive took its result away. */
  outsideKey(key: string): string;
  /** What follows the key then; empty where nothing was renewed. */
  suffixOf(key: string): string;
}

/** What the redrives of a job have renewed. They are known before a run begins, so all of a run goes by them. */
export function renewalsOf(entries: readonly JournalEntry[]): Renewals {
  const lastOf = new Map<string, number>();
  let lastOfAll = 0;
  for (const { number, renewed } of entries.map(redriveMarkOf).filter((mark) => mark !== undefined))
    if (renewed === true) lastOfAll = number;
    else for (const key of renewed) lastOf.set(key, number);
  const suffixOf = (key: string): string => {
    const number = Math.max(lastOf.get(key) ?? 0, lastOfAll);
    return number === 0 ? '' : `~${String(number)}`;
  };
  return { suffixOf, outsideKey: (key) => `${key}${suffixOf(key)}` };
}
