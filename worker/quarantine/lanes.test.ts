import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, it } from 'vitest';
import { readConfig } from '../../kernel/config/config.ts';
import { silentLog } from '../../tests/support/log.ts';
import { until } from '../../tests/support/until.ts';
import { createLanes } from './lanes.ts';

it('starts its processes with a limit of memory and without the fault of V8 that ends long-lived ones', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'operandi-lanes-'));
  await using stack = new AsyncDisposableStack();
  stack.defer(() => rm(folder, { recursive: true }));
  const [entry, note] = [join(folder, 'lane.mjs'), join(folder, 'flags.json')];
  await writeFile(
    entry,
    `import { writeFileSync } from 'node:fs';
    writeFileSync(${JSON.stringify(note)}, JSON.stringify(process.execArgv));
    process.on('message', (told) => told === 'stop' && process.exit(0));`,
  );
  const lanes = stack.use(
    createLanes({
      config: readConfig({ OPERANDI_DATA_DIR: folder, OPERANDI_QUARANTINE_MEMORY_MB: '300' }),
      databaseUrl: 'postgresql://nowhere/none',
      queue: { surrender: () => Promise.resolve([]) },
      log: silentLog,
      entry: pathToFileURL(entry),
    }),
  );
  lanes.open();
  const flags = await until('a lane has begun', () =>
    readFile(note, 'utf8')
      .then((text) => JSON.parse(text) as unknown)
      .catch(() => undefined),
  );
  expect(flags).toEqual(['--max-old-space-size=300', '--no-wasm-code-gc']);
});
