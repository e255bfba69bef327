import { Command } from 'commander';
import { readConfig } from '../../kernel/config/config.ts';
import { createLogger } from '../../kernel/logger.ts';
import { untilSignal } from '../../kernel/shutdown.ts';
import { duckDbPackage } from '../../warehouse/find-duckdb.ts';

interface Options {
  readonly folder?: string;
  readonly port?: string;
}

/** `operandi warehouse`: copies what has ended to Parquet files and answers questions about it. */
export function warehouseCommand(): Command {
  return new Command('warehouse')
    .description('Copy what has ended to Parquet files, and answer operandi analytics from them.')
    .option('--folder <folder>', 'where the files are; also OPERANDI_WAREHOUSE_DIR')
    .option('--port <port>', 'where it answers; also OPERANDI_WAREHOUSE_PORT')
    .addHelpText(
      'after',
      `
It needs the package @duckdb/node-api (npm install ${duckDbPackage}, in a clone npm --prefix warehouse/duckdb ci), DATABASE_URL with the login of a worker, and
OPERANDI_ASSERTION_PUBLIC_KEYS as subgraphs have it. The audit subgraph finds it by OPERANDI_WAREHOUSE_URL.
The layout of the files, for other tools that read them: docs/analytics.md.

Examples:
  operandi warehouse --folder /var/lib/operandi/warehouse --port 4010`,
    )
    .action(async ({ folder, port }: Options) => {
      const { runWarehouse } = await import('../../warehouse/run-warehouse.ts');
      const config = readConfig(
        {
          ...process.env,
          ...(folder !== undefined && { OPERANDI_WAREHOUSE_DIR: folder }),
          ...(port !== undefined && { OPERANDI_WAREHOUSE_PORT: port }),
        },
        {},
        'warehouse',
      );
      const log = createLogger({
        level: config.logLevel,
        name: 'warehouse',
        pretty: !config.isProduction,
      });
      await runWarehouse({ config, log, signal: untilSignal() });
    });
}
