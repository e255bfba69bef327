import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { parseArgs } from 'node:util';

import { readExampleFile, readInvoices } from '../cli/demo/invoices.ts';
import { publishProcedure, registerPartner } from '../cli/demo/set-up.ts';
import { startPlatform } from '../cli/platform.ts';
import { startPartner } from '../examples/invoice-triage/partner.ts';
import { readConfig } from '../kernel/config/config.ts';
import { createLogger } from '../kernel/logger.ts';
import { createClient, openBacktests } from '../sdk/src/index.ts';

/*
 * How long it takes to try a procedure on past jobs of the invoice example, from the request to the last result, over the
 * API of an embedded platform. Wall-clock time, and processor time of the process with its threads, without the database.
 */

const { values } = parseArgs({
  options: {
    jobs: { type: 'string', default: '1000' },
    rounds: { type: 'string', default: '5' },
  },
});
const jobs = Number(values.jobs);

const folder = await mkdtemp(join(tmpdir(), 'operandi-bench-'));
await using stack = new AsyncDisposableStack();
stack.defer(() => rm(folder, { recursive: true, force: true }));
const partner = stack.use(await startPartner({ port: 0 }));
const config = readConfig({
  ...{ PORT: '0', OPERANDI_DATA_DIR: folder, OPERANDI_EGRESS_ALLOW: partner.host },
});
const log = createLogger({ level: 'silent', name: 'bench' });
const platform = stack.use(
  await startPlatform(config, { log, signal: new AbortController().signal }),
);
const client = stack.use(
  createClient({ url: platform.url, apiKey: platform.firstKey ?? '', timeoutMs: 600_000 }),
);
const backtests = openBacktests(client);
await registerPartner(client, partner);
await publishProcedure(client);

const inputs = readInvoices()
  .filter(({ expected: { decision } }) => decision === 'POSTED' || decision === 'REFUSED')
  .map(({ text }): unknown => JSON.parse(text));
const wanted = Array.from({ length: jobs }, (_, n) => ({
  ...{ agent: 'invoice-triage', input: inputs[n % inputs.length] },
}));
const begun = performance.now();
for await (const { problems } of client.submitBatch(wanted))
  if (problems.length > 0) throw new Error(JSON.stringify(problems));
const isOver = async (): Promise<boolean> => {
  const states = ['QUEUED', 'RUNNING', 'WAITING'] as const;
  return (await client.jobs.list({ states: [...states] }).toArray(1)).length === 0;
};
while (!(await isOver())) await new Promise((resolve) => setTimeout(resolve, 500));
console.log(`${String(jobs)} jobs ran in ${((performance.now() - begun) / 1_000).toFixed(1)} s`);

const sop = readExampleFile('sop.yaml');
for (let round = 0; round < Number(values.rounds); round += 1) {
  const cpu = process.cpuUsage();
  const start = performance.now();
  const { id } = await backtests.start(sop, { last: jobs });
  for await (const move of backtests.watch(id)) void move;
  const { user, system } = process.cpuUsage(cpu);
  const took = ((performance.now() - start) / 1_000).toFixed(2);
  const spent = ((user + system) / 1_000_000).toFixed(2);
  const found = await backtests.get(id);
  console.log(
    `${took} s, ${spent} s of CPU: ${String(found?.state)}, ${String(found?.same)} of ${String(found?.total)} the same`,
  );
}
