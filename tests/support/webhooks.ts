import { createEgress, type Egress } from '../../connectors/egress/egress.ts';
import { openLoopback, type Loopback, type Seen } from '../../connectors/testing/loopback.ts';
import type { Services, VerbContext } from '../../core/context.ts';
import { cancelJob } from '../../core/jobs/cancel-job.ts';
import { createWebhook, type NewWebhookSecret } from '../../core/webhooks/create-webhook.ts';
import { listDeliveries } from '../../core/webhooks/list-deliveries.ts';
import type { JsonObject } from '../../kernel/json.ts';
import type { WebhookDelivery } from '../../prisma/_generated/client.ts';
import { createWebhookSender, type WebhookSender } from '../../worker/webhooks.ts';
import { createTestDatabase, type TestDatabase } from './database.ts';
import { contextWithAgent, submitted } from './greeter.ts';
import { onlyPage } from './only-page.ts';
import { until } from './until.ts';
import { openTestServices, type TestServices } from './verb-context.ts';

type Answer = (response: Parameters<Parameters<typeof openLoopback>[0]>[0], request: Seen) => void;

/** A response of the receiver that is still to come. */
export type Response = Parameters<Answer>[0];

/** A tenant with an endpoint that is told of cancelled jobs, and one such job. */
export interface Told extends NewWebhookSecret {
  readonly context: VerbContext;
  readonly jobId: string;
}

/** A platform that tells a receiver in this process. */
export interface WebhookWorld extends AsyncDisposable {
  readonly test: TestDatabase;
  readonly services: TestServices;
  readonly receiver: Loopback;
  /** May call the receiver. */
  readonly egress: Egress;
  readonly sender: WebhookSender;
  /** An address of the receiver that nothing else uses; 204 unless it answers otherwise. */
  address(answer?: Answer): string;
  /** Answers 204 there from now on. */
  mend(url: string): void;
  seenAt(url: string): readonly Seen[];
  told(url: string, services?: Services): Promise<Told>;
  /** Events become deliveries, until so many are there for the endpoint; nothing is sent. */
  fed(context: VerbContext, webhookId: string, count?: number): Promise<readonly WebhookDelivery[]>;
  /** One turn of a worker: events become deliveries, and what is due is sent. */
  turn(by?: WebhookSender): Promise<void>;
  /** The only delivery to the endpoint, once a try of it is over. */
  tried(context: VerbContext, webhookId: string, by?: WebhookSender): Promise<WebhookDelivery>;
}

export const cancelled = { events: ['dev.operandi.job.cancelled.v1'] };

export async function openWebhookWorld(): Promise<WebhookWorld> {
  await using stack = new AsyncDisposableStack();
  const answers = new Map<string, Answer>();
  const test = stack.use(await createTestDatabase());
  const receiver = stack.use(
    await openLoopback((response, request) => {
      const answer = answers.get(request.url);
      if (answer === undefined) response.writeHead(204).end();
      else answer(response, request);
    }),
  );
  const services = stack.use(openTestServices(test.database));
  const egress = stack.use(createEgress({ allow: [receiver.host] }));
  const sender = stack.use(createWebhookSender({ ...services, egress }));
  const opened = stack.move();
  let count = 0;
  return {
    ...{ test, services, receiver, egress, sender },
    address(answer) {
      count += 1;
      const path = `/hook-${String(count)}`;
      if (answer !== undefined) answers.set(path, answer);
      return `${receiver.url}${path}`;
    },
    mend: (url) => void answers.delete(new URL(url).pathname),
    seenAt: (url) => receiver.seen.filter((one) => `${receiver.url}${one.url}` === url),
    told: (url, by = services) => tell(by, url),
    fed: (context, webhookId, wanted = 1) =>
      until('deliveries', async () => {
        // Transactions of other databases of the server hold events back as well.
        await sender.chores.find(({ name }) => name === 'feed-webhooks')?.turn();
        const found = await deliveriesOf(context, webhookId);
        return found.length >= wanted ? found : undefined;
      }),
    turn: (by = sender) => oneTurn(by),
    tried: (context, webhookId, by = sender) =>
      until('a try', async () => {
        await oneTurn(by);
        const [only] = await deliveriesOf(context, webhookId);
        return only !== undefined && !only.isClaimed && only.attempts > 0 ? only : undefined;
      }),
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  };
}

async function oneTurn({ chores }: WebhookSender): Promise<void> {
  for (const chore of chores) if (chore.name !== 'forget-deliveries') await chore.turn();
}

async function tell(services: Services, url: string): Promise<Told> {
  const context = await contextWithAgent(services);
  const made = await hook(context, url, cancelled);
  return { context, jobId: await cancelledJob(context, 'no need'), ...made };
}

/** A job that was submitted and cancelled. */
export async function cancelledJob(context: VerbContext, reason?: string): Promise<string> {
  const id = await submitted(context);
  await cancelJob(context, { id, reason });
  return id;
}

export async function hook(
  context: VerbContext,
  url: string,
  more: JsonObject = {},
): Promise<NewWebhookSecret> {
  return createWebhook(context, { url, events: ['dev.operandi.job.*'], ...more });
}

export async function deliveriesOf(
  context: VerbContext,
  webhookId: string,
): Promise<readonly WebhookDelivery[]> {
  return (await onlyPage(listDeliveries(context, [{ webhookId, first: 100 }]))).nodes;
}

/** What a receiver verifies by. */
export function headersOf({ headers }: Seen): Record<string, string> {
  return {
    'webhook-id': String(headers['webhook-id']),
    'webhook-timestamp': String(headers['webhook-timestamp']),
    'webhook-signature': String(headers['webhook-signature']),
  };
}
