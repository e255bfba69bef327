import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

/**
 * Runs Prisma's CLI without its downloaded schema engine: `generate`, `validate` and `format` only ask that the file
 * exists. `migrate` needs the engine; `operandi migrate` applies the migrations instead.
 */
const root = dirname(dirname(fileURLToPath(import.meta.url)));
const cli = createRequire(new URL('./tools/package.json', import.meta.url)).resolve(
  'prisma/build/index.js',
);

const { status, error } = spawnSync(
  process.execPath,
  [cli, ...process.argv.slice(2), '--schema', join(root, 'prisma', 'schema')],
  {
    cwd: root,
    stdio: 'inherit',
    env: {
      ...process.env,
      PRISMA_SCHEMA_ENGINE_BINARY: process.execPath,
      PRISMA_HIDE_UPDATE_MESSAGE: '1',
      CHECKPOINT_DISABLE: '1',
    },
  },
);
if (error !== undefined) throw error;
process.exitCode = status ?? 1;
