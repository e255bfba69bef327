import { createClient } from 'graphql-ws';
import { WebSocket } from 'ws';

/** What the tour needs of the federation around it. */
export interface Stage {
  readonly url: string;
  readonly print: (line: string) => void;
  /** The plan of a query. */
  readonly explain: (query: string) => string;
  /** Takes the subgraph of the reviews down, or up again. */
  readonly setReviews: (isUp: boolean) => Promise<void>;
}

const page = `{ topProducts(first: 2) { name price shipping reviews { body author { name } } } }`;

/** Shows what a gateway does, one thing after another. */
export async function runTour({ url, print, explain, setReviews }: Stage): Promise<void> {
  print(`1. One query over three subgraphs\n\n${page}\n`);
  print(await ask(url, page));

  print('\n2. How it is planned (operandi gateway --explain)\n');
  print(explain(page));

  print('\n3. A subscription whose events are completed from two more subgraphs\n');
  print(await watchOneReview(url));

  print('\n4. A field that needs a login (@authenticated), asked by nobody\n');
  print(await ask(url, '{ me { name email } }'));

  print('\n5. The same page as in 1 while the reviews are down: the rest is there\n');
  await setReviews(false);
  print(await ask(url, page));
  await setReviews(true);
}

async function ask(url: string, query: string): Promise<string> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query }),
  });
  return JSON.stringify(await response.json(), undefined, 2);
}

/** Subscribes, writes a review, and gives the event that comes of it. */
async function watchOneReview(url: string): Promise<string> {
  const client = createClient({ url: url.replace(/^http/, 'ws'), webSocketImpl: WebSocket });
  const query = 'subscription { reviewAdded { body author { name } product { name price } } }';
  const events = client.iterate({ query });
  const first = events.next();
  const write = 'mutation { addReview(upc: "lamp", body: "Bright.") { body } }';
  // A subscription has no sign that it has begun, so reviews are written until one arrives.
  const timer = setInterval(() => void ask(url, write), 200);
  const { value } = (await first) as IteratorYieldResult<unknown>;
  clearInterval(timer);
  await events.return?.();
  await client.dispose();
  return JSON.stringify(value, undefined, 2);
}
