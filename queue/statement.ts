import type { Pool, QueryResultRow } from 'pg';
import { AppError } from '../kernel/errors.ts';
import { isStorableJson } from '../kernel/storable.ts';

/** One SQL act; the name makes it a prepared statement on each connection that runs it. */
export interface Statement {
  readonly name: string;
  readonly text: string;
}

/**
 * A condition on a number from 0 on that every row meets. The planner takes a list that it is handed for a hundred rows,
 * and a table that is young for a small one: it would read and hash the whole of it, and a prepared statement keeps that
 * plan while the table grows. By a range it expects a row or none, and finds each row of the table by its key.
 */
export function isAny(number: string): string {
  return `${number} between 0 and 2147483647`;
}

/** A column of rows that a statement is handed. */
export interface Column<Item> {
  readonly name: string;
  /** Of `json` and `jsonb`, `of` gives the text. */
  readonly type: string;
  readonly of: (item: Item) => string | number | boolean | null | undefined;
}

/**
 * Rows that a statement is handed, a parameter for each of their columns from `$<first>` on: read many times faster than
 * records of JSON, in which the server looks at each character of what is nested, too.
 */
export function unnest(columns: readonly Column<never>[], first: number): string {
  return `unnest(${columns.map(({ type }, index) => arrayOf(type, `$${first + index}`)).join(', ')})`;
}

// Elements of an array are quoted, and each quote of a JSON text escaped. JSON on one line needs neither.
function arrayOf(type: string, parameter: string): string {
  if (!isJson(type)) return `${parameter}::${type}[]`;
  return `string_to_array(${parameter}::text, e'\\n', '')::${type}[]`;
}

function isJson(type: string): boolean {
  return type === 'json' || type === 'jsonb';
}

/** Names for what `unnest` gives. */
export function namesOf(columns: readonly Column<never>[]): string {
  return columns.map(({ name }) => name).join(', ');
}

/** The values for the parameters of `unnest`. */
export function valuesOf<Item>(
  columns: readonly Column<Item>[],
  items: readonly Item[],
): readonly unknown[] {
  return columns.map(({ type, of }) =>
    isJson(type)
      ? items.map((item) => of(item) ?? '').join('\n')
      : items.map((item) => of(item) ?? null),
  );
}

/**
 * JSON as the text of it; nothing for nothing. A column of JSON takes any escape, but nobody could read it: what cannot be
 * kept as text is refused, as the server refuses it elsewhere.
 */
export function jsonText(value: unknown): string | null {
  if (value === undefined) return null;
  const text = JSON.stringify(value);
  if (isStorableJson(text)) return text;
  throw new AppError('BAD_USER_INPUT', 'NUL characters and broken Unicode cannot be stored');
}

/** Runs one statement and answers its rows. Who makes it decides on the connection and its transaction. */
export type RunStatement = <Row extends QueryResultRow>(
  statement: Statement,
  values: readonly unknown[],
) => Promise<readonly Row[]>;

/** What the acts need of a Prisma transaction. */
export interface RawTransaction {
  $queryRawUnsafe<Rows>(query: string, ...values: unknown[]): Promise<Rows>;
}

/** Each statement is its own transaction on any connection of the pool. */
export function onPool(pool: Pool): RunStatement {
  return async <Row extends QueryResultRow>(statement: Statement, values: readonly unknown[]) => {
    const { rows } = await pool.query<Row>({ ...statement, values: [...values] });
    return rows;
  };
}

/** Statements join the caller's transaction: its role, its tenant, its commit. */
export function inTransaction(tx: RawTransaction): RunStatement {
  return <Row extends QueryResultRow>(statement: Statement, values: readonly unknown[]) =>
    tx.$queryRawUnsafe<readonly Row[]>(statement.text, ...values);
}
