import { setTimeout } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { startPostgres } from '../tests/support/start-postgres.ts';
import { startRedis } from '../tests/support/start-redis.ts';
import { earlierBuild, thisBuild, type Build } from './builds.ts';
import { noises, type Noise } from './noisy/noise.ts';
import { startPeer, type Peer } from './noisy/peer.ts';
import { startPlatform } from './noisy/platform.ts';
import { measureQuiet, publishQuiet, summary, type Served, type Summary } from './noisy/quiet.ts';

/*
 * A quiet tenant's jobs alone, and beside each kind of noise of another tenant, on this build and on an earlier one. Each
 * noise meets a platform of its own, started anew, so that none suffers from the one before; with and without take turns,
 * so that neither meets a busier machine.
 */

const { values } = parseArgs({
  options: {
    baseline: { type: 'string', default: 'none' },
    seconds: { type: 'string', default: '3' },
    rounds: { type: 'string', default: '5' },
    only: { type: 'string' },
  },
});
const seconds = Number(values.seconds);
const rounds = Number(values.rounds);
const wanted = noises.filter(({ name }) => values.only === undefined || name.includes(values.only));

/** What is started has to have begun, and what is stopped to have ended. */
const settleMs = 1_000;

interface Row {
  readonly build: string;
  readonly noise: string;
  readonly alone: Summary;
  readonly beside: Summary;
  readonly deaths: number;
}

await using stack = new AsyncDisposableStack();
const builds: readonly Build[] = [
  stack.use(thisBuild()),
  ...(values.baseline === 'none' ? [] : [stack.use(await earlierBuild(values.baseline))]),
];
const peer = stack.use(await startPeer());
const rows: Row[] = [];
for (const noise of wanted)
  for (const build of builds) {
    rows.push(await measure(build, noise, peer));
    print(rows.slice(-1));
  }
print(rows);

async function measure(build: Build, noise: Noise, { url: peerUrl, host }: Peer): Promise<Row> {
  await using postgres = await startPostgres({ isDurable: true });
  await using redis = await startRedis();
  if (postgres === undefined || redis === undefined)
    throw new Error('PostgreSQL and Redis have to be installed');
  await using platform = await startPlatform(build, {
    databaseUrl: postgres.urlOf('postgres'),
    redisUrl: redis.url,
    peers: [host],
  });
  const { url } = platform;
  const quiet = { url, key: await platform.addTenant('quiet') };
  const noisy = { url, key: await platform.addTenant('noisy') };
  await publishQuiet(quiet, peerUrl);
  await noise.prepare(noisy, peerUrl);
  await measureQuiet(quiet, 2);
  const alone: Served[] = [];
  const beside: Served[] = [];
  for (let round = 0; round < rounds; round += 1) {
    alone.push(await measureQuiet(quiet, seconds));
    const stop = new AbortController();
    const making = noise.make(noisy, stop.signal);
    await setTimeout(settleMs);
    beside.push(await measureQuiet(quiet, seconds));
    stop.abort();
    await making;
    await setTimeout(settleMs);
  }
  return {
    build: build.name,
    noise: noise.name,
    alone: summary(alone),
    beside: summary(beside),
    deaths: platform.deaths(),
  };
}

function print(some: readonly Row[]): void {
  console.table(
    some.map(({ build, noise, alone, beside, deaths }) => ({
      noise,
      build,
      'alone, jobs/s': alone.perSecond.toFixed(0),
      'beside, jobs/s': beside.perSecond.toFixed(0),
      throughput: `${(beside.perSecond / alone.perSecond).toFixed(2)} x`,
      'alone, p99 ms': alone.p99.toFixed(0),
      'beside, p99 ms': beside.p99.toFixed(0),
      p99: `${(beside.p99 / alone.p99).toFixed(1)} x`,
      failed: beside.failed,
      'processes lost': deaths,
    })),
  );
}
