import axe from 'axe-core';
import type { Browser, Page, Response, WebSocketRoute } from 'playwright-core';

/** Somebody before the console, in a browser context of their own. */
export interface Seat extends AsyncDisposable {
  readonly page: Page;
  /** Errors of the page and of its console, the policy's refusals included. */
  readonly faults: readonly string[];
  readonly open: (path: string) => Promise<Response | null>;
  /** Goes on within the page, as a link does. */
  readonly go: (path: string) => Promise<void>;
  /** Opens a view and signs in with a key. */
  readonly enter: (path?: string, secret?: string) => Promise<void>;
}

interface Place {
  readonly url: string;
  readonly key: string;
}

export async function takeSeat(browser: Browser, { url, key }: Place): Promise<Seat> {
  const context = await browser.newContext({
    viewport: { width: 1280, height: 800 },
    timezoneId: 'America/New_York',
  });
  const page = await context.newPage();
  page.setDefaultTimeout(120_000);
  const faults: string[] = [];
  page.on('pageerror', ({ message }) => faults.push(message));
  page.on('console', (said) => {
    // A visitor without a session is told so, and some tests cut the line.
    const isExpected = /status of 40[13]|ERR_FAILED|WebSocket connection/.test(said.text());
    if (said.type() === 'error' && !isExpected) faults.push(said.text());
  });
  const open = (path: string) => page.goto(new URL(`/console${path}`, url).href);
  return {
    ...{ page, faults, open },
    async go(path) {
      const nowhere = page.getByRole('heading', { level: 1, name: 'There is nothing here' });
      // By way of an address that has no view, so that the one before cannot be taken for this one.
      for (const each of ['/nowhere', path]) {
        const address = JSON.stringify(`/console${each}`);
        await page.evaluate(
          `history.pushState({}, '', ${address}); dispatchEvent(new PopStateEvent('popstate'))`,
        );
        await nowhere.waitFor({ state: each === path ? 'detached' : 'visible' });
      }
      await page.locator('main#main h1').waitFor();
    },
    enter: async (path = '/jobs', secret = key) => {
      await open(path);
      await page.getByLabel('API key').fill(secret);
      await page.getByRole('button', { name: 'Use the key' }).click();
      await page.locator('main#main h1').waitFor();
    },
    [Symbol.asyncDispose]: () => context.close(),
  };
}

/** What a page hears of happenings by; from now on it can be cut. */
export interface LiveLines {
  /** Ends the connections and refuses new ones. */
  readonly cut: () => Promise<void>;
  readonly mend: () => void;
}

export async function liveLinesOf(page: Page): Promise<LiveLines> {
  const sockets: WebSocketRoute[] = [];
  let isRefused = false;
  await page.routeWebSocket(/graphql/, (socket) => {
    sockets.push(socket);
    if (isRefused) void socket.close({ code: 1013 });
    else socket.connectToServer();
  });
  return {
    async cut() {
      isRefused = true;
      for (const socket of sockets.splice(0)) await socket.close({ code: 1012 });
    },
    mend: () => void (isRefused = false),
  };
}

interface Violation {
  readonly id: string;
  readonly nodes: readonly { readonly html: string; readonly failureSummary?: string }[];
}

/** What axe finds on the page as it is shown, by all of its rules or by these. */
export async function violationsOf(
  page: Page,
  rules?: readonly string[],
): Promise<readonly string[]> {
  const isThere = await page.evaluate<boolean>("'axe' in window");
  if (!isThere) await page.evaluate(axe.source);
  const options = JSON.stringify(rules === undefined ? {} : { runOnly: rules });
  const found = await page.evaluate<Violation[]>(
    `axe.run(${options}).then(({ violations }) => violations)`,
  );
  return found.map(
    ({ id, nodes }) => `${id}: ${nodes[0]?.html ?? ''} ${nodes[0]?.failureSummary ?? ''}`,
  );
}
