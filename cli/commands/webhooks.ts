import { Command } from 'commander';

import {
  CreateWebhookDocument,
  DeleteWebhookDocument,
  GetWebhookDocument,
  ListWebhooksDocument,
  RotateWebhookSecretDocument,
  UpdateWebhookDocument,
} from '../../sdk/src/index.ts';
import { asksFirst } from '../confirm.ts';
import { connect, connected, type Connection } from '../connection.ts';
import { doesNotExist } from '../does-not-exist.ts';
import { printJson } from '../json-output.ts';
import { paged, type Part, partOf, printPage } from '../paged.ts';
import { throwRefusal } from '../user-errors.ts';
import { deliveriesCommand, redeliverCommand, testCommand } from './webhook-deliveries.ts';

/** `operandi webhooks …`: addresses that are told of events, and what became of each telling. */
export function webhooksCommand(): Command {
  return new Command('webhooks')
    .addCommand(createCommand())
    .addCommand(listCommand())
    .addCommand(showCommand())
    .addCommand(updateCommand())
    .addCommand(rotateCommand())
    .addCommand(deleteCommand())
    .addCommand(deliveriesCommand())
    .addCommand(redeliverCommand())
    .addCommand(testCommand());
}

interface CreateOptions {
  readonly events: string[];
  readonly agents?: string[];
  readonly description?: string;
}

function createCommand(): Command {
  return connected(new Command('create'))
    .description('Have events told to an address; the signing secret is printed this once.')
    .argument('<url>', 'where deliveries are posted to')
    .requiredOption('--events <type...>', 'types of events; * stands for any end')
    .option('--agents <agent...>', 'only of these agents: namespace.name, namespace.* or *')
    .option('--description <text>', 'what it is for')
    .action(async (url: string, options: Connection & CreateOptions) => {
      await using client = connect(options);
      const { events, agents, description } = options;
      const { createWebhook } = await client.request(CreateWebhookDocument, {
        input: {
          ...{ url, events },
          ...(agents !== undefined && { agents }),
          ...(description !== undefined && { description }),
        },
      });
      throwRefusal(createWebhook.userErrors);
      if (options.json) printJson(createWebhook);
      else {
        console.log(createWebhook.webhook?.id ?? '');
        console.log(`Signing secret, shown once: ${createWebhook.secret ?? ''}`);
      }
    });
}

function listCommand(): Command {
  return paged(new Command('list'))
    .description('List webhooks, oldest first.')
    .action(async (options: Connection & Part) => {
      await using client = connect(options);
      const { webhooks } = await client.request(ListWebhooksDocument, partOf(options));
      printPage(options, webhooks, {
        headings: ['webhook', 'url', 'events', 'agents', 'state'],
        cellsOf: (one) => [
          ...[one.id, one.url, one.events.join(' '), one.agents.join(' ')],
          one.isEnabled ? (one.failingSince === null ? 'enabled' : 'failing') : 'disabled',
        ],
        wide: {
          description: ({ description }) => description,
          'failing since': ({ failingSince }) => failingSince,
        },
        none: 'No webhooks.',
      });
    });
}

function showCommand(): Command {
  return connected(new Command('show'))
    .description('Show a webhook, and why it is disabled if it is.')
    .argument('<id>', 'id of the webhook')
    .action(async (id: string, options: Connection) => {
      await using client = connect(options);
      const { webhook } = await client.request(GetWebhookDocument, { id });
      if (webhook === null) throw doesNotExist('webhook', id);
      printJson(webhook);
    });
}

interface UpdateOptions {
  readonly to?: string;
  readonly events?: string[];
  readonly agents?: string[];
  readonly description?: string;
  readonly enable?: true;
  readonly disable?: true;
}

function updateCommand(): Command {
  return connected(new Command('update'))
    .description('Change a webhook, or switch it on or off.')
    .argument('<id>', 'id of the webhook')
    .option('--to <url>', 'where deliveries are posted to')
    .option('--events <type...>', 'all types of events')
    .option('--agents <agent...>', 'all agents')
    .option('--description <text>', 'what it is for')
    .option('--enable', 'let deliveries go on')
    .option('--disable', 'stop deliveries')
    .action(async (id: string, options: Connection & UpdateOptions) => {
      if (options.enable && options.disable)
        throw new Error('give --enable or --disable, not both');
      await using client = connect(options);
      const { updateWebhook } = await client.request(UpdateWebhookDocument, {
        input: { id, ...changesOf(options) },
      });
      throwRefusal(updateWebhook.userErrors);
      if (options.json) printJson(updateWebhook.webhook);
      else console.log(`${id} changed`);
    });
}

function changesOf({ to, events, agents, description, enable, disable }: UpdateOptions) {
  return {
    ...(to !== undefined && { url: to }),
    ...(events !== undefined && { events }),
    ...(agents !== undefined && { agents }),
    ...(description !== undefined && { description }),
    ...(enable === true && { isEnabled: true }),
    ...(disable === true && { isEnabled: false }),
  };
}

function rotateCommand(): Command {
  return connected(new Command('rotate'))
    .description('Make a new signing secret; both sign until the overlap ends.')
    .argument('<id>', 'id of the webhook')
    .option('--overlap <seconds>', 'how long the secret before stays live', '86400')
    .action(async (id: string, options: Connection & { readonly overlap: string }) => {
      await using client = connect(options);
      const { rotateWebhookSecret } = await client.request(RotateWebhookSecretDocument, {
        input: { id, overlapSeconds: Number(options.overlap) },
      });
      throwRefusal(rotateWebhookSecret.userErrors);
      if (options.json) printJson(rotateWebhookSecret);
      else console.log(`Signing secret, shown once: ${rotateWebhookSecret.secret ?? ''}`);
    });
}

function deleteCommand(): Command {
  return asksFirst(connected(new Command('delete')), 'Delete the webhook')
    .description('Remove a webhook with its deliveries.')
    .argument('<id>', 'id of the webhook')
    .action(async (id: string, options: Connection) => {
      await using client = connect(options);
      const { deleteWebhook } = await client.request(DeleteWebhookDocument, { input: { id } });
      throwRefusal(deleteWebhook.userErrors);
      if (options.json) printJson({ id });
      else console.log(`${id} deleted`);
    });
}
