import { type ChildProcess, fork, spawn, type StdioOptions } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { freePort, memory } from './processes.ts';
import type { Order, Report } from './subscriptions/clients.ts';

/*
 * One event to many sockets: from the first client that has it to the last. The gateways complete the event from a
 * second subgraph; the floor sends a ready text of the same size. Server, clients and subgraphs are processes of their
 * own and take turns, so that what else the machine does falls on all of them.
 */

const { values } = parseArgs({
  options: {
    sockets: { type: 'string', default: '10000' },
    events: { type: 'string', default: '10' },
    passes: { type: 'string', default: '2' },
    only: { type: 'string' },
  },
});
const query = 'subscription { orderPlaced { id total note product { name price } } }';
const silenceMs = 60_000;

interface Target {
  readonly name: string;
  /** Sockets it can be asked to hold; fewer where each costs it several files. */
  readonly sockets: number;
  start(folder: string): Promise<Running>;
}

interface Running {
  readonly child: ChildProcess;
  readonly port: number;
  readonly emitUrl: string;
}

interface Sample {
  readonly target: string;
  readonly sockets: number;
  readonly fanOutMs: readonly number[];
  readonly wholeMs: readonly number[];
  readonly emptyMb: number;
  readonly fullMb: number;
  readonly peakMb: number;
  readonly entityCalls: number;
}

interface Subgraphs {
  readonly supergraphSdl: string;
  readonly emitUrl: string;
  readonly callsUrl: string;
}

const hiveCommand = new URL(
  'peers/node_modules/@graphql-hive/gateway/dist/bin.js',
  import.meta.url,
);
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));

const sockets = Number(values.sockets);
const subgraphs = forkFile('subscriptions/subgraphs.ts');
const [graph] = (await once(subgraphs, 'message')) as [Subgraphs];
const folder = await mkdtemp(join(tmpdir(), 'operandi-bench-'));
const supergraph = join(folder, 'supergraph.graphql');
await writeFile(supergraph, graph.supergraphSdl);

const targets: readonly Target[] = [
  { name: 'floor: ws broadcast', sockets, start: startFloor },
  { name: 'Operandi', sockets, start: startOperandi },
  ...(existsSync(hiveCommand) ? [{ name: 'Hive Gateway', sockets, start: startHive }] : []),
].filter(({ name }) => values.only === undefined || name.includes(values.only));

const samples: Sample[] = [];
try {
  for (let pass = 0; pass < Number(values.passes); pass += 1) {
    for (const target of targets) samples.push(await measureOrHalve(target));
  }
} finally {
  subgraphs.kill();
  await rm(folder, { recursive: true });
}
print(samples);

/** A server that cannot hold so many is asked for half, and the table says so. */
async function measureOrHalve(target: Target): Promise<Sample> {
  try {
    return await measure(target);
  } catch (error) {
    if (target.sockets < 200) throw error;
    console.error(`${target.name} with ${target.sockets} sockets: ${String(error)}; half of them`);
    return measureOrHalve({ ...target, sockets: Math.floor(target.sockets / 2) });
  }
}

async function measure(target: Target): Promise<Sample> {
  await using stack = new AsyncDisposableStack();
  const running = await target.start(folder);
  stack.defer(() => end(running.child));
  const clients = forkFile('subscriptions/clients.ts');
  stack.defer(() => end(clients));
  const emptyMb = memory(running.child.pid, 'VmRSS');
  const opened = await ask(clients, { open: target.sockets, port: running.port, query });
  if (!('opened' in opened) || opened.failed > 0) {
    throw new Error(`not all sockets opened: ${JSON.stringify(opened)}`);
  }
  // Subscriptions that are on their way upstream have arrived after a while.
  await delay(2_000);
  const fullMb = memory(running.child.pid, 'VmRSS');
  const callsBefore = await callsSoFar();
  const fanOutMs: number[] = [];
  const wholeMs: number[] = [];
  for (let event = 0; event < Number(values.events); event += 1) {
    await ask(clients, { expect: target.sockets });
    const all = once(clients, 'message', { signal: AbortSignal.timeout(silenceMs) });
    const emittedAt = performance.timeOrigin + performance.now();
    await fetch(running.emitUrl);
    const [report] = (await all) as [Extract<Report, { received: number }>];
    fanOutMs.push(report.lastAt - report.firstAt);
    wholeMs.push(report.lastAt - emittedAt);
    await delay(200);
  }
  return {
    target: target.name,
    sockets: target.sockets,
    fanOutMs,
    wholeMs,
    emptyMb,
    fullMb,
    peakMb: memory(running.child.pid, 'VmHWM'),
    entityCalls: ((await callsSoFar()) - callsBefore) / Number(values.events),
  };
}

async function callsSoFar(): Promise<number> {
  return Number(await (await fetch(graph.callsUrl)).text());
}

async function startFloor(): Promise<Running> {
  const child = forkFile('subscriptions/floor.ts');
  const [{ port }] = (await once(child, 'message')) as [{ readonly port: number }];
  return { child, port, emitUrl: `http://127.0.0.1:${port}/emit` };
}

async function startOperandi(): Promise<Running> {
  const port = await freePort();
  const main = new URL('../cli/main.ts', import.meta.url).pathname;
  const command = [main, 'gateway', '--supergraph', supergraph, '--port', String(port)];
  return ready({ child: spawnNode(command), port, emitUrl: graph.emitUrl });
}

async function startHive(inFolder: string): Promise<Running> {
  const port = await freePort();
  const config = join(inFolder, 'gateway.config.mjs');
  await writeFile(
    config,
    `export const gatewayConfig = {
      transportEntries: {
        '*.http': { options: { subscriptions: { kind: 'ws', location: '/graphql' } } },
      },
      logging: 'error',
    };`,
  );
  const file = ['supergraph', supergraph, '--config-path', config];
  const command = [hiveCommand.pathname, ...file, '--port', String(port), '--host', '127.0.0.1'];
  return ready({ child: spawnNode(command), port, emitUrl: graph.emitUrl });
}

async function ready(running: Running): Promise<Running> {
  const body = JSON.stringify({ query: '{ __typename }' });
  const headers = { 'content-type': 'application/json' };
  for (let attempt = 0; attempt < 300; attempt += 1) {
    const url = `http://127.0.0.1:${running.port}/graphql`;
    const isReady = await fetch(url, { method: 'POST', headers, body }).then(
      ({ ok }) => ok,
      () => false,
    );
    if (isReady) return running;
    await delay(200);
  }
  await end(running.child);
  throw new Error('did not start');
}

function spawnNode(command: readonly string[]): ChildProcess {
  return kept(spawn(process.execPath, [...command], { stdio: 'ignore' }));
}

function forkFile(file: string): ChildProcess {
  const stdio: StdioOptions = ['ignore', 'inherit', 'inherit', 'ipc'];
  return kept(fork(new URL(file, import.meta.url), { stdio }));
}

/** No process outlives the measurement, however it ends. */
function kept(child: ChildProcess): ChildProcess {
  const kill = (): void => void child.kill('SIGKILL');
  process.once('exit', kill);
  child.once('exit', () => process.off('exit', kill));
  return child;
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGKILL');
  await once(child, 'exit');
}

async function ask(child: ChildProcess, order: Order): Promise<Report> {
  const answer = once(child, 'message', { signal: AbortSignal.timeout(180_000) });
  child.send(order);
  const [report] = (await answer) as [Report];
  return report;
}

function print(all: readonly Sample[]): void {
  const floorMs = median(all.filter(({ target }) => target.startsWith('floor')).flatMap(fanOut));
  console.table(
    targets.map(({ name }) => {
      const own = all.filter(({ target }) => target === name);
      const [first] = own;
      return {
        server: name,
        sockets: Math.min(...own.map((sample) => sample.sockets)),
        'fan-out ms': median(own.flatMap(fanOut)).toFixed(0),
        'of floor': (median(own.flatMap(fanOut)) / floorMs).toFixed(2),
        'event to last ms': median(own.flatMap(({ wholeMs }) => wholeMs)).toFixed(0),
        'entity calls an event': first?.entityCalls,
        'RSS before, full, peak MB': own
          .map(({ emptyMb, fullMb, peakMb }) => `${emptyMb}/${fullMb}/${peakMb}`)
          .join('  '),
      };
    }),
  );
}

function fanOut({ fanOutMs }: Sample): readonly number[] {
  return fanOutMs;
}

function median(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((left, right) => left - right);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
