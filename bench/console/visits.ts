import type { Browser, BrowserContext, Page } from 'playwright-core';

/** How opening a view went, milliseconds. */
export interface Visit {
  /** From the address to a page that shows its rows and answers to a hand. */
  readonly interactive: number;
  /** Of each question to the platform, from asking to the first byte of the answer. */
  readonly server: readonly number[];
  /** Processor time of the page, until all had come. */
  readonly page: number;
  /** What it asked the platform, as it was sent. */
  readonly questions: readonly string[];
}

export interface Opening {
  readonly address: string;
  /** What is there when the view has what it is for. */
  readonly shown: string;
}

/*
 * Runs in the page before anything else: notes when what is wanted is in the document and the main thread has drawn it and
 * is free for an event again.
 */
const watch = (shown: string): string => `
  globalThis.seen = new Promise((resolve) => {
    const look = () => {
      if (document.querySelector(${JSON.stringify(shown)}) === null) return requestAnimationFrame(look);
      requestAnimationFrame(() => setTimeout(() => resolve(performance.now())));
    };
    look();
  });`;

const asked = `performance.getEntriesByType('resource')
  .filter(({ name, initiatorType }) => name.endsWith('/graphql') && initiatorType === 'fetch')
  .map(({ requestStart, responseStart }) => responseStart - requestStart)`;

/** A browser of somebody who works with a key: what it has loaded it keeps. */
export async function newContext(browser: Browser, key: string): Promise<BrowserContext> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
  await context.addInitScript(`sessionStorage.setItem('operandi:key', ${JSON.stringify(key)})`);
  return context;
}

/** Opens a view in a page of its own. */
export async function visit(context: BrowserContext, { address, shown }: Opening): Promise<Visit> {
  const page = await context.newPage();
  try {
    const questions: string[] = [];
    page.on('request', (request) => {
      const body = request.url().endsWith('/graphql') ? request.postData() : null;
      if (body !== null) questions.push(body);
    });
    const before = await pagesMs(context);
    await page.addInitScript(watch(shown));
    await page.goto(address);
    const interactive = await page.evaluate<number>('globalThis.seen');
    await page.waitForLoadState('networkidle');
    const server = await page.evaluate<number[]>(asked);
    return { interactive, server, page: (await pagesMs(context)) - before, questions };
  } finally {
    await page.close();
  }
}

/** Processor time of all pages that are open, with all threads of theirs. */
async function pagesMs(context: BrowserContext): Promise<number> {
  const devtools = await context.browser()?.newBrowserCDPSession();
  const info = await devtools?.send('SystemInfo.getProcessInfo');
  await devtools?.detach();
  const pages = info?.processInfo.filter(({ type }) => type === 'renderer') ?? [];
  return pages.reduce((sum, { cpuTime }) => sum + cpuTime, 0) * 1_000;
}

export interface Scroll {
  readonly rows: number;
  readonly seconds: number;
  /** From frame to frame, milliseconds. */
  readonly frames: readonly number[];
  /** Times at which the main thread was not free for more than 50 ms. */
  readonly longTasks: readonly number[];
  readonly mostElements: number;
  readonly heapMb: number;
}

/** Goes on to the end of the list, as fast as pages come. */
const scrollDown = `(async () => {
  const frames = [], longTasks = [];
  new PerformanceObserver((list) => longTasks.push(...list.getEntries().map(({ duration }) => duration)))
    .observe({ entryTypes: ['longtask'] });
  const begin = performance.now();
  let last = begin, mostElements = 0;
  while (document.querySelector('.table .more') !== null) {
    window.scrollTo(0, document.documentElement.scrollHeight);
    const now = await new Promise(requestAnimationFrame);
    frames.push(now - last);
    last = now;
    mostElements = Math.max(mostElements, document.querySelectorAll('*').length);
  }
  window.scrollTo(0, document.documentElement.scrollHeight);
  await new Promise((resolve) => setTimeout(resolve, 300));
  const rows = Math.max(...[...document.querySelectorAll('[data-index]')].map((row) => Number(row.dataset.index))) + 1;
  const heapMb = performance.memory.usedJSHeapSize / 2 ** 20;
  return { rows, seconds: (performance.now() - begin) / 1000, frames, longTasks, mostElements, heapMb };
})()`;

export async function scrollToEnd(page: Page): Promise<Scroll> {
  return await page.evaluate<Scroll>(scrollDown);
}

/** Moves about in what is loaded, a screen a frame, and answers the times from frame to frame. */
export async function roam(page: Page): Promise<readonly number[]> {
  return await page.evaluate<number[]>(`(async () => {
    const frames = [];
    let last = await new Promise(requestAnimationFrame);
    const height = document.documentElement.scrollHeight;
    for (let at = 0; at < 300; at += 1) {
      window.scrollTo(0, at % 10 === 9 ? Math.random() * height : window.scrollY + 700);
      const now = await new Promise(requestAnimationFrame);
      frames.push(now - last);
      last = now;
    }
    return frames;
  })()`);
}
