import { setTimeout as wait } from 'node:timers/promises';

import { Command } from 'commander';

import {
  CreateConnectLinkDocument,
  GetConnectLinkDocument,
  type GetConnectLinkQuery,
} from '../../sdk/src/index.ts';
import { connect, connected, type Connection, endpointOf } from '../connection.ts';
import { printJson } from '../json-output.ts';
import { throwRefusal } from '../user-errors.ts';
import { findId } from './find-integration.ts';

interface ConnectOptions {
  readonly expires: string;
  readonly wait: boolean;
}

const pollMs = 1_000;

/** `operandi integrations connect NAME`: the address for a person's consent, and what comes of it. */
export function connectCommand(): Command {
  return connected(new Command('connect'))
    .description(
      'Print an address to send a person to for their consent, and wait until they have given it.',
    )
    .argument('<name>', 'name of the integration')
    .option('--expires <seconds>', 'how long the address may be opened', '3600')
    .option('--no-wait', 'print the address and end')
    .action(async (name: string, options: Connection & ConnectOptions) => {
      await using client = connect(options);
      const integrationId = await findId(client, name);
      const expiresInSeconds = Number(options.expires);
      const { createConnectLink } = await client.request(CreateConnectLinkDocument, {
        input: { integrationId, expiresInSeconds },
      });
      throwRefusal(createConnectLink.userErrors);
      const { connectLink, path } = createConnectLink;
      if (connectLink === null || path === null) throw new Error(`${name} got no link`);
      const { id, expiresAt } = connectLink;
      const url = new URL(path, endpointOf(options)).href;
      if (options.wait) {
        console.error(`Open, until ${expiresAt}:\n${url}`);
        printEnd(name, await untilEnded(client, id), options);
      } else if (options.json) printJson({ id, url, expiresAt });
      else console.log(url);
    });
}

function printEnd(name: string, { state, failure, integration }: Link, { json }: Connection): void {
  if (state !== 'CONNECTED')
    throw new Error(`${name} is not connected: ${failure ?? 'nobody finished in time'}`);
  const { credential } = integration;
  if (json) printJson(credential);
  else console.log(`${name} is connected: ${credential.scopes?.join(' ') ?? ''}`);
}

type Link = NonNullable<GetConnectLinkQuery['connectLink']>;

async function untilEnded(client: ReturnType<typeof connect>, id: string): Promise<Link> {
  for (;;) {
    const { connectLink } = await client.request(GetConnectLinkDocument, { id });
    if (connectLink === null) throw new Error(`the link ${id} was removed`);
    const isOpen = connectLink.state === 'PENDING' || connectLink.state === 'OPENED';
    if (!isOpen) return connectLink;
    await wait(pollMs);
  }
}
