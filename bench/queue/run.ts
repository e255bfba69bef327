import { measure, type Sizes } from './measure.ts';
import { openOperandi } from './operandi.ts';
import { treeUse } from '../engine/process-tree.ts';

const [name = '', place = '', url = '', serverPid = '0', sizes = '{}'] = process.argv.slice(2);
const engine = await openOperandi(place, url);
const figures = await measure(engine, JSON.parse(sizes) as Sizes, () => {
  const { user, system } = process.cpuUsage();
  return { own: user + system, server: treeUse(Number(serverPid)).cpu * 1e6 };
});
process.stdout.write(JSON.stringify(figures));
void name;
await engine[Symbol.asyncDispose]();
