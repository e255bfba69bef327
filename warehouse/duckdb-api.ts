/*
 * The part of `@duckdb/node-api` (1.5) that is used here. Few installations have the package, so that its own types are
 * not there when this is checked.
 */

/** A value of a row, or a parameter. */
export type DuckDbValue = null | boolean | number | bigint | string | DuckDbList;

/** What a parameter is, where its value does not say it. */
export interface DuckDbType {
  readonly typeId: number;
}

export interface DuckDbList {
  readonly items: readonly DuckDbValue[];
}

type Named<Item> = Readonly<Record<string, Item>>;

export interface DuckDbConnection {
  run(sql: string, values?: Named<DuckDbValue>, types?: Named<DuckDbType>): Promise<unknown>;
  runAndReadAll(
    sql: string,
    values?: Named<DuckDbValue>,
    types?: Named<DuckDbType>,
  ): Promise<{ getRows(): readonly (readonly DuckDbValue[])[] }>;
  closeSync(): void;
}

export interface DuckDbInstance {
  connect(): Promise<DuckDbConnection>;
  closeSync(): void;
}

/** The package. */
export interface DuckDb {
  readonly DuckDBInstance: {
    create(path: string, options: Named<string>): Promise<DuckDbInstance>;
  };
  readonly BIGINT: DuckDbType;
  readonly VARCHAR: DuckDbType;
  LIST(of: DuckDbType): DuckDbType;
  listValue(items: readonly DuckDbValue[]): DuckDbList;
}
