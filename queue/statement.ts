import type { Pool, QueryResultRow } from 'pg';

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
