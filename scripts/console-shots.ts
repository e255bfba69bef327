// Pictures of every view of the console, light, dark and narrow, into .cache/shots: npm run console:shots [-- VIEW …]
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import type { Page } from 'playwright-core';

import { startPlatform } from '../cli/platform.ts';
import { readConfig } from '../kernel/config/config.ts';
import {
  createClient,
  CreateAuditStreamDocument,
  CreateWebhookDocument,
} from '../sdk/src/index.ts';
import { launchChromium } from '../tests/support/chromium.ts';
import {
  expense,
  invite,
  parcel,
  publish,
  dispatchDefinition,
  publishStory,
  startCarrier,
  submit,
} from '../tests/support/console-story.ts';
import { silentLog } from '../tests/support/log.ts';

const folder = fileURLToPath(new URL('../.cache/shots/', import.meta.url));
const wanted = process.argv.slice(2);

await using stack = new AsyncDisposableStack();
const data = await mkdtemp(join(tmpdir(), 'operandi-shots-'));
stack.defer(() => rm(data, { recursive: true, force: true }));
const carrier = stack.use(await startCarrier());
const config = readConfig({
  OPERANDI_DATA_DIR: data,
  PORT: '0',
  OPERANDI_EGRESS_ALLOW: carrier.place,
});
const { signal } = new AbortController();
const platform = stack.use(await startPlatform(config, { log: silentLog, signal }));
const key = platform.firstKey ?? '';
const client = stack.use(createClient({ url: platform.url, apiKey: key }));
const jobs = await prepare();
const browser = await launchChromium();
stack.defer(() => browser.close());
await mkdir(folder, { recursive: true });

const views: Readonly<Record<string, string>> = {
  jobs: '/console/jobs',
  failed: `/console/jobs/${jobs.failed}`,
  done: `/console/jobs/${jobs.done}`,
  graph: `/console/jobs/${jobs.done}?tab=graph`,
  data: `/console/jobs/${jobs.done}?tab=data`,
  events: `/console/jobs/${jobs.done}?tab=events`,
  calls: `/console/jobs/${jobs.done}?tab=calls`,
  result: `/console/jobs/${jobs.done}?tab=result`,
  trail: `/console/jobs/${jobs.done}?tab=audit`,
  waiting: `/console/jobs/${jobs.waiting}`,
  approvals: '/console/approvals',
  delegations: '/console/approvals?tab=delegations',
  agents: '/console/agents',
  agent: '/console/agents/shipping/parcel-dispatch',
  try: '/console/agents/shipping/parcel-dispatch?tab=try',
  versions: '/console/agents/shipping/parcel-dispatch?tab=versions',
  publish: '/console/agents/publish',
  schedules: '/console/schedules',
  'new-schedule': '/console/schedules/new?agent=shipping/parcel-dispatch',
  compare: `/console/jobs/compare?a=${jobs.failed}&b=${jobs.done}`,
  integrations: '/console/integrations',
  integration: '/console/integrations/carrier',
  webhooks: '/console/webhooks',
  queue: '/console/queue',
  numbers: '/console/numbers',
  audit: '/console/audit',
  streams: '/console/audit?tab=streams',
  members: '/console/access',
  keys: '/console/access?tab=keys',
  roles: '/console/access?tab=roles',
  sessions: '/console/access?tab=sessions',
  providers: '/console/access?tab=providers',
};

const looks = [
  { name: 'light', colorScheme: 'light', viewport: { width: 1280, height: 800 } },
  { name: 'dark', colorScheme: 'dark', viewport: { width: 1280, height: 800 } },
  { name: 'narrow', colorScheme: 'light', viewport: { width: 360, height: 740 } },
] as const;

for (const { name: look, ...settings } of looks) {
  const context = await browser.newContext(settings);
  const page = await context.newPage();
  page.on('console', (said) => {
    if (said.type() === 'error') console.log(`${look}: ${said.text()}`);
  });
  page.on('pageerror', (error) => console.log(`${look}: ${error.message}`));
  await page.goto(new URL('/console', platform.url).href);
  await page.getByLabel('API key').waitFor();
  await shoot(page, 'sign-in', look);
  await page.getByLabel('API key').fill(key);
  await page.getByRole('button', { name: 'Use the key' }).click();
  await page.locator('main#main').waitFor();
  for (const [name, path] of Object.entries(views)) {
    if (wanted.length > 0 && !wanted.includes(name)) continue;
    await page.goto(new URL(path, platform.url).href);
    await settle(page);
    if (name === 'trail') await page.getByRole('button', { name: 'Verify' }).click();
    if (name === 'trail') await page.getByText(/[1-9]\d* proved, /).waitFor();
    await shoot(page, name, look);
  }
  await context.close();
}
console.log(folder);

async function settle(page: Page): Promise<void> {
  await page.locator('main#main h1').waitFor();
  await page.locator('.loading').first().waitFor({ state: 'detached' });
  await page.waitForLoadState('networkidle').catch(() => undefined);
}

async function shoot(page: Page, name: string, look: string): Promise<void> {
  await page.screenshot({ path: join(folder, `${name}.${look}.png`), fullPage: true });
}

async function prepare() {
  await publishStory(client, carrier);
  await publish(
    client,
    dispatchDefinition.replace("version: '1.0.0'", "version: '1.1.0'").replace('120', '140'),
  );
  await invite(client, 'Ada');
  await invite(client, 'Grace');
  for (let at = 0; at < 14; at += 1)
    await submit(client, {
      ...parcel(`A-${100 + at}`, { express: at % 3 === 0 }),
      idempotencyKey: `order-${at}`,
    });
  const done = await submit(client, parcel('A-200'));
  await ended(done);
  carrier.isBroken = true;
  const failed = await submit(client, parcel('A-201'));
  await ended(failed);
  carrier.isBroken = false;
  await client.request(CreateWebhookDocument, {
    input: { url: 'https://hooks.example.com/jobs', description: 'The shop', events: ['*'] },
  });
  await client.request(CreateAuditStreamDocument, {
    input: { name: 'siem', syslog: { host: 'logs.example.com' } },
  });
  await takeBackSoon();
  await submit(client, expense('Grace Hopper', 1_250));
  const waiting = await submit(client, expense('Ada Lovelace'));
  for await (const event of client.watch(waiting)) if (event.type.includes('approval')) break;
  await platform.sealAudit();
  return { done, failed, waiting };
}

/** A decision that can be taken back for hours, as the inbox shows it. */
async function takeBackSoon(): Promise<void> {
  const definition = `document: {dsl: 1.0.3, namespace: finance, name: payout, version: 1.0.0}
do:
  - ask: { call: approval, with: { title: 'Pay 9,200 EUR to Initech?', undo: PT12H } }
`;
  await publish(client, definition);
  const id = await submit(client, { agent: 'payout', input: {} });
  for await (const event of client.watch(id)) if (event.type.includes('approval')) break;
  const [approval] = await client.approvals.ofJob(id);
  if (approval !== undefined) await client.approvals.approve(approval.id);
}

async function ended(id: string): Promise<void> {
  for await (const event of client.watch(id)) void event;
}
