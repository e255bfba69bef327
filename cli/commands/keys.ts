import { Command } from 'commander';
import { readConfig } from '../../kernel/config/config.ts';
import { createLogger } from '../../kernel/logger.ts';
import { CreateApiKeyDocument, type CreateApiKeyInput } from '../../sdk/src/index.ts';
import { connect, connected, type Connection } from '../connection.ts';
import { keeping } from '../key-file.ts';
import { handNew, whereIs } from '../new-key.ts';
import { permissionsOf } from '../permission-option.ts';
import { throwRefusal } from '../user-errors.ts';
import { listCommand, revokeCommand, rotateCommand } from './key-life.ts';

interface Options extends Connection {
  readonly admin?: true;
  readonly tenant?: string;
  readonly name?: string;
  readonly keyFile?: string;
  readonly role?: string;
  readonly permissions?: string;
  readonly expires?: string;
}

/** `operandi keys …`: keys of a tenant, and an admin's made on the machine by those who hold its database. */
export function keysCommand(): Command {
  return new Command('keys')
    .addCommand(listCommand())
    .addCommand(createCommand())
    .addCommand(rotateCommand())
    .addCommand(revokeCommand())
    .addCommand(assertionCommand())
    .addCommand(rewrapCommand());
}

function createCommand(): Command {
  return connected(new Command('create'))
    .description(
      'Make a key of your tenant; with --admin one that may do everything, on the machine.',
    )
    .option('--name <name>', 'what the key is called')
    .option('--role <id>', 'it may do what this role of your own says, now and after each change')
    .option('--permissions <list>', 'or what it may do, e.g. JOBS_READ,JOBS_SUBMIT')
    .option('--expires <time>', 'when it stops working, e.g. 2027-01-31T12:00:00Z')
    .option(
      '--admin',
      'make it in the database of DATABASE_URL, or the embedded one while it is stopped',
    )
    .option('--tenant <id>', 'with --admin: for which tenant; not needed where there is one')
    .option('--key-file <file>', 'write the key to this new file, mode 0600, instead of the screen')
    .action((options: Options) =>
      options.admin ? createOnMachine(options) : createByApi(options),
    );
}

async function createOnMachine({ tenant: tenantId, name, keyFile }: Options): Promise<void> {
  const { createAdminKey } = await import('../../core/access/create-admin-key.ts');
  const { openDatabase } = await import('../../kernel/database/database.ts');
  const config = readConfig(process.env, {}, 'operator');
  const log = createLogger({ level: config.logLevel, name: 'keys', pretty: true });
  await using database = await openDatabase(config, log);
  let key = '';
  const made = await createAdminKey(
    { database },
    {
      tenantId,
      name: name ?? 'Admin key of the machine',
      keep: async (secret) => {
        await keeping(keyFile)(secret);
        key = secret;
      },
    },
  );
  console.log(`Admin key ${made.id} of tenant ${made.tenantId}\n${whereIs(key, keyFile)}`);
}

async function createByApi(options: Options): Promise<void> {
  const input = inputOf(options);
  await using client = connect(options);
  await handNew(options, async () => {
    const { createApiKey } = await client.request(CreateApiKeyDocument, { input });
    throwRefusal(createApiKey.userErrors);
    return createApiKey;
  });
}

function inputOf({ name, role, permissions, expires }: Options): CreateApiKeyInput {
  if (name === undefined || (role === undefined) === (permissions === undefined))
    throw new Error('say --name, and either --role or --permissions; or --admin');
  return {
    name,
    ...(permissions === undefined
      ? {}
      : { permissions: permissionsOf('--permissions', permissions.split(',')) }),
    ...(role === undefined ? {} : { customRoleId: role }),
    ...(expires === undefined ? {} : { expiresAt: expires }),
  };
}

/** Both halves, each named by the setting that takes it; nothing is kept. */
function assertionCommand(): Command {
  return new Command('assertion')
    .description('Make a key with which a gateway signs who calls, and its half for subgraphs.')
    .action(async () => {
      const { newSigningKey, publicKeyOf } = await import('../../kernel/crypto/assertion-keys.ts');
      const key = newSigningKey();
      console.log(`OPERANDI_ASSERTION_KEY=${key}`);
      console.log(`OPERANDI_ASSERTION_PUBLIC_KEYS=${publicKeyOf(key)}`);
    });
}

/** After a new key was put before the old one; then the old one can be taken out. */
function rewrapCommand(): Command {
  return new Command('rewrap')
    .description('Put all sealed values under the newest key of OPERANDI_MASTER_KEY.')
    .action(async () => {
      const { rewrapSealedValues } = await import('../../core/access/sealed-values.ts');
      const { createKeyring } = await import('../../kernel/crypto/keyring.ts');
      const { openDatabase } = await import('../../kernel/database/database.ts');
      const config = readConfig(process.env, {}, 'worker');
      const log = createLogger({ level: config.logLevel, name: 'keys', pretty: true });
      await using database = await openDatabase(config, log);
      const keyring = createKeyring(config.masterKey);
      const count = await rewrapSealedValues({ database, keyring });
      console.log(`${count} values are now under ${keyring.currentKeyId}, as all others were.`);
    });
}
