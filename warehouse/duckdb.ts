import { createRequire } from 'node:module';

import { AppError } from '../kernel/errors.ts';
import type { DuckDb, DuckDbConnection } from './duckdb-api.ts';
import { duckDbPackage, findDuckDb } from './find-duckdb.ts';

/** What a database in memory may use. */
export interface DuckDbLimits {
  readonly threads: number;
  readonly memoryMb: number;
  /** Where it puts what does not fit; absent: nowhere, and what does not fit fails. */
  readonly spillFolder?: string;
}

/** A connection to a database in memory of its own; disposing ends both. */
export interface OpenDuckDb extends Disposable {
  readonly connection: DuckDbConnection;
  readonly duckdb: DuckDb;
}

/** Loads the package that few installations have; says which it is where it is absent. */
function loadDuckDb(): DuckDb {
  const path = findDuckDb();
  if (path === undefined)
    throw new AppError(
      'WAREHOUSE_UNAVAILABLE',
      `the warehouse needs the package @duckdb/node-api, which is not installed with the rest: npm install ${duckDbPackage}, or in a clone npm --prefix warehouse/duckdb ci`,
    );
  // It is this version of the package, whose part that is used is written down.
  return createRequire(import.meta.url)(path) as DuckDb;
}

/** Opens a database that loads no extension and reaches no network. */
export async function openDuckDb({
  threads,
  memoryMb,
  spillFolder,
}: DuckDbLimits): Promise<OpenDuckDb> {
  const duckdb = loadDuckDb();
  const instance = await duckdb.DuckDBInstance.create(':memory:', {
    threads: String(threads),
    memory_limit: `${String(memoryMb)}MiB`,
    temp_directory: spillFolder ?? '',
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
  });
  const connection = await instance.connect();
  return {
    connection,
    duckdb,
    [Symbol.dispose]() {
      connection.closeSync();
      instance.closeSync();
    },
  };
}
