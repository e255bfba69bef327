import { Command } from 'commander';

import {
  CreateApiKeyDocument,
  CreateIdentityProviderDocument,
  ListIdentityProvidersDocument,
  RemoveIdentityProviderDocument,
  type JobsPolicy,
} from '../../sdk/src/index.ts';
import { asksFirst } from '../confirm.ts';
import { connect, connected, endpointOf, type Connection } from '../connection.ts';
import { printJson } from '../json-output.ts';
import { table } from '../output.ts';
import { throwRefusal } from '../user-errors.ts';

/** `operandi providers …`: the issuers that say who members are. */
export function providersCommand(): Command {
  const command = new Command('providers');
  command.addCommand(listCommand());
  command.addCommand(addCommand());
  command.addCommand(removeCommand());
  command.addCommand(scimTokenCommand());
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
  return asksFirst(connected(new Command('remove')), 'Trust no more the provider')
    .description('Trust an issuer no more; its tokens and sessions end at once.')
    .argument('<id>', 'id of the provider')
    .option('--jobs <policy>', 'jobs of its users: STOP, FINISH or ASK', 'STOP')
    .action(async (id: string, options: Connection & { readonly jobs: JobsPolicy }) => {
      await using client = connect(options);
      const { removeIdentityProvider } = await client.request(RemoveIdentityProviderDocument, {
        input: { id, jobs: options.jobs },
      });
      throwRefusal(removeIdentityProvider.userErrors);
      if (options.json) printJson({ id });
      else console.log(`${id} removed`);
    });
}

interface TokenOptions {
  readonly name: string;
  readonly expires?: string;
}

/** A key that can do nothing but what a directory has to. */
function scimTokenCommand(): Command {
  return connected(new Command('scim-token'))
    .description('Make the bearer token of a directory that provisions members by SCIM.')
    .requiredOption('--name <name>', 'what the directory is called')
    .option('--expires <time>', 'when it ends, e.g. 2027-12-31T00:00:00Z')
    .action(async ({ name, expires, ...options }: Connection & TokenOptions) => {
      await using client = connect(options);
      const { createApiKey } = await client.request(CreateApiKeyDocument, {
        input: {
          ...{ name, permissions: ['ACCESS_PROVISION'] },
          ...(expires !== undefined && { expiresAt: expires }),
        },
      });
      throwRefusal(createApiKey.userErrors);
      const made = {
        token: createApiKey.secret,
        url: new URL('/scim/v2', endpointOf(options)).href,
      };
      if (options.json) printJson(made);
      else console.log(`${made.url}\n${made.token ?? ''}`);
    });
}
