import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { parseArgs } from 'node:util';

import pg from 'pg';

import { startPlatform } from '../cli/platform.ts';
import { readConfig } from '../kernel/config/config.ts';
import { migrateDatabase } from '../kernel/database/database.ts';
import { createClient } from '../sdk/src/index.ts';
import { launchChromium } from '../tests/support/chromium.ts';
import {
  expense,
  parcel,
  publishStory,
  startCarrier,
  submit,
} from '../tests/support/console-story.ts';
import { silentLog } from '../tests/support/log.ts';
import { startPostgres } from '../tests/support/start-postgres.ts';
import { processorMs } from './console/processor.ts';
import { multiplyJobs } from './console/seed.ts';
import {
  newContext,
  roam,
  scrollToEnd,
  visit,
  type Opening,
  type Visit,
} from './console/visits.ts';

/*
 * The console in Chromium before a platform with many jobs: opening the list and a job, and scrolling through all of them.
 * Browser, platform and PostgreSQL share the machine. Server time is from asking to the first byte of the answer.
 */

const { values } = parseArgs({
  options: {
    jobs: { type: 'string', default: '100000' },
    rounds: { type: 'string', default: '40' },
    scroll: { type: 'boolean', default: true },
  },
  allowNegative: true,
});
const count = Number(values.jobs);
const rounds = Number(values.rounds);

await using stack = new AsyncDisposableStack();
const started = await startPostgres();
if (started === undefined) throw new Error('PostgreSQL is not installed');
const server = stack.use(started);
const data = await mkdtemp(join(tmpdir(), 'operandi-bench-'));
stack.defer(() => rm(data, { recursive: true, force: true }));
const carrier = stack.use(await startCarrier());
const databaseUrl = server.urlOf('postgres');
const config = readConfig({
  ...{ OPERANDI_DATA_DIR: data, PORT: '0', DATABASE_URL: databaseUrl },
  OPERANDI_MASTER_KEY: `k1:${randomBytes(32).toString('base64')}`,
  OPERANDI_EGRESS_ALLOW: carrier.place,
});
await migrateDatabase({ ...config, databaseUrl }, silentLog);
const { signal } = new AbortController();
const platform = stack.use(await startPlatform(config, { log: silentLog, signal }));
const key = platform.firstKey ?? '';
await prepare();
const browser = await launchChromium(['--enable-precise-memory-info']);
stack.defer(() => browser.close());

const url = (path: string): string => new URL(`/console${path}`, platform.url).href;
const list = (query = ''): Opening => ({ address: url(`/jobs${query}`), shown: '[data-index] a' });
const job = (id: string): Opening => ({
  address: url(`/jobs/${id}`),
  shown: '.timeline .step',
});

const lists = {
  'the list': list(),
  'what failed': list('?states=%5B%22FAILED%22%5D'),
  'of an agent, 24 h': list('?agent=shipping%2Fparcel-dispatch&since=24h'),
  'by a label': list('?q=region%3Dnorth'),
};
const found: Record<string, Visit[]> = {};
const note = (name: string, one: Visit): void => {
  (found[name] ??= []).push(one);
};
const ids = await someJobs();
for (let round = 0; round < Math.ceil(rounds / 4); round += 1) {
  const context = await newContext(browser, key);
  note('the list, nothing cached', await visit(context, lists['the list']));
  await context.close();
}
const context = await newContext(browser, key);
stack.defer(() => context.close());
await visit(context, lists['the list']);
for (let round = 0; round < rounds; round += 1) {
  for (const [name, opening] of Object.entries(lists)) note(name, await visit(context, opening));
  note('a job', await visit(context, job(ids[round % ids.length] ?? '')));
}
console.log('As it went, with all that the machine had to do besides:');
console.table(
  Object.fromEntries(Object.entries(found).map(([name, visits]) => [name, figuresOf(visits)])),
);
console.log('Processor time of the same views:');
const costs: Record<string, object> = {};
for (const [name, visits] of Object.entries(found)) costs[name] = await costOf(visits);
console.table(costs);
if (values.scroll) await scrollAll();

async function scrollAll(): Promise<void> {
  const page = await context.newPage();
  await page.goto(url('/jobs'));
  await page.locator('[data-index] a').first().waitFor();
  const { frames, longTasks, ...rest } = await scrollToEnd(page);
  const roaming = await roam(page);
  console.log({
    ...rest,
    'frame while pages come, p50': quantile(frames, 0.5),
    'frame while pages come, p95': quantile(frames, 0.95),
    'tasks over 50 ms': longTasks.length,
    'longest task': Math.max(0, ...longTasks),
    'frame while roaming, p50': quantile(roaming, 0.5),
    'frame while roaming, p95': quantile(roaming, 0.95),
  });
  await page.close();
}

/** Asks what a view asks, again and again, with nobody else about, and counts the processor time of each question. */
async function costOf(visits: readonly Visit[]) {
  const questions = visits.flatMap((one) => one.questions).slice(0, 200);
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${key}` };
  const spent: number[] = [];
  const database = processorMs(server);
  for (const body of questions) {
    const before = process.cpuUsage();
    const answer = await fetch(new URL('/graphql', platform.url), {
      method: 'POST',
      headers,
      body,
    });
    await answer.arrayBuffer();
    const { user, system } = process.cpuUsage(before);
    spent.push((user + system) / 1_000);
  }
  const ofDatabase = (processorMs(server) - database) / Math.max(1, questions.length);
  return {
    questions: questions.length / visits.length,
    'platform, of a question p50, ms': quantile(spent, 0.5),
    'p95, ms': quantile(spent, 0.95),
    'PostgreSQL, of a question, ms': Math.round(ofDatabase * 10) / 10,
    'page p50, ms': quantile(
      visits.map(({ page }) => page),
      0.5,
    ),
    'page p95, ms': quantile(
      visits.map(({ page }) => page),
      0.95,
    ),
  };
}

function figuresOf(visits: readonly Visit[]) {
  const all = visits.flatMap((one) => one.server);
  const slowest = visits.map((one) => Math.max(...one.server));
  return {
    'server, least, ms': quantile(all, 0),
    'server p50, ms': quantile(all, 0.5),
    'server p95, ms': quantile(all, 0.95),
    'slowest of a view, p95': quantile(slowest, 0.95),
    'interactive, least, ms': quantile(
      visits.map(({ interactive }) => interactive),
      0,
    ),
    'interactive p50, ms': quantile(
      visits.map(({ interactive }) => interactive),
      0.5,
    ),
    'interactive p95, ms': quantile(
      visits.map(({ interactive }) => interactive),
      0.95,
    ),
  };
}

function quantile(numbers: readonly number[], share: number): number {
  const sorted = numbers.toSorted((left, right) => left - right);
  return Math.round(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0);
}

/** Jobs of every sort, then as many like them as are wanted. */
async function prepare(): Promise<void> {
  await using client = createClient({ url: platform.url, apiKey: key });
  await publishStory(client, carrier);
  for (let at = 0; at < 40; at += 1) {
    carrier.isBroken = at % 20 === 0;
    const id = await submit(client, parcel(`A-${String(at)}`, { express: at % 3 === 0 }));
    for await (const event of client.watch(id)) void event;
  }
  carrier.isBroken = false;
  await submit(client, expense('Ada Lovelace'));
  const begin = performance.now();
  await withDatabase((database) => multiplyJobs(database, count));
  const seconds = ((performance.now() - begin) / 1_000).toFixed(0);
  console.log(`${String(count)} jobs made in ${seconds} s`);
}

async function someJobs(): Promise<readonly string[]> {
  const { rows } = await withDatabase((database) =>
    database.query<{ readonly id: string }>(
      `select id from jobs.job where state in ('SUCCEEDED', 'FAILED') order by md5(id::text) limit 50`,
    ),
  );
  return rows.map(({ id }) => id);
}

async function withDatabase<Found>(use: (database: pg.Client) => Promise<Found>): Promise<Found> {
  const database = new pg.Client(databaseUrl);
  await database.connect();
  try {
    return await use(database);
  } finally {
    await database.end();
  }
}
