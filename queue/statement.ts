import type { Pool, QueryResultRow } from 'pg';

/** One SQL act; the name makes it a prepared statement on each connection that runs it. */
export interface Statement {
  readonly name: string;
  readonly text: string;
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
