import { Command } from 'commander';

import {
  CreateIntegrationDocument,
  DeleteIntegrationDocument,
  InvokeIntegrationDocument,
  LabelIntegrationDocument,
  SetCredentialDocument,
  UpdateIntegrationDocument,
} from '../../sdk/src/index.ts';
import { asksFirst } from '../confirm.ts';
import { connect, connected, type Connection } from '../connection.ts';
import { gather, labelOf } from '../job-options.ts';
import { readJsonOption } from '../json-option.ts';
import { printJson } from '../json-output.ts';
import { throwRefusal } from '../user-errors.ts';
import { findId } from './find-integration.ts';

type Label = ReturnType<typeof labelOf>;

const named = ({ key, value }: Label) => ({ name: key, value });

interface CreateOptions extends Connection {
  readonly config: string;
  readonly credential?: string;
  readonly label: readonly Label[];
}

/** `operandi integrations create NAME KIND`. */
export function createCommand(): Command {
  return connected(new Command('create'))
    .description('Connect an outside system; operandi integrations kinds KIND shows what it takes.')
    .argument('<name>', 'name by which definitions call it')
    .argument('<kind>', 'kind of system')
    .requiredOption(
      '--config <json>',
      'configuration as JSON; @FILE reads a file, - standard input',
    )
    .option('--credential <json>', 'credential as JSON: @FILE; others can see arguments')
    .option('--label <key=value>', 'a mark for permissions; once for each', gather(labelOf), [])
    .action(async (name: string, kind: string, options: CreateOptions) => {
      const config = await readJsonOption('--config', options.config);
      const { credential } = options;
      await using client = connect(options);
      const { createIntegration } = await client.request(CreateIntegrationDocument, {
        input: {
          ...{ name, kind, config },
          ...(credential !== undefined && {
            credential: await readJsonOption('--credential', credential),
          }),
          ...(options.label.length > 0 && { labels: options.label.map(named) }),
        },
      });
      throwRefusal(createIntegration.userErrors);
      if (options.json) printJson(createIntegration.integration);
      else console.log(createIntegration.integration?.id ?? '');
    });
}

/** `operandi integrations update NAME`. */
export function updateCommand(): Command {
  return connected(new Command('update'))
    .description('Replace the whole configuration of an integration.')
    .argument('<name>', 'name of the integration')
    .requiredOption(
      '--config <json>',
      'configuration as JSON; @FILE reads a file, - standard input',
    )
    .action(async (name: string, options: Connection & { readonly config: string }) => {
      const config = await readJsonOption('--config', options.config);
      await using client = connect(options);
      const input = { id: await findId(client, name), config };
      const { updateIntegration } = await client.request(UpdateIntegrationDocument, { input });
      throwRefusal(updateIntegration.userErrors);
      if (options.json) printJson(updateIntegration.integration);
      else console.log(`${name} changed`);
    });
}

/** `operandi integrations credential NAME`. */
export function credentialCommand(): Command {
  return connected(new Command('credential'))
    .description('Replace the credential of an integration; the one before is destroyed.')
    .argument('<name>', 'name of the integration')
    .requiredOption(
      '--credential <json>',
      'the credential as JSON: @FILE reads a file, - standard input; others can see arguments',
    )
    .action(async (name: string, options: Connection & { readonly credential: string }) => {
      const credential = await readJsonOption('--credential', options.credential);
      await using client = connect(options);
      const input = { integrationId: await findId(client, name), credential };
      const { setCredential } = await client.request(SetCredentialDocument, { input });
      throwRefusal(setCredential.userErrors);
      if (options.json) printJson(setCredential.integration);
      else console.log(`${name} has another credential`);
    });
}

/** `operandi integrations label NAME KEY=VALUE…`. */
export function labelCommand(): Command {
  return connected(new Command('label'))
    .description('Give an integration other labels, in the place of all that it has.')
    .argument('<name>', 'name of the integration')
    .argument('[label...]', 'key=value; none takes all away', gather(labelOf), [])
    .action(async (name: string, labels: readonly Label[], options: Connection) => {
      await using client = connect(options);
      const input = { id: await findId(client, name), labels: labels.map(named) };
      const { labelIntegration } = await client.request(LabelIntegrationDocument, { input });
      throwRefusal(labelIntegration.userErrors);
      if (options.json) printJson(labelIntegration.integration);
      else console.log(`${name} has ${String(labels.length)} labels`);
    });
}

interface InvokeOptions extends Connection {
  readonly arguments: string;
  readonly idempotencyKey?: string;
}

/** `operandi integrations invoke NAME OPERATION`. */
export function invokeCommand(): Command {
  return connected(new Command('invoke'))
    .description('Call an operation of an integration now, outside of any job.')
    .argument('<name>', 'name of the integration')
    .argument('<operation>', 'which of its operations')
    .option('--arguments <json>', 'arguments as JSON; @FILE reads a file, - standard input', '{}')
    .option('--idempotency-key <text>', 'the same key calls only once, where the system heeds it')
    .action(async (name: string, operation: string, options: InvokeOptions) => {
      const args = await readJsonOption('--arguments', options.arguments);
      await using client = connect(options);
      const { idempotencyKey } = options;
      const { invokeIntegration } = await client.request(InvokeIntegrationDocument, {
        input: {
          ...{ integrationId: await findId(client, name), operation, arguments: args },
          ...(idempotencyKey !== undefined && { idempotencyKey }),
        },
      });
      throwRefusal(invokeIntegration.userErrors);
      const { call, result } = invokeIntegration;
      printJson(options.json ? { call, result } : result);
    });
}

/** `operandi integrations delete NAME`. */
export function deleteCommand(): Command {
  return asksFirst(connected(new Command('delete')), 'Delete the integration')
    .description('Remove an integration and destroy its credentials; its calls stay on record.')
    .argument('<name>', 'name of the integration')
    .action(async (name: string, options: Connection) => {
      await using client = connect(options);
      const input = { id: await findId(client, name) };
      const { deleteIntegration } = await client.request(DeleteIntegrationDocument, { input });
      throwRefusal(deleteIntegration.userErrors);
      if (options.json) printJson(deleteIntegration.integration);
      else console.log(`${name} deleted`);
    });
}
