import { once } from 'node:events';
import { readFile } from 'node:fs/promises';

import { Command } from 'commander';
import { z } from 'zod';

import { sleep } from '../../kernel/retry/sleep.ts';
import { untilSignal } from '../../kernel/shutdown.ts';
import { createClient, type Client } from '../../sdk/src/index.ts';
import {
  cosignatureType,
  createWitness,
  formatVerifierKey,
  parseVerifierKey,
  rawPublicKey,
  type VerifierKey,
  type Witness,
} from '../../sdk/src/verify/index.ts';
import { followLog } from '../audit/follow-log.ts';
import { openWitnessFolder, type WitnessFolder } from '../audit/witness-folder.ts';
import { createWitnessServer } from '../audit/witness-server.ts';
import { connect, connected, type Connection } from '../connection.ts';
import { plainText } from '../plain-text.ts';

interface Options extends Connection {
  readonly name: string;
  readonly key: string;
  readonly follow?: string;
  readonly listen?: string;
  readonly every: string;
  readonly once?: true;
}

const followed = z.array(z.strictObject({ url: z.url(), apiKey: z.string().min(1) })).min(1);

/** `operandi audit witness FOLDER`: cosigns what goes on from what it has seen. */
export function witnessCommand(): Command {
  return connected(new Command('witness'))
    .description(
      'Follow the logs of tenants from another place, cosign their checkpoints, and tell of a history that was rewritten.',
    )
    .argument('<folder>', 'where its key and the newest checkpoint of each log are kept')
    .requiredOption('--name <name>', 'of the witness, e.g. witness.example.com/audit')
    .requiredOption('--key <file>', 'public keys of the logs as `operandi audit keys` prints them')
    .option('--follow <file>', 'many tenants: a JSON list of {"url", "apiKey"}')
    .option(
      '--listen <port>',
      'take checkpoints at POST /add-checkpoint of 127.0.0.1 (C2SP tlog-witness)',
    )
    .option('--every <seconds>', 'how often to look', '60')
    .option('--once', 'look once and end; the exit code tells whether all holds')
    .action(async (folder: string, options: Options) => {
      const kept = await openWitnessFolder(folder);
      const { name } = options;
      const witness = createWitness({
        cosigner: { name, privateKey: kept.privateKey },
        logs: await readKeys(options.key),
        store: kept.store,
        now: () => Math.floor(Date.now() / 1_000),
      });
      const own = formatVerifierKey(name, rawPublicKey(kept.privateKey), cosignatureType);
      console.log(`The key of this witness: ${own}`);
      await run({ witness, kept, options });
    });
}

interface Running {
  readonly witness: Witness;
  readonly kept: WitnessFolder;
  readonly options: Options;
}

async function run({ witness, kept, options }: Running): Promise<void> {
  await using stack = new AsyncDisposableStack();
  const isFollowing = options.listen === undefined || options.follow !== undefined;
  const clients = isFollowing ? await clientsOf(options) : [];
  for (const client of clients) stack.use(client);
  if (options.once) {
    const looks = await Promise.all(clients.map((client) => look(client, { witness, kept })));
    if (looks.includes(false)) throw new Error('not every log goes on from what was cosigned');
    return;
  }
  const signal = untilSignal();
  if (options.listen !== undefined) {
    const server = createWitnessServer(witness);
    server.listen(Number(options.listen), '127.0.0.1');
    await once(server, 'listening');
    stack.defer(() => void server.close());
    console.log('Listening for checkpoints.');
  }
  while (!signal.aborted) {
    await Promise.all(clients.map((client) => look(client, { witness, kept })));
    await sleep(Number(options.every) * 1_000, signal).catch(() => undefined);
  }
}

/** One log that cannot be reached, or has gone wrong, hinders no other. */
async function look(
  client: Pick<Client, 'request'>,
  { witness, kept }: Pick<Running, 'witness' | 'kept'>,
): Promise<boolean> {
  try {
    const found = await followLog({ client, witness, store: kept.store });
    if (found.state === 'refused') {
      const file = await kept.keepEvidence(found.note);
      console.error(plainText(`NOT COSIGNED: ${found.reason}; its checkpoint is kept in ${file}`));
      return false;
    }
    if (found.state === 'cosigned')
      console.log(plainText(`Cosigned ${found.origin} at ${found.size} events.`));
    return true;
  } catch (error) {
    console.error(plainText(`A log could not be read: ${String(error)}`));
    return false;
  }
}

async function clientsOf(options: Options): Promise<readonly Client[]> {
  if (options.follow === undefined) return [connect(options)];
  const list = followed.parse(JSON.parse(await readFile(options.follow, 'utf8')));
  return list.map(({ url, apiKey }) => createClient({ url, apiKey }));
}

async function readKeys(file: string): Promise<readonly VerifierKey[]> {
  const lines = (await readFile(file, 'utf8')).split('\n').filter((line) => line.trim() !== '');
  return lines.map((line) => parseVerifierKey(line));
}
