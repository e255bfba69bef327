import type { DuckDBConnection } from '@duckdb/node-api';
import type * as DuckDbModule from '@duckdb/node-api';

import { AppError } from '../kernel/errors.ts';

type DuckDb = typeof DuckDbModule;

/** What a database in memory may use. */
export interface DuckDbLimits {
  readonly threads: number;
  readonly memoryMb: number;
  /** Where it puts what does not fit; absent: nowhere, and what does not fit fails. */
  readonly spillFolder?: string;
}

/** A connection to a database in memory of its own; disposing ends both. */
export interface OpenDuckDb extends Disposable {
  readonly connection: DuckDBConnection;
  readonly duckdb: DuckDb;
}

/** Loads the package that few installations have; says which it is where it is absent. */
async function loadDuckDb(): Promise<DuckDb> {
  try {
    return await import('@duckdb/node-api');
  } catch (cause) {
    throw new AppError(
      'WAREHOUSE_UNAVAILABLE',
      'the warehouse needs the package @duckdb/node-api, which is not installed with the rest: npm install @duckdb/node-api@1.5.6-r.1',
      { cause },
    );
  }
}

/** Opens a database that loads no extension and reaches no network. */
export async function openDuckDb({
  threads,
  memoryMb,
  spillFolder,
}: DuckDbLimits): Promise<OpenDuckDb> {
  const duckdb = await loadDuckDb();
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
