import { type Command, InvalidArgumentError } from 'commander';
import { readClientConfig } from '../kernel/config/client.ts';
import { reviveNumber } from '../kernel/json.ts';
import { type Client, createClient } from '../sdk/src/index.ts';
import { printsJson } from './json-output.ts';
import { signedIn } from './contexts.ts';

/** Options of every command that talks to a running platform. */
export interface Connection {
  readonly url?: string;
  readonly json?: true;
}

/** Adds the options of `Connection`. The key comes from the environment, as others can see arguments. */
export function connected(command: Command): Command {
  return printsJson(
    command.option('--url <url>', 'GraphQL endpoint; also OPERANDI_URL', httpUrl),
  ).addHelpText(
    'after',
    '\nThe API key is taken from OPERANDI_API_KEY; without it you are who signed in with operandi login.',
  );
}

/** Reads an address of the command line. */
export function httpUrl(text: string): string {
  if (/^https?:$/.test(URL.parse(text)?.protocol ?? '')) return text;
  throw new InvalidArgumentError('It is an http or https URL, e.g. http://127.0.0.1:4000/graphql.');
}

/** A client for the endpoint and key of the options and the environment. */
export function connect(options: Connection): Client {
  // What is printed has the digits that were answered.
  return createClient({ ...configOf(options), reviver: reviveNumber });
}

/** Where that client asks. */
export function endpointOf(options: Connection): string {
  return configOf(options).url;
}

function configOf({ url }: Connection) {
  const given = { ...process.env, ...(url !== undefined && { OPERANDI_URL: url }) };
  return readClientConfig(given, signedIn);
}
