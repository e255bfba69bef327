import { z } from 'zod';
import { readDatabaseUrl } from '../database-url.ts';
import { readRedisUrl } from '../redis-url.ts';

/** What a variable means, and what a value must look like. */
interface Description {
  readonly expected: string;
  readonly meaning: string;
  /** Its default in words, where it is not a constant. */
  readonly otherwise?: string;
}

/** A text, or nothing. */
export function text(description: Description) {
  return z
    .string()
    .optional()
    .meta({ ...description });
}

/** A URL of one of the schemes, or nothing. */
export function url(schemes: readonly string[], description: Description) {
  const hasScheme = (value: string): boolean =>
    URL.canParse(value) && schemes.includes(new URL(value).protocol.slice(0, -1));
  return z
    .string()
    .refine(hasScheme)
    .optional()
    .meta({ ...description });
}

/** Where a database is, or nothing. */
export function databaseUrl(description: Description) {
  return z
    .string()
    .refine((value) => readDatabaseUrl(value) !== undefined)
    .optional()
    .meta({ ...description });
}

/** Where a replica is, or nothing: one host, which takes no writes. */
export function replicaUrl(description: Description) {
  const isOne = (value: string): boolean => readDatabaseUrl(value)?.isChecked === false;
  return z
    .string()
    .refine(isOne)
    .optional()
    .meta({ ...description });
}

/** Where Redis is, or nothing. */
export function redisUrl(description: Description) {
  return z
    .string()
    .refine((value) => readRedisUrl(value) !== undefined)
    .optional()
    .meta({ ...description });
}

/** A whole number in a range, with a default. */
export function integer(standard: number, range: readonly [number, number], meaning: string) {
  const [min, max] = range;
  return z
    .string()
    .regex(/^\d{1,15}$/)
    .transform(Number)
    .pipe(z.int().min(min).max(max))
    .default(standard)
    .meta({ expected: `a whole number from ${min} to ${max}`, meaning });
}

/** A whole number in a range, or nothing. */
export function optionalInteger(
  range: readonly [number, number],
  description: Omit<Description, 'expected'>,
) {
  const [min, max] = range;
  return z
    .string()
    .regex(/^\d{1,15}$/)
    .transform(Number)
    .pipe(z.int().min(min).max(max))
    .optional()
    .meta({ expected: `a whole number from ${min} to ${max}`, ...description });
}

/** A port, or nothing. */
export function optionalPort(description: Omit<Description, 'expected'>) {
  return z
    .string()
    .regex(/^\d{1,5}$/)
    .transform(Number)
    .pipe(z.int().max(65_535))
    .optional()
    .meta({ expected: 'a port from 0 to 65535', ...description });
}

/** Items separated by commas; none by default. */
export function list<Item extends z.ZodType<unknown, string>>(item: Item) {
  const items = (value: string): string[] =>
    value
      .split(',')
      .map((part) => part.trim())
      .filter(Boolean);
  return z.string().transform(items).pipe(z.array(item)).default([]);
}
