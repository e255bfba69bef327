import { join } from 'node:path';
import { z } from 'zod';
import { integer, text, url } from './variables.ts';

/** Of the warehouse, and of who asks it. */
export const warehouseVariables = {
  OPERANDI_WAREHOUSE_URL: url(['http', 'https'], {
    expected: 'an http or https URL',
    meaning: 'Where the audit subgraph finds `operandi warehouse`.',
    otherwise: 'no analytics; in one process a warehouse of its own, if its package is installed',
  }),
  OPERANDI_WAREHOUSE_DIR: text({
    expected: 'a folder',
    meaning: 'Where the warehouse keeps its files.',
    otherwise: '`warehouse` in the data folder',
  }),
  OPERANDI_WAREHOUSE_PORT: integer(4_010, [0, 65_535], 'Port of the warehouse.'),
  OPERANDI_WAREHOUSE_INTERVAL_MS: integer(
    5_000,
    [100, 3_600_000],
    'How long the warehouse waits after all was copied before it looks again, milliseconds.',
  ),
  OPERANDI_WAREHOUSE_DEADLINE_MS: integer(
    10_000,
    [100, 60_000],
    'Longest time for one question to the warehouse, milliseconds; what answers it is ended then.',
  ),
  OPERANDI_WAREHOUSE_MEMORY_MB: integer(
    512,
    [64, 1_048_576],
    'Most memory for the data of one question to the warehouse, MiB. Two are answered at once.',
  ),
};

const variables = z.object(warehouseVariables);

/** How the warehouse is run, and where it is asked. */
export interface WarehouseSettings {
  /** Where the audit subgraph asks; undefined: nowhere. */
  readonly url: string | undefined;
  readonly folder: string;
  readonly port: number;
  /** Between two looks where nothing was to be copied, milliseconds. */
  readonly intervalMs: number;
  /** Of one question, milliseconds. */
  readonly deadlineMs: number;
  /** Of one question. */
  readonly memoryMb: number;
}

/** What the parsed variables mean. */
export function toWarehouse(env: z.output<typeof variables>, dataDir: string): WarehouseSettings {
  return {
    url: env.OPERANDI_WAREHOUSE_URL,
    folder: env.OPERANDI_WAREHOUSE_DIR ?? join(dataDir, 'warehouse'),
    port: env.OPERANDI_WAREHOUSE_PORT,
    intervalMs: env.OPERANDI_WAREHOUSE_INTERVAL_MS,
    deadlineMs: env.OPERANDI_WAREHOUSE_DEADLINE_MS,
    memoryMb: env.OPERANDI_WAREHOUSE_MEMORY_MB,
  };
}
