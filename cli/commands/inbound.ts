import { readFile } from 'node:fs/promises';

import { Command, Option } from 'commander';

import {
  CreateInboundWebhookDocument,
  DeleteInboundWebhookDocument,
  GetInboundWebhookDocument,
  type InboundHmacInput,
  type InboundScheme,
  ListInboundWebhooksDocument,
  RotateInboundWebhookSecretDocument,
  UpdateInboundWebhookDocument,
} from '../../sdk/src/index.ts';
import { asksFirst } from '../confirm.ts';
import { connect, connected, type Connection, endpointOf } from '../connection.ts';
import { doesNotExist } from '../does-not-exist.ts';
import { readJsonOption } from '../json-option.ts';
import { printJson } from '../json-output.ts';
import { paged, type Part, partOf, printPage } from '../paged.ts';
import { throwRefusal } from '../user-errors.ts';

/** `operandi inbound …`: where outside systems post signed webhooks to. */
export function inboundCommand(): Command {
  return new Command('inbound')
    .addCommand(createCommand())
    .addCommand(listCommand())
    .addCommand(showCommand())
    .addCommand(updateCommand())
    .addCommand(rotateCommand())
    .addCommand(deleteCommand());
}

const schemes: readonly InboundScheme[] = ['STANDARD', 'GITHUB', 'SLACK', 'STRIPE', 'HMAC'];

interface CreateOptions {
  readonly scheme: InboundScheme;
  readonly secretFile?: string;
  readonly hmac?: string;
  readonly description?: string;
}

function createCommand(): Command {
  return connected(new Command('create'))
    .description('Take signed webhooks of a sender; a secret that is made is printed this once.')
    .argument('<name>', 'what its events come from: /operandi/inbound/<name>')
    .addOption(
      new Option('--scheme <scheme>', 'how the sender signs')
        .choices(schemes.map((scheme) => scheme.toLowerCase()))
        .default('standard'),
    )
    .option('--secret-file <file>', 'holds the secret that the sender made; - is standard input')
    .option('--hmac <json>', 'how the sender signs, for the scheme hmac; or @file')
    .option('--description <text>', 'what it is for')
    .action(async (name: string, options: Connection & CreateOptions) => {
      const { scheme, secretFile, hmac, description } = options;
      const secret = await readSecret(secretFile);
      const settings = await readHmac(hmac);
      await using client = connect(options);
      const { createInboundWebhook } = await client.request(CreateInboundWebhookDocument, {
        input: {
          ...{ name, scheme: schemeNamed(scheme) },
          ...(secret !== undefined && { secret }),
          ...(settings !== undefined && { hmac: settings }),
          ...(description !== undefined && { description }),
        },
      });
      throwRefusal(createInboundWebhook.userErrors);
      if (options.json) {
        printJson(createInboundWebhook);
        return;
      }
      const { inboundWebhook, secret: made } = createInboundWebhook;
      console.log(inboundWebhook?.id ?? '');
      console.log(`Address for the sender: ${addressOf(options, inboundWebhook?.path ?? '')}`);
      printSecret(made);
    });
}

function listCommand(): Command {
  return paged(new Command('list'))
    .description('List inbound webhooks, oldest first.')
    .action(async (options: Connection & Part) => {
      await using client = connect(options);
      const { inboundWebhooks } = await client.request(
        ListInboundWebhooksDocument,
        partOf(options),
      );
      printPage(options, inboundWebhooks, {
        headings: ['inbound', 'name', 'scheme', 'state', 'received', 'refused', 'why'],
        cellsOf: (one) => [
          ...[one.id, one.name, one.scheme, one.isEnabled ? 'enabled' : 'disabled'],
          ...[one.lastReceivedAt ?? 'never', one.lastRefusedAt ?? 'never', one.lastRefusal],
        ],
        none: 'No inbound webhooks.',
      });
    });
}

function showCommand(): Command {
  return connected(new Command('show'))
    .description('Show an inbound webhook, with its address and why it refused something last.')
    .argument('<id>', 'id of the inbound webhook')
    .action(async (id: string, options: Connection) => {
      await using client = connect(options);
      const { inboundWebhook } = await client.request(GetInboundWebhookDocument, { id });
      if (inboundWebhook === null) throw doesNotExist('inbound webhook', id);
      printJson({ ...inboundWebhook, url: addressOf(options, inboundWebhook.path) });
    });
}

interface UpdateOptions {
  readonly description?: string;
  readonly hmac?: string;
  readonly enable?: true;
  readonly disable?: true;
}

function updateCommand(): Command {
  return connected(new Command('update'))
    .description('Change an inbound webhook, or switch it on or off.')
    .argument('<id>', 'id of the inbound webhook')
    .option('--description <text>', 'what it is for')
    .option('--hmac <json>', 'all settings of the scheme hmac; or @file')
    .option('--enable', 'take messages again')
    .option('--disable', 'refuse everything')
    .action(async (id: string, options: Connection & UpdateOptions) => {
      const { description, hmac, enable, disable } = options;
      if (enable && disable) throw new Error('give --enable or --disable, not both');
      const settings = await readHmac(hmac);
      await using client = connect(options);
      const { updateInboundWebhook } = await client.request(UpdateInboundWebhookDocument, {
        input: {
          id,
          ...(description !== undefined && { description }),
          ...(settings !== undefined && { hmac: settings }),
          ...(enable === true && { isEnabled: true }),
          ...(disable === true && { isEnabled: false }),
        },
      });
      throwRefusal(updateInboundWebhook.userErrors);
      if (options.json) printJson(updateInboundWebhook.inboundWebhook);
      else console.log(`${id} changed`);
    });
}

interface RotateOptions {
  readonly overlap: string;
  readonly secretFile?: string;
}

function rotateCommand(): Command {
  return connected(new Command('rotate'))
    .description('Set a new secret; both are taken until the overlap ends.')
    .argument('<id>', 'id of the inbound webhook')
    .option('--overlap <seconds>', 'how long the secret before stays live', '86400')
    .option('--secret-file <file>', 'holds the secret that the sender made; - is standard input')
    .action(async (id: string, options: Connection & RotateOptions) => {
      const secret = await readSecret(options.secretFile);
      await using client = connect(options);
      const overlapSeconds = Number(options.overlap);
      const { rotateInboundWebhookSecret } = await client.request(
        RotateInboundWebhookSecretDocument,
        { input: { id, overlapSeconds, ...(secret !== undefined && { secret }) } },
      );
      throwRefusal(rotateInboundWebhookSecret.userErrors);
      if (options.json) printJson(rotateInboundWebhookSecret);
      else if (rotateInboundWebhookSecret.secret === null) console.log(`${id} has a new secret`);
      else printSecret(rotateInboundWebhookSecret.secret);
    });
}

function deleteCommand(): Command {
  return asksFirst(connected(new Command('delete')), 'Delete the inbound webhook')
    .description('Remove an inbound webhook; events that came stay.')
    .argument('<id>', 'id of the inbound webhook')
    .action(async (id: string, options: Connection) => {
      await using client = connect(options);
      const { deleteInboundWebhook } = await client.request(DeleteInboundWebhookDocument, {
        input: { id },
      });
      throwRefusal(deleteInboundWebhook.userErrors);
      if (options.json) printJson({ id });
      else console.log(`${id} deleted`);
    });
}

function printSecret(secret: string | null): void {
  if (secret !== null) console.log(`Signing secret, shown once: ${secret}`);
}

function addressOf(options: Connection, path: string): string {
  return new URL(path, endpointOf(options)).href;
}

function schemeNamed(text: string): InboundScheme {
  const found = schemes.find((scheme) => scheme === text.toUpperCase());
  if (found === undefined) throw new Error(`there is no scheme ${text}`);
  return found;
}

/** Not an argument, as others can see those. */
async function readSecret(file: string | undefined): Promise<string | undefined> {
  if (file === undefined) return undefined;
  return (await readFile(file === '-' ? '/dev/stdin' : file, 'utf8')).trim();
}

// The API says what is wrong with it.
async function readHmac(text: string | undefined): Promise<InboundHmacInput | undefined> {
  if (text === undefined) return undefined;
  return (await readJsonOption('--hmac', text)) as InboundHmacInput;
}
