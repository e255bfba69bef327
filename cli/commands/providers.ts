import { Command } from 'commander';

import {
  CreateIdentityProviderDocument,
  ListIdentityProvidersDocument,
  RemoveIdentityProviderDocument,
} from '../../sdk/src/index.ts';
import { connect, connected, type Connection } from '../connection.ts';
import { printJson, table } from '../output.ts';
import { throwRefusal } from '../user-errors.ts';

/** `operandi providers …`: the issuers that say who members are. */
export function providersCommand(): Command {
  const command = new Command('providers');
  command.addCommand(listCommand());
  command.addCommand(addCommand());
  command.addCommand(removeCommand());
  return command;
}

function listCommand(): Command {
  return connected(new Command('list'))
    .description('List identity providers, oldest first.')
    .action(async (options: Connection) => {
      await using client = connect(options);
      const { identityProviders } = await client.request(ListIdentityProvidersDocument, {});
      if (options.json) {
        printJson(identityProviders);
        return;
      }
      const rows = identityProviders.map(({ id, name, issuer, audience, clientId }) => [
        ...[id, name, issuer, audience ?? '', clientId ?? ''],
      ]);
      console.log(table(['provider', 'name', 'issuer', 'audience', 'client'], rows));
    });
}

interface AddOptions {
  readonly name: string;
  readonly issuer: string;
  readonly audience?: string;
  readonly client?: string;
  readonly roleClaim?: string;
  readonly groupClaim?: string;
}

function addCommand(): Command {
  return connected(new Command('add'))
    .description('Trust an OpenID Connect issuer to say who members are.')
    .requiredOption('--name <name>', 'what it is called')
    .requiredOption('--issuer <url>', 'the issuer, exactly as it names itself')
    .option('--audience <text>', 'what bearer tokens have to be made for')
    .option('--client <id>', 'the client with which people sign in')
    .option('--role-claim <claim>', 'the claim of bearer tokens that names roles')
    .option('--group-claim <claim>', 'the claim that names groups of the tenant')
    .action(
      async ({ name, issuer, audience, client: clientId, ...options }: Connection & AddOptions) => {
        await using client = connect(options);
        const { createIdentityProvider } = await client.request(CreateIdentityProviderDocument, {
          input: {
            ...{ name, issuer },
            ...(audience !== undefined && { audience }),
            ...(clientId !== undefined && { clientId }),
            ...(options.roleClaim !== undefined && { roleClaim: options.roleClaim }),
            ...(options.groupClaim !== undefined && { groupClaim: options.groupClaim }),
          },
        });
        throwRefusal(createIdentityProvider.userErrors);
        if (options.json) printJson(createIdentityProvider.identityProvider);
        else console.log(createIdentityProvider.identityProvider?.id ?? '');
      },
    );
}

function removeCommand(): Command {
  return connected(new Command('remove'))
    .description('Trust an issuer no more; its tokens and sessions end at once.')
    .argument('<id>', 'id of the provider')
    .action(async (id: string, options: Connection) => {
      await using client = connect(options);
      const { removeIdentityProvider } = await client.request(RemoveIdentityProviderDocument, {
        input: { id },
      });
      throwRefusal(removeIdentityProvider.userErrors);
      if (options.json) printJson({ id });
      else console.log(`${id} removed`);
    });
}
