import { setTimeout as wait } from 'node:timers/promises';

import { Command } from 'commander';

import {
  type Client,
  GetWebhookDeliveryDocument,
  ListWebhookDeliveriesDocument,
  RedeliverWebhookDocument,
  TestWebhookDocument,
  type WebhookDeliveryFieldsFragment,
  type WebhookDeliveryState,
} from '../../sdk/src/index.ts';
import { connect, connected, type Connection } from '../connection.ts';
import { doesNotExist } from '../does-not-exist.ts';
import { printJson } from '../json-output.ts';
import { paged, type Part, partOf, printPage } from '../paged.ts';
import { throwRefusal } from '../user-errors.ts';

/** Between two looks at a delivery under way, milliseconds. */
const lookMs = 250;
/** How long one try can take, its way through the queue included, milliseconds. */
const patienceMs = 60_000;

interface ListOptions extends Part {
  readonly state?: WebhookDeliveryState;
}

/** `operandi webhooks deliveries` */
export function deliveriesCommand(): Command {
  return paged(new Command('deliveries'))
    .description('List deliveries to a webhook, newest first.')
    .argument('<id>', 'id of the webhook')
    .option('--state <state>', 'only those that are PENDING, DELIVERED or FAILED')
    .action(async (id: string, options: Connection & ListOptions) => {
      await using client = connect(options);
      const { webhook } = await client.request(ListWebhookDeliveriesDocument, {
        ...{ id, state: options.state ?? null },
        ...partOf(options),
      });
      if (webhook === null) throw doesNotExist('webhook', id);
      printPage(options, webhook.deliveries, {
        headings: ['delivery', 'event', 'state', 'tries', 'status', 'ms', 'next try', 'error'],
        cellsOf: rowOf,
        none: 'No deliveries.',
      });
    });
}

/** `operandi webhooks redeliver` */
export function redeliverCommand(): Command {
  return connected(new Command('redeliver'))
    .description('Deliver once more, under the same id, and tell what came of the first try.')
    .argument('<id>', 'id of the delivery')
    .action(async (id: string, options: Connection) => {
      await using client = connect(options);
      const { redeliverWebhook } = await client.request(RedeliverWebhookDocument, {
        input: { id },
      });
      throwRefusal(redeliverWebhook.userErrors);
      await tellOutcome(client, redeliverWebhook.delivery, options);
    });
}

/** `operandi webhooks test` */
export function testCommand(): Command {
  return connected(new Command('test'))
    .description('Send a ping and tell what came of it. Exit code 1 if it was not delivered.')
    .argument('<id>', 'id of the webhook')
    .action(async (id: string, options: Connection) => {
      await using client = connect(options);
      const { testWebhook } = await client.request(TestWebhookDocument, { input: { id } });
      throwRefusal(testWebhook.userErrors);
      await tellOutcome(client, testWebhook.delivery, options);
    });
}

/** Waits until the first try is over. */
async function tellOutcome(
  client: Client,
  begun: WebhookDeliveryFieldsFragment | null,
  { json }: Connection,
): Promise<void> {
  if (begun === null) return;
  const endsAt = performance.now() + patienceMs;
  let delivery = begun;
  while (isUnderWay(delivery) && performance.now() < endsAt) {
    await wait(lookMs);
    const answer = await client.request(GetWebhookDeliveryDocument, { id: begun.id });
    if (answer.webhookDelivery === null) throw new Error('the delivery was deleted meanwhile');
    delivery = answer.webhookDelivery;
  }
  if (json) printJson(delivery);
  else console.log(lineOf(delivery));
  if (delivery.state !== 'DELIVERED') process.exitCode = 1;
}

/** One that failed and is tried again later says why. */
function isUnderWay({ state, error }: WebhookDeliveryFieldsFragment): boolean {
  return state === 'PENDING' && error === null;
}

function lineOf({ id, state, responseStatus, durationMs, error }: WebhookDeliveryFieldsFragment) {
  if (state === 'DELIVERED')
    return `${id} delivered: status ${String(responseStatus)} after ${String(durationMs)} ms`;
  return `${id} ${state === 'FAILED' ? 'failed' : 'not delivered yet'}: ${error ?? 'no answer'}`;
}

function rowOf(one: WebhookDeliveryFieldsFragment): readonly (string | undefined)[] {
  return [
    ...[one.id, one.eventType, one.state, String(one.attempts)],
    ...[one.responseStatus?.toString(), one.durationMs?.toString()],
    ...[one.nextAttemptAt ?? undefined, one.error ?? undefined],
  ];
}
