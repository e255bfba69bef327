import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { type Client, CreateApiKeyDocument } from '../../sdk/src/index.ts';
import { lacksChromium } from '../support/chromium.ts';
import { type Seat, takeSeat, violationsOf } from '../support/console-seat.ts';
import {
  type Carrier,
  ended,
  parcel,
  openStage,
  publishStory,
  submit,
} from '../support/console-story.ts';
import type { TestPlatform } from '../support/platform.ts';

describe.skipIf(lacksChromium)('what is made in the console', () => {
  const stack = new AsyncDisposableStack();
  let carrier: Carrier;
  let test: TestPlatform;
  let client: Client;
  let browser: Browser;
  let seat: Seat;
  let page: Page;

  beforeAll(async () => {
    ({ carrier, test, client, browser } = await openStage(stack));
    await publishStory(client, carrier);
  }, 600_000);

  afterAll(() => stack.disposeAsync());

  beforeEach(async () => {
    const place = { url: test.platform.url, key: test.platform.firstKey ?? '' };
    seat = await takeSeat(browser, place);
    ({ page } = seat);
    return () => seat[Symbol.asyncDispose]();
  });

  const faultsOfView = async (): Promise<readonly string[]> => {
    const found: string[] = [];
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      found.push(...(await violationsOf(page)));
    }
    await page.setViewportSize({ width: 360, height: 740 });
    const width = Number(await page.evaluate('document.documentElement.scrollWidth'));
    if (width > 360) found.push(`${page.url()} is ${width} px wide`);
    await page.setViewportSize({ width: 1280, height: 800 });
    return found;
  };

  describe('schedules', () => {
    it('are made from the agent, with what is due and what clocks make of it said before', async () => {
      await seat.enter('/agents/shipping/parcel-dispatch');
      await page.getByRole('link', { name: 'Its schedules' }).click();
      await page.getByText('No schedule matches').waitFor();
      await page.getByRole('link', { name: 'New schedule' }).click();
      expect(await page.getByRole('combobox', { name: 'Agent' }).inputValue()).toBe(
        'shipping/parcel-dispatch',
      );
      await page.getByRole('textbox', { name: 'Name' }).fill('nightly');
      await page.getByRole('textbox', { name: 'Cron expression' }).fill('61 2 * * *');
      const due = page.getByRole('complementary', { name: 'Due next' });
      await due.getByText('the minute 61 is not within 0-59').waitFor();
      await page.getByRole('textbox', { name: 'Cron expression' }).fill('30 2 * * *');
      await page.getByRole('combobox', { name: 'Time zone' }).fill('Europe/Berlin');
      await due.getByText('In your time (America/New_York), and in that of').waitFor();
      await due.getByText('clocks are put forward by 60 minutes').waitFor();
      await due.getByText('3:00 AM GMT+2', { exact: false }).waitFor();
      await due.getByText('clocks are put back by 60 minutes').waitFor();
      await page.getByRole('button', { name: 'Create schedule' }).click();
      // The form made of the agent's schema begins with what is needed, and the platform says what does not fit.
      await page.getByRole('alert').getByText('input.input', { exact: false }).first().waitFor();
      await page.getByRole('textbox', { name: /^order/ }).fill('N-1');
      await page.getByRole('textbox', { name: /^weight/ }).fill('2');
      expect(await faultsOfView()).toEqual([]);
      await page.getByRole('button', { name: 'Create schedule' }).click();
      await page.getByRole('heading', { name: 'nightly' }).waitFor();
      await page.locator('.page-line [data-state=ACTIVE]').waitFor();
      expect(await faultsOfView()).toEqual([]);
      expect(seat.faults).toEqual([]);
    });

    it('are paused, resumed, changed and run by those who may', async () => {
      await seat.enter('/schedules');
      await page.getByRole('link', { name: 'nightly' }).click();
      await page.getByRole('button', { name: 'Pause' }).click();
      const dialog = page.getByRole('dialog', { name: 'Pause' });
      await dialog.getByLabel('Why').fill('month end');
      await dialog.getByRole('button', { name: 'Pause' }).click();
      await page.getByText('month end').waitFor();
      await page.locator('.page-line [data-state=PAUSED]').waitFor();
      await page.getByRole('button', { name: 'Resume' }).click();
      await page.locator('.page-line [data-state=ACTIVE]').waitFor();
      await page.getByRole('link', { name: 'Edit' }).click();
      await page.getByRole('combobox', { name: 'While the last job runs' }).selectOption('SKIP');
      await page.getByRole('button', { name: 'Save' }).click();
      await page.locator('dd', { hasText: 'start nothing' }).waitFor();
      await page.getByRole('button', { name: 'Run now' }).click();
      await page.getByRole('link', { name: 'Timeline' }).waitFor();
      await page.getByText('nightly').waitFor();
      expect(seat.faults).toEqual([]);
    });

    it('fill a time in the past, counted first, and are deleted after a second look', async () => {
      await seat.enter('/schedules');
      await page.getByRole('row').nth(1).waitFor();
      expect(await faultsOfView()).toEqual([]);
      await page.getByRole('link', { name: 'nightly' }).click();
      await page.getByRole('button', { name: 'Backfill' }).click();
      const dialog = page.getByRole('dialog', { name: 'Backfill' });
      await dialog.getByLabel('From').fill('2026-01-01T00:00');
      await dialog.getByLabel('To (not included)').fill('2026-01-03T00:00');
      await dialog.getByRole('button', { name: 'Count them' }).click();
      await dialog.getByText('2 ticks lie in this time').waitFor();
      await dialog.getByRole('button', { name: 'Start jobs (2)' }).click();
      await dialog.getByText('2 jobs were started').waitFor();
      await page.keyboard.press('Escape');
      await page.getByRole('button', { name: 'Delete' }).click();
      const question = page.getByRole('dialog', { name: 'Delete nightly?' });
      await question.getByRole('button', { name: 'Delete' }).click();
      await page.getByText('No schedules yet').waitFor();
      expect(seat.faults).toEqual([]);
    });

    it('cannot be made by those who may only read', async () => {
      const { createApiKey } = await client.request(CreateApiKeyDocument, {
        input: { name: 'reader', permissions: ['JOBS_READ'] },
      });
      await seat.enter('/schedules', createApiKey.secret ?? '');
      await page.getByText('No schedules yet').waitFor();
      expect(await page.getByRole('link', { name: 'New schedule' }).isVisible()).toBe(false);
      await seat.open('/schedules/new');
      await page.getByText('You may not make or change schedules').waitFor();
    });
  });

  describe('the editor of definitions', () => {
    const head = 'document: {dsl: 1.0.3, namespace: t, name: n, version: 1.0.0}';

    it('says what is wrong at its line, and the policy of the page refuses it nothing', async () => {
      await seat.enter('/agents/publish');
      const editor = page.getByRole('textbox', { name: 'Definition' });
      await editor.fill(`${head}\ndo:\n  - greet: { sett: {} }\n`);
      const line = page.locator('.cm-line', { hasText: 'greet' });
      await line.locator('.cm-message.error').getByText('a task of no known kind').waitFor();
      await page.getByText('It cannot be published').waitFor();
      expect(await faultsOfView()).toEqual([]);
      await editor.fill(`${head}\ndo:\n  - greet: { set: { a: 1 } }\n`);
      await page.getByText('It can be published').waitFor();
      expect(await page.locator('.cm-message').count()).toBe(0);
      expect(seat.faults).toEqual([]);
    });

    it('completes keys, own calls and functions of expressions, and lets the keyboard out', async () => {
      await seat.enter('/agents/publish');
      const editor = page.getByRole('textbox', { name: 'Definition' });
      await editor.fill(`${head}\ndo:\n  - ask:\n      `);
      await page.keyboard.type('cal');
      await page.getByRole('option', { name: 'call' }).click();
      await page.keyboard.type('appro');
      await page.getByRole('option', { name: 'approval' }).click();
      await page.keyboard.press('Enter');
      await page.keyboard.type('with:');
      await page.keyboard.press('Enter');
      await page.keyboard.type('  quo');
      await page.getByRole('option', { name: 'quorum' }).waitFor();
      await page.keyboard.type('rum: ${ to_en');
      await page.getByRole('option', { name: 'to_entries' }).click();
      expect(await editor.innerText()).toContain(
        '      call: approval\n      with:\n        quorum: ${ to_entries',
      );
      await page.keyboard.press('Tab');
      expect(await page.locator('.cm-content:focus').count()).toBe(0);
      expect(seat.faults).toEqual([]);
    });

    it('completes names that the tenant has: integrations, their operations and arguments, agents', async () => {
      await seat.enter('/agents/publish');
      const editor = page.getByRole('textbox', { name: 'Definition' });
      const take = async (typed: string, name: string) => {
        await page.keyboard.type(typed);
        await page.getByRole('option', { name }).click();
      };
      await editor.fill(`${head}\ndo:\n  - ask:\n      call: integration\n      with:\n        `);
      await take('integration: c', 'carrier');
      await page.keyboard.press('Enter');
      await take('operation: b', 'book');
      await page.keyboard.press('Enter');
      await page.keyboard.type('arguments:');
      await page.keyboard.press('Enter');
      await take('  or', 'order');
      await editor.fill(`${head}\ndo:\n  - go:\n      run:\n        workflow:\n          `);
      await take('name: par', 'parcel-dispatch');
      expect(await editor.innerText()).toContain('name: parcel-dispatch');
      expect(seat.faults).toEqual([]);
    });

    it('keeps all that is typed on a slow machine, and takes a file in its place', async () => {
      await seat.enter('/agents/publish');
      const editor = page.getByRole('textbox', { name: 'Definition' });
      await editor.fill(`${head}\ndo:\n`);
      const devtools = await page.context().newCDPSession(page);
      await devtools.send('Emulation.setCPUThrottlingRate', { rate: 20 });
      // No word of a completion, which Enter or a click would take.
      const typed = '7'.repeat(30);
      await page.keyboard.type(typed);
      await page.locator('.cm-content', { hasText: /7$/ }).waitFor();
      expect(await editor.innerText()).toBe(`${head}\ndo:\n${typed}`);
      await devtools.send('Emulation.setCPUThrottlingRate', { rate: 1 });
      const file = { name: 'a.yaml', mimeType: 'application/yaml', buffer: Buffer.from(head) };
      await page.locator('input[type=file]').setInputFiles(file);
      await editor.filter({ hasText: /1\.0\.0\}$/ }).waitFor();
      expect(await editor.innerText()).toBe(head);
      expect(seat.faults).toEqual([]);
    });

    it('is loaded by who writes a definition, not by who looks at jobs', async () => {
      const loaded: string[] = [];
      page.on('request', (request) => loaded.push(new URL(request.url()).pathname));
      await seat.enter('/jobs');
      const isEditor = (path: string) => /code-editor|language/.test(path);
      expect(loaded.filter(isEditor)).toEqual([]);
      await page.getByRole('link', { name: 'Agents' }).click();
      await page.getByRole('link', { name: 'Publish a definition' }).click();
      await page.getByRole('textbox', { name: 'Definition' }).waitFor();
      expect(loaded.some(isEditor)).toBe(true);
    });
  });

  describe('two jobs', () => {
    it('are chosen in the list and compared by input, output and steps, both ways', async () => {
      carrier.isBroken = true;
      const failed = await submit(client, parcel('C-1'));
      await ended(client, failed);
      carrier.isBroken = false;
      const done = await submit(client, parcel('C-2', { express: true }));
      await ended(client, done);
      await seat.enter('/jobs?agent=shipping%2Fparcel-dispatch');
      for (const id of [failed, done]) {
        const row = page.getByRole('row').filter({ has: page.locator(`[title="${id}"]`) });
        await row.getByRole('checkbox').check();
      }
      await page.getByRole('link', { name: 'Compare these 2' }).click();
      const steps = page.getByRole('region', { name: 'Steps' });
      const ask = steps.getByRole('row').filter({ hasText: 'ask' });
      await ask.locator('[data-state=FAULTED]').waitFor();
      await ask.locator('[data-state=COMPLETED]').waitFor();
      await ask.getByText('state', { exact: true }).waitFor();
      await steps.getByRole('row').filter({ hasText: 'gather' }).getByText('only here').waitFor();
      await page.getByLabel('Input', { exact: true }).getByText('+   "order": "C-2"').waitFor();
      expect(await faultsOfView()).toEqual([]);
      await page.getByRole('link', { name: 'Swap' }).click();
      await page.getByLabel('Input', { exact: true }).getByText('+   "order": "C-1"').waitFor();
      await page.getByRole('region', { name: 'First' }).getByRole('link').click();
      await page.locator('.page-line [data-state=SUCCEEDED]').waitFor();
      await page.getByRole('link', { name: 'Compare' }).click();
      await page.getByText('Give the ids of two jobs').waitFor();
      expect(seat.faults).toEqual([]);
    });
  });

  describe('an OpenAPI document', () => {
    const document = `openapi: 3.1.0
info: { title: Pets, version: '1' }
servers: [{ url: 'https://pets.example/v1' }]
paths:
  /pets:
    get: { operationId: listPets, summary: All pets, responses: { '200': { description: ok } } }
    post: { operationId: addPet, summary: One more, responses: { '201': { description: ok } } }
`;
    const open = async (name: string) => {
      await seat.enter('/integrations');
      await page.getByRole('button', { name: 'Import OpenAPI' }).click();
      const dialog = page.getByRole('dialog', { name: 'Import OpenAPI' });
      await dialog.getByRole('textbox', { name: 'Name' }).fill(name);
      await dialog.getByRole('radio', { name: 'Paste it or open a file' }).check();
      return dialog;
    };

    it('becomes an integration with the operations that are chosen', async () => {
      const dialog = await open('pets');
      const text = dialog.getByRole('textbox', { name: /^OpenAPI 3/ });
      await text.fill('openapi: 1');
      await dialog.getByRole('button', { name: 'Read it' }).click();
      await dialog
        .getByRole('alert')
        .getByText('BAD_USER_INPUT', { exact: false })
        .first()
        .waitFor();
      await text.fill(document);
      await dialog.getByRole('button', { name: 'Read it' }).click();
      await dialog.getByText('2 operations, 2 chosen').waitFor();
      await dialog.getByRole('checkbox', { name: /addPet/ }).uncheck();
      expect(await faultsOfView()).toEqual([]);
      await dialog.getByRole('button', { name: 'Create with 1 operation' }).click();
      await page.getByRole('heading', { name: 'pets' }).waitFor();
      await page.locator('summary', { hasText: 'listPets' }).waitFor();
      expect(await page.locator('summary', { hasText: 'addPet' }).count()).toBe(0);
      expect(seat.faults).toEqual([]);
    });

    it('leaves nothing behind where nobody chooses', async () => {
      const dialog = await open('unwanted');
      await dialog.getByRole('textbox', { name: /^OpenAPI 3/ }).fill(document);
      await dialog.getByRole('button', { name: 'Read it' }).click();
      await dialog.getByRole('button', { name: 'Discard' }).click();
      await page.getByRole('link', { name: 'carrier' }).waitFor();
      await page.getByRole('link', { name: 'unwanted' }).waitFor({ state: 'detached' });
    });
  });
});
