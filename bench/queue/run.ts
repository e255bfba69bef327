import { treeUse } from '../engine/process-tree.ts';
import type { QueueEngine } from './engine.ts';
import { measure, type Sizes } from './measure.ts';
import { openOperandi } from './operandi.ts';
import { openBullMq, openGraphile, openPgBoss } from './peers.ts';

/* A round of one queue in a process of its own; prints its figures. */

const [name = '', url = '', serverPid = '0', sizes = '{}', folder = ''] = process.argv.slice(2);
const engine = await open();
// Our own JSON, written by the parent.
const figures = await measure(engine, JSON.parse(sizes) as Sizes, () => {
  const { user, system } = process.cpuUsage();
  return { own: user + system, server: treeUse(Number(serverPid)).cpu * 1e6 };
});
process.stdout.write(JSON.stringify(figures));
await engine[Symbol.asyncDispose]();
process.exit();

function open(): Promise<QueueEngine> {
  if (name === 'bullmq') return openBullMq(url);
  if (name === 'pg-boss') return openPgBoss(url);
  if (name === 'graphile-worker') return openGraphile(url);
  return openOperandi(folder, url);
}
