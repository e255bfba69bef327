import { join } from 'node:path';
import { z } from 'zod';
import { integer, text, url } from './variables.ts';
import type { WarehouseBucket } from './warehouse-bucket.ts';

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
  OPERANDI_WAREHOUSE_S3_URL: url(['http', 'https'], {
    expected: 'the URL of a bucket, with a prefix behind if wanted',
    meaning: 'A bucket in which the files of the warehouse are kept; its folder is then a copy.',
    otherwise: 'none, its folder is all there is',
  }),
  OPERANDI_WAREHOUSE_S3_REGION: text({
    expected: 'a region',
    meaning: 'Region of that bucket, as requests are signed for it.',
    otherwise: '`us-east-1`',
  }),
  OPERANDI_WAREHOUSE_S3_CREDENTIAL: text({
    expected: 'id:secret',
    meaning: 'Access key of that bucket. No process but the warehouse reads it.',
    otherwise: 'none',
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

/** Where the warehouse is, and what it may take. */
export interface WarehouseSettings {
  /** Where the audit subgraph asks; undefined: nowhere. */
  readonly url: string | undefined;
  readonly folder: string;
  readonly port: number;
  /** Where its files are kept besides; undefined: nowhere. */
  readonly bucket: Omit<WarehouseBucket, 'credential'> | undefined;
  /** Between two looks where nothing was to be copied, milliseconds. */
  readonly intervalMs: number;
  /** Of one question, milliseconds. */
  readonly deadlineMs: number;
  /** Of one question. */
  readonly memoryMb: number;
}

const variables = z.object(warehouseVariables);

/** What the parsed variables mean. */
export function toWarehouse(env: z.output<typeof variables>, dataDir: string): WarehouseSettings {
  return {
    url: env.OPERANDI_WAREHOUSE_URL,
    folder: env.OPERANDI_WAREHOUSE_DIR ?? join(dataDir, 'warehouse'),
    port: env.OPERANDI_WAREHOUSE_PORT,
    bucket:
      env.OPERANDI_WAREHOUSE_S3_URL === undefined
        ? undefined
        : {
            url: env.OPERANDI_WAREHOUSE_S3_URL,
            region: env.OPERANDI_WAREHOUSE_S3_REGION ?? 'us-east-1',
          },
    intervalMs: env.OPERANDI_WAREHOUSE_INTERVAL_MS,
    deadlineMs: env.OPERANDI_WAREHOUSE_DEADLINE_MS,
    memoryMb: env.OPERANDI_WAREHOUSE_MEMORY_MB,
  };
}
