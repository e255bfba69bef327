import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Platform } from '../../cli/compose-platform.ts';
import { startPlatform } from '../../cli/platform.ts';
import { compose } from '../../gateway/testing/federated.ts';
import { startGateway } from '../../gateway/testing/start-gateway.ts';
import { startSubgraph } from '../../gateway/testing/subgraph-server.ts';
import { readConfig } from '../../kernel/config/config.ts';
import { type Client, CreateApiKeyDocument, createClient } from '../../sdk/src/index.ts';
import { silentLog } from '../support/log.ts';

const executablePath = '/usr/bin/chromium';
const hasChromium = existsSync(executablePath);
const browserArguments = [
  '--no-sandbox',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

// Machines of developers may lack the browser; the pipeline may not.
describe.skipIf(!hasChromium && process.env['CI'] === undefined)(
  hasChromium ? 'GraphiQL in a browser' : `GraphiQL in a browser (no ${executablePath} here)`,
  () => {
    const stack = new AsyncDisposableStack();
    let platform: Platform;
    let browser: Browser;
    let client: Client;
    let page: Page;
    let requested: string[];
    let faults: string[];

    beforeAll(async () => {
      const folder = await mkdtemp(join(tmpdir(), 'operandi-graphiql-'));
      stack.defer(() => rm(folder, { recursive: true, force: true }));
      const config = readConfig({ OPERANDI_DATA_DIR: folder, PORT: '0' });
      const { signal } = new AbortController();
      platform = stack.use(await startPlatform(config, { log: silentLog, signal }));
      client = stack.use(createClient({ url: platform.url, apiKey: platform.firstKey ?? '' }));
      browser = await chromium.launch({ executablePath, args: browserArguments });
      stack.defer(() => browser.close());
    });

    afterAll(() => stack.disposeAsync());

    beforeEach(async () => {
      const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
      page = await context.newPage();
      // A limit says that something never comes, not that the machine is busy.
      page.setDefaultTimeout(120_000);
      requested = [];
      faults = [];
      page.on('request', (request) => requested.push(request.url()));
      page.on('websocket', (socket) => requested.push(socket.url()));
      page.on('console', (message) => {
        // The schema is asked for before there is a key to ask with.
        const isExpected = message.text().includes('status of 401');
        if (message.type() === 'error' && !isExpected) faults.push(message.text());
      });
      return () => context.close();
    });

    const hostsAsked = (): string[] => [
      ...new Set(requested.filter((url) => /^(http|ws)/.test(url)).map((url) => new URL(url).host)),
    ];

    const openGraphiql = async (): Promise<void> => {
      await page.goto(new URL('/graphiql', platform.url).href);
      await page.locator('.graphiql-query-editor .monaco-editor textarea').first().waitFor();
    };

    const fill = async (editor: string, text: string): Promise<void> => {
      await page.locator(`${editor} .view-lines:visible`).first().click();
      await page.keyboard.press('ControlOrMeta+A');
      await page.keyboard.insertText(text);
      // The editor has closed the brackets it saw opened.
      await page.keyboard.press('ControlOrMeta+Shift+End');
      await page.keyboard.press('Delete');
    };

    const enterKey = async (key: string): Promise<void> => {
      await fill('.graphiql-editor-tool', JSON.stringify({ Authorization: `Bearer ${key}` }));
    };

    const run = async (query: string): Promise<void> => {
      await enterKey(platform.firstKey ?? '');
      await fill('.graphiql-query-editor', query);
      // GraphiQL names the tab once it has understood the document.
      const name = /^\w+ (\w+)/.exec(query)?.[1] ?? '';
      await page.locator('.graphiql-tab-button', { hasText: name }).waitFor();
      await page.locator('.graphiql-execute-button').click();
    };

    const result = (text: string) => page.locator('.result-window').getByText(text).first();

    it('answers a query with the key in its headers and asks no other host', async () => {
      await openGraphiql();
      await run('query Who { viewer { kind } }');
      await result('API_KEY').waitFor();
      expect(hostsAsked()).toEqual([new URL(platform.url).host]);
      expect(faults).toEqual([]);
    });

    it('says that a key is missing, and loads the schema once there is a good one', async () => {
      await openGraphiql();
      const hint = page.getByRole('status');
      await hint.getByText('Put your API key').waitFor();
      await page.getByRole('button', { name: /^Show Documentation/ }).click();
      const asked = requested.length;
      await enterKey('opk_live_not_good');
      await expect.poll(() => requested.length).toBeGreaterThan(asked);
      expect(await hint.isVisible()).toBe(true);
      await enterKey(platform.firstKey ?? '');
      await page.locator('.graphiql-plugin').getByText('Subscription').first().waitFor();
      expect(await hint.isVisible()).toBe(false);
      expect(await page.locator('.result-window').textContent()).not.toContain('UNAUTHENTICATED');
      expect(faults).toEqual([]);
    });

    it('says that a key is not taken', async () => {
      await openGraphiql();
      await enterKey('opk_live_not_good');
      await page.getByRole('status').getByText('does not take the credential').waitFor();
      expect(await page.getByRole('status').getByText('Put your API key').isVisible()).toBe(false);
    });

    it('remembers headers as long as the tab lives, and writes no key to where it stays', async () => {
      await openGraphiql();
      await enterKey(platform.firstKey ?? '');
      await page.getByRole('status').waitFor({ state: 'hidden' });
      const [, secret = ''] = /_([^_]+)$/.exec(platform.firstKey ?? '') ?? [];
      await page.reload();
      await page.locator('.graphiql-editor-tool .view-lines:visible').getByText(secret).waitFor();
      await page.getByRole('button', { name: /^Show Documentation/ }).click();
      await page.locator('.graphiql-plugin').getByText('Subscription').first().waitFor();
      const stored = await page.evaluate('JSON.stringify({ ...localStorage })');
      expect(stored).not.toContain(secret);
      expect(faults).toEqual([]);
    });

    it('begins with three queries of the platform as tabs, under a title and an icon of its own', async () => {
      await openGraphiql();
      await expect
        .poll(() => page.locator('.graphiql-tab-button').allTextContents())
        .toEqual(['RecentJobs', 'SubmitJob', 'JobChanges']);
      expect(await page.title()).toBe('GraphiQL · Operandi');
      expect(await page.getByText('Ruru').isVisible()).toBe(false);
      expect(await page.locator('link[rel=icon]').getAttribute('href')).toContain('data:image/svg');
      await enterKey(platform.firstKey ?? '');
      await page.locator('.graphiql-execute-button').click();
      await result('nodes').waitFor();
      // The key that was written once goes for the other tabs.
      await page.locator('.graphiql-tab-button', { hasText: 'JobChanges' }).click();
      const [, secret = ''] = /_([^_]+)$/.exec(platform.firstKey ?? '') ?? [];
      await page.locator('.graphiql-editor-tool .view-lines:visible').getByText(secret).waitFor();
    });

    it('can be used on a narrow and dark screen', async () => {
      await page.emulateMedia({ colorScheme: 'dark' });
      await page.setViewportSize({ width: 380, height: 740 });
      await openGraphiql();
      const hint = page.getByRole('status');
      await hint.waitFor();
      expect(
        await page.evaluate(
          'getComputedStyle(document.getElementById("key-hint")).backgroundColor',
        ),
      ).toBe('rgb(58, 47, 11)');
      const { x = -1, width = 0 } = (await hint.boundingBox()) ?? {};
      expect(x).toBeGreaterThanOrEqual(0);
      expect(x + width).toBeLessThanOrEqual(380);
      await enterKey(platform.firstKey ?? '');
      await page.locator('.graphiql-execute-button').click();
      await result('nodes').waitFor();
      const shown = await page.evaluate('document.documentElement.scrollWidth');
      expect(shown).toBeLessThanOrEqual(380);
    });

    it('tells from where each part of an answer came, where that is exposed', async () => {
      const sdl = 'type Query { greeting: String }';
      await using subgraph = await startSubgraph(sdl, { Query: { greeting: () => 'hi' } });
      subgraph.responseHeaders = { 'cache-control': 'public, max-age=600' };
      await using gateway = await startGateway({
        supergraph: { sdl: compose([{ name: 'greetings', url: subgraph.url, sdl }]) },
        config: { cache: { isEnabled: true }, expose: { cache: 'everybody' } },
      });
      await page.goto(new URL('/graphiql', gateway.url).href);
      await page.locator('.graphiql-query-editor .monaco-editor textarea').first().waitFor();
      await page.locator('.graphiql-tab-button', { hasText: 'Example' }).click();
      await page.locator('.graphiql-query-editor').getByText('greeting').waitFor();
      await fill('.graphiql-editor-tool', JSON.stringify({ 'apollo-cache-debugging': 'true' }));
      const note = page.getByRole('note');
      // Not the button that stops: it stands in the same place until the answer is shown.
      const execute = page.getByRole('button', { name: /^Execute query/ });
      await execute.click();
      await note.filter({ hasText: 'greetings, root: from the subgraph, kept' }).waitFor();
      await execute.click();
      const kept = note.filter({ hasText: /from memory or Redis, age \d+ of \d+ s, public/ });
      await kept.waitFor();
      const schema = page.waitForResponse((response) =>
        Boolean(response.request().postData()?.includes('IntrospectionQuery')),
      );
      await page.evaluate(
        "window.dispatchEvent(new KeyboardEvent('keydown', { ctrlKey: true, key: 'R' }))",
      );
      await (await schema).finished();
      await page.evaluate('new Promise((resolve) => setTimeout(resolve, 100))');
      expect(await kept.isVisible()).toBe(true);
    });

    it('shows the events of a subscription', async () => {
      await openGraphiql();
      await run('subscription Deeds { auditEvents { action } }');
      await page.getByRole('button', { name: 'Stop query' }).waitFor();
      await client.request(CreateApiKeyDocument, {
        input: { name: 'seen in the browser', permissions: ['JOBS_READ'] },
      });
      await platform.sealAudit();
      await result('auditEvents').waitFor();
      expect(requested).toContain(platform.url.replace(/^http/, 'ws'));
      expect(faults).toEqual([]);
    });
  },
);
