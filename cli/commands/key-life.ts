import { Command } from 'commander';

import {
  type JobsPolicy,
  ListApiKeysDocument,
  RevokeApiKeyDocument,
  RotateApiKeyDocument,
} from '../../sdk/src/index.ts';
import { asksFirst } from '../confirm.ts';
import { connect, connected, type Connection } from '../connection.ts';
import { handNew, type KeyPlace } from '../new-key.ts';
import { printJson } from '../json-output.ts';
import { paged, type Part, partOf, printPage } from '../paged.ts';
import { throwRefusal } from '../user-errors.ts';

/** `operandi keys list`. */
export function listCommand(): Command {
  return paged(new Command('list'))
    .description('List the keys of your tenant, oldest first; needs ACCESS_READ.')
    .action(async (options: Connection & Part) => {
      await using client = connect(options);
      const { apiKeys } = await client.request(ListApiKeysDocument, partOf(options));
      printPage(options, apiKeys, {
        headings: ['key', 'name', 'begins', 'last used', 'ends', 'may'],
        cellsOf: ({ id, name, prefix, lastUsedAt, ...key }) => [
          ...[id, name, prefix, lastUsedAt, endOf(key)],
          key.customRole?.name ?? key.permissions.join(' '),
        ],
        none: 'No keys.',
      });
    });
}

function endOf(key: { readonly revokedAt: string | null; readonly expiresAt: string | null }) {
  return key.revokedAt === null ? (key.expiresAt ?? '') : `revoked ${key.revokedAt}`;
}

interface RotateOptions extends KeyPlace {
  readonly overlap: string;
}

/** `operandi keys rotate`. */
export function rotateCommand(): Command {
  return connected(new Command('rotate'))
    .description('Make the successor of a key; both work until the overlap ends.')
    .argument('<id>', 'id of the key')
    .option('--overlap <seconds>', 'how long the old one still works, 0 to 604800', '86400')
    .option('--key-file <file>', 'write the key to this new file, mode 0600, instead of the screen')
    .action(async (id: string, options: Connection & RotateOptions) => {
      await using client = connect(options);
      await handNew(options, async () => {
        const { rotateApiKey } = await client.request(RotateApiKeyDocument, {
          input: { id, overlapSeconds: Number(options.overlap) },
        });
        throwRefusal(rotateApiKey.userErrors);
        return rotateApiKey;
      });
    });
}

/** `operandi keys revoke`. */
export function revokeCommand(): Command {
  return asksFirst(connected(new Command('revoke')), 'Revoke the key')
    .description('End a key at once: its requests, sockets and, unless you say otherwise, jobs.')
    .argument('<id>', 'id of the key')
    .option('--jobs <policy>', 'jobs it answers for: STOP, FINISH or ASK', 'STOP')
    .action(async (id: string, options: Connection & { readonly jobs: JobsPolicy }) => {
      await using client = connect(options);
      const { revokeApiKey } = await client.request(RevokeApiKeyDocument, {
        input: { id, jobs: options.jobs },
      });
      throwRefusal(revokeApiKey.userErrors);
      if (options.json) printJson({ id });
      else console.log(`${id} revoked`);
    });
}
