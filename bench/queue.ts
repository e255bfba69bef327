import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs, promisify } from 'node:util';
import pg from 'pg';
import { z } from 'zod';
import { findProgram, freePort, startGuarded } from '../tests/support/process.ts';
import { startPostgres } from '../tests/support/start-postgres.ts';
import { earlierBuild, thisBuild } from './builds.ts';
import { median, type Figures, type Sizes } from './queue/measure.ts';

/*
 * The queue from end to end, as a worker and those who submit see it, against an earlier build and other queues: the same
 * work by turns on servers that make every acknowledged job durable (Redis once a second, its usual setting). The processor
 * time of a job says more than its rate, as others use this machine as well.
 */

const { values } = parseArgs({
  options: {
    baseline: { type: 'string', default: 'none' },
    peers: { type: 'string', default: 'none' },
    rounds: { type: 'string', default: '3' },
    jobs: { type: 'string', default: '4000' },
    bulk: { type: 'string', default: '10000' },
    'low-load': { type: 'string', default: '100' },
  },
});

const sizes: Sizes = {
  jobs: Number(values.jobs),
  bulk: Number(values.bulk),
  lowLoad: Number(values['low-load']),
};
const script = fileURLToPath(new URL('queue/run.ts', import.meta.url));
const figuresOf = z.record(z.string(), z.number());

await using stack = new AsyncDisposableStack();
const contenders: { readonly name: string; readonly measure: () => Promise<Figures> }[] = [
  { name: 'this build', measure: () => onPostgres('operandi', stack.use(thisBuild()).folder) },
];
if (values.baseline !== 'none') {
  const { name, folder } = stack.use(await earlierBuild(values.baseline));
  contenders.push({ name, measure: () => onPostgres('operandi', folder) });
}
for (const name of values.peers === 'none' ? [] : values.peers.split(','))
  contenders.push({ name, measure: () => (name === 'bullmq' ? onRedis(name) : onPostgres(name)) });

const found = new Map<string, Figures[]>(contenders.map(({ name }) => [name, []]));
for (let round = 0; round < Number(values.rounds); round += 1)
  for (const { name, measure } of contenders) {
    const figures = await measure();
    found.get(name)?.push(figures);
    console.log(name, figures);
  }
console.table(table());

async function onPostgres(engine: string, folder = ''): Promise<Figures> {
  await using server = await startPostgres({ isDurable: true });
  if (server === undefined) throw new Error('PostgreSQL has to be installed');
  const url = server.urlOf('postgres');
  return await figuresIn([engine, url, await pidOf(url), JSON.stringify(sizes), folder]);
}

/** Redis that writes what it is told to disk once a second. */
async function onRedis(engine: string): Promise<Figures> {
  const program = findProgram('redis-server');
  if (program === undefined) throw new Error('Redis has to be installed');
  const folder = await mkdtemp(join(tmpdir(), 'operandi-bench-'));
  const port = String(await freePort());
  const server = await startGuarded({
    command: [
      ...[program, '--port', port, '--bind', '127.0.0.1', '--dir', folder, '--save', ''],
      ...['--appendonly', 'yes', '--appendfsync', 'everysec'],
    ],
    stopSignal: 'TERM',
    folder,
  });
  try {
    const url = `redis://127.0.0.1:${port}`;
    return await figuresIn([engine, url, String(server.pid), JSON.stringify(sizes)]);
  } finally {
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

async function figuresIn(args: readonly string[]): Promise<Figures> {
  const { stdout } = await promisify(execFile)(process.execPath, [script, ...args]);
  return figuresOf.parse(JSON.parse(stdout));
}

async function pidOf(url: string): Promise<string> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const { rows } = await client.query<{ folder: string }>(
    `select current_setting('data_directory') as folder`,
  );
  await client.end();
  const file = readFileSync(join(rows[0]?.folder ?? '', 'postmaster.pid'), 'utf8');
  return file.split('\n')[0] ?? '';
}

/** Medians, a line for each figure. */
function table() {
  const names = [...found.keys()];
  const [first] = found.get(names[0] ?? '') ?? [];
  return Object.keys(first ?? {}).map((figure) => ({
    figure,
    ...Object.fromEntries(
      names.map((name) => [
        name,
        round(median((found.get(name) ?? []).map((each) => each[figure] ?? Number.NaN))),
      ]),
    ),
  }));
}

function round(value: number): number {
  return value < 10 ? Math.round(value * 100) / 100 : Math.round(value);
}
