import { Command } from 'commander';

import { readContexts, signedIn, writeContexts } from '../contexts.ts';
import { printJson, printsJson } from '../json-output.ts';
import { signOut } from '../sign-in.ts';

/** `operandi logout`: ends the session at the platform and forgets it here. */
export function logoutCommand(): Command {
  return printsJson(new Command('logout'))
    .option('--url <url>', 'GraphQL endpoint; the last one signed in to without it')
    .action(async ({ url: wanted, json }: { readonly url?: string; readonly json?: true }) => {
      const known = signedIn(wanted);
      if (known === undefined) throw new Error('nobody is signed in there');
      const { url, apiKey } = known;
      const { current, contexts } = readContexts();
      const { [url]: ended, ...others } = contexts;
      // Forgotten even when the platform is away: it ends by itself when it is not used.
      writeContexts({
        ...(current !== undefined && current !== url && { current }),
        contexts: others,
      });
      if (ended !== undefined) await signOut(url, apiKey);
      if (json) printJson({ url });
      else console.log(`Signed out of ${url}.`);
    });
}
