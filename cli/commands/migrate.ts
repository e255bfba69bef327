import { Command } from 'commander';
import { readSettings } from '../../kernel/config/config.ts';
import { ConfigError } from '../../kernel/config/fault.ts';
import { createLogger } from '../../kernel/logger.ts';
import { keeping } from '../key-file.ts';

interface Options {
  readonly keyFile?: string;
  readonly printRoles?: true;
  readonly plan?: true;
}

/** `operandi migrate`: tables up to date, and on an empty database the first tenant with its key. */
export function migrateCommand(): Command {
  return new Command('migrate')
    .description('Bring the database up to date; of all processes only this one changes tables.')
    .option(
      '--key-file <file>',
      'write the first admin key to this new file, mode 0600; also OPERANDI_ADMIN_KEY_FILE',
    )
    .option('--print-roles', 'print the SQL that makes the roles of the database, and end')
    .option('--plan', 'print the SQL that would be run, and end; it changes nothing')
    .action(({ keyFile, printRoles, plan }: Options) => {
      if (printRoles) return print();
      return plan ? printPlan() : migrate(keyFile);
    });
}

/** Needs no secret: it neither opens a credential nor vouches for anybody. */
async function migrate(named: string | undefined): Promise<void> {
  const { bootstrap } = await import('../../core/access/bootstrap.ts');
  const { migrateDatabase, openDatabase } = await import('../../kernel/database/database.ts');
  const settings = readSettings(process.env);
  const { databaseMigrationUrl: databaseUrl } = settings;
  const log = createLogger({
    level: settings.logLevel,
    name: 'migrate',
    pretty: !settings.isProduction,
  });
  if (databaseUrl !== undefined) await migrateDatabase({ ...settings, databaseUrl }, log);
  await using database = await openDatabase({ ...settings, databaseUrl }, log);
  const keyFile = named ?? settings.adminKeyFile;
  const first = await bootstrap({ database }, keeping(keyFile));
  // A variable that was forgotten must not look like the server's database.
  const which = databaseUrl === undefined ? `embedded database in ${settings.dataDir}` : 'database';
  console.log(`The ${which} is up to date.`);
  if (first === undefined) return;
  console.log(
    keyFile === undefined
      ? `First admin key, shown once: ${first.key}`
      : `The first admin key is in ${keyFile}.`,
  );
}

async function printPlan(): Promise<void> {
  const { plannedMigrations } = await import('../../kernel/database/migrate.ts');
  const { createPool } = await import('../../kernel/database/pool.ts');
  const { logLevel: level } = readSettings(process.env);
  const log = createLogger({ level, name: 'migrate', pretty: true });
  const target = { connectionString: requiredUrl() };
  const pool = createPool(target, { size: 1, isSilenceWatched: false }, log);
  try {
    const planned = await plannedMigrations(pool);
    for (const { name, sql } of planned) console.log(`-- ${name}\n${sql}`);
    if (planned.length === 0) console.log('-- The database is up to date: nothing would be done.');
  } finally {
    await pool.end();
  }
}

/** Of the database that is to be migrated. */
function requiredUrl(): string {
  const { databaseMigrationUrl } = readSettings(process.env);
  if (databaseMigrationUrl !== undefined) return databaseMigrationUrl;
  throw new ConfigError([
    { name: 'DATABASE_MIGRATION_URL', message: 'is required: it names database and migrator' },
  ]);
}

async function print(): Promise<void> {
  const { roleNamesFor, rolesScript } = await import('../../kernel/database/roles.ts');
  const { pathname, username } = new URL(requiredUrl());
  const database = decodeURIComponent(pathname.slice(1));
  const migrator = decodeURIComponent(username);
  console.log(rolesScript(roleNamesFor(database), { database, migrator }));
}
