import { Command } from 'commander';
import { readConfig } from '../../kernel/config/config.ts';
import { createLogger } from '../../kernel/logger.ts';
import { writeKeyFile } from '../key-file.ts';

interface Options {
  readonly admin?: boolean;
  readonly tenant?: string;
  readonly name: string;
  readonly keyFile?: string;
}

/** `operandi keys …`: keys made on the machine, for those who hold its database. */
export function keysCommand(): Command {
  return new Command('keys')
    .addCommand(createCommand())
    .addCommand(assertionCommand())
    .addCommand(rewrapCommand());
}

function createCommand(): Command {
  return new Command('create')
    .description(
      'Make a key in the database of DATABASE_URL, or in the embedded one while it is stopped.',
    )
    .requiredOption('--admin', 'a key that may do everything; others are made by createApiKey')
    .option('--tenant <id>', 'for which tenant; not needed where there is one')
    .option('--name <name>', 'what the key is called', 'Admin key of the machine')
    .option('--key-file <file>', 'write the key to this new file, mode 0600, instead of the screen')
    .action(async ({ tenant: tenantId, name, keyFile }: Options) => {
      const { createAdminKey } = await import('../../core/access/create-admin-key.ts');
      const { openDatabase } = await import('../../kernel/database/database.ts');
      const config = readConfig(process.env, {}, 'operator');
      const log = createLogger({ level: config.logLevel, name: 'keys', pretty: true });
      await using database = await openDatabase(config, log);
      let key = '';
      const keep = async (made: string): Promise<void> => {
        if (keyFile !== undefined) await writeKeyFile(keyFile, made);
        key = made;
      };
      const made = await createAdminKey({ database }, { tenantId, name, keep });
      console.log(`Admin key ${made.id} of tenant ${made.tenantId}`);
      console.log(keyFile === undefined ? `Shown once: ${key}` : `It is in ${keyFile}.`);
    });
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
