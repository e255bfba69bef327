import { treeUse } from '../engine/process-tree.ts';
import type { QueueEngine } from './engine.ts';
import { commitFloor } from './commit-floor.ts';
import { lowLoadMs, measure, type Sizes } from './measure.ts';
import { openOperandi } from './operandi.ts';
import { openBullMq, openGraphile, openPgBoss } from './peers.ts';

/* A round of one queue in a process of its own; prints its figures. */

const [name = '', url = '', serverPid = '0', given = '{}', folder = ''] = process.argv.slice(2);
// Our own JSON, written by the parent.
const sizes = JSON.parse(given) as Sizes;
const engine = await open();
const figures = await measure(engine, sizes, () => {
  const { user, system } = process.cpuUsage();
  return { own: user + system, server: treeUse(Number(serverPid)).cpu * 1e6 };
});
const floor = url.startsWith('postgres') ? await commitFloor(url, sizes.lowLoad, lowLoadMs) : 0;
process.stdout.write(JSON.stringify({ ...figures, 'floor: a row and its commit, p50, ms': floor }));
await engine[Symbol.asyncDispose]();
process.exit();

function open(): Promise<QueueEngine> {
  if (name === 'bullmq') return openBullMq(url);
  if (name === 'pg-boss') return openPgBoss(url);
  if (name === 'graphile-worker') return openGraphile(url);
  return openOperandi(folder, url);
}
