import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startPartner } from '../../examples/invoice-triage/partner.ts';
import { readConfig } from '../../kernel/config/config.ts';
import { createLogger } from '../../kernel/logger.ts';
import { stopped } from '../../kernel/shutdown.ts';
import { progressLine } from '../output.ts';
import { startPlatform } from '../platform.ts';
import { followJobs } from './follow-jobs.ts';
import { readInvoices } from './invoices.ts';
import { nextSteps, whileItStays } from './next-steps.ts';
import { readDecisions } from './read-decisions.ts';
import { report } from './report.ts';
import { clientFor, createDemoKey, publishProcedure, registerPartner } from './set-up.ts';
import { submitInvoices } from './submit-invoices.ts';
import { differences } from './verify.ts';

const patienceMs = 120_000;

/** How the demo ends. */
export interface DemoOptions {
  readonly signal: AbortSignal;
  /** True stays up after the story until the signal aborts. */
  readonly isKept: boolean;
}

/** Tells the invoice story from an empty folder to the end; throws with every difference from what is expected. */
export async function runDemo({ signal, isKept }: DemoOptions): Promise<void> {
  const startedAt = performance.now();
  await using stack = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), 'operandi-demo-'));
  stack.defer(() => rm(folder, { recursive: true, force: true }));

  const partner = stack.use(await startPartner({ port: 0 }));
  const config = readConfig({
    OPERANDI_DATA_DIR: join(folder, 'data'),
    PORT: '0',
    LOG_LEVEL: 'warn',
    OPERANDI_EGRESS_ALLOW: partner.host,
  });
  const log = createLogger({ level: config.logLevel, name: 'operandi', pretty: true });
  say(
    'Starting the platform: embedded database, four subgraphs, gateway and worker in one process …',
  );
  const platform = stack.use(await startPlatform(config, { log, signal }));
  say(`ready at ${platform.url} after ${seconds(startedAt)}`);

  const admin = stack.use(clientFor(platform.url, platform.firstKey ?? ''));
  const client = stack.use(clientFor(platform.url, await createDemoKey(admin)));
  await registerPartner(client, partner);
  const version = await publishProcedure(client);
  say(
    `partner registered at ${partner.url}, procedure published as invoice-triage version ${version}`,
  );

  const files = readInvoices();
  const submitted = await submitInvoices(client, files);
  say(`${files.length} invoices submitted`);
  const patience = AbortSignal.any([signal, AbortSignal.timeout(patienceMs)]);
  await followJobs(client, submitted, { line: progressLine(process.stdout), signal: patience });
  await platform.sealAudit();
  const decided = await readDecisions(client, submitted);

  say(`\n${report(decided, partner.stats)}`);
  const faults = differences(decided, partner.stats);
  if (faults.length > 0) throw new Error(`not as expected:\n  ${faults.join('\n  ')}`);
  say(`\nAll ${files.length} invoices ended as expected, in ${seconds(startedAt)}.`);
  say(isKept ? whileItStays(platform) : nextSteps());
  if (isKept) await stopped(signal);
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

function seconds(since: number): string {
  return `${((performance.now() - since) / 1000).toFixed(1)} s`;
}
