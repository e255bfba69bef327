import { Command } from 'commander';

import { readClientUrl } from '../../kernel/config/client.ts';
import { contextsFile, readContexts, writeContexts } from '../contexts.ts';
import { printJson, printsJson } from '../json-output.ts';
import { httpUrl } from '../connection.ts';
import { signInWithDevice } from '../sign-in.ts';

interface Options {
  readonly url?: string;
  readonly provider?: string;
  readonly json?: true;
}

/** `operandi login`: signs its user in through the tenant's identity provider, without a key. */
export function loginCommand(): Command {
  return printsJson(new Command('login'))
    .option('--url <url>', 'GraphQL endpoint; also OPERANDI_URL', httpUrl)
    .option('--provider <id>', 'identity provider; not needed where there is one')
    .addHelpText(
      'after',
      '\nThe session is kept in ~/.config/operandi/contexts.json (or OPERANDI_CONTEXTS_FILE), mode 0600.\nCommands use it where OPERANDI_API_KEY is not set. operandi logout ends it.',
    )
    .action(async ({ url: given, provider, json }: Options) => {
      const url = given ?? readClientUrl(process.env);
      const { session, expiresAt } = await signInWithDevice({
        ...{ endpoint: url, provider },
        show: ({ verificationUri, verificationUriComplete, userCode }) => {
          const page = verificationUriComplete ?? verificationUri;
          process.stderr.write(`Open ${page}\nand let in the code ${userCode}.\n`);
        },
      });
      const { contexts } = readContexts();
      writeContexts({ current: url, contexts: { ...contexts, [url]: { session, expiresAt } } });
      if (json) printJson({ url, expiresAt, file: contextsFile() });
      else console.log(`Signed in to ${url} until ${expiresAt} at the latest.`);
    });
}
