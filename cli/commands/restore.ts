import { Command } from 'commander';
import { readSettings } from '../../kernel/config/config.ts';
import { AppError } from '../../kernel/errors.ts';
import { createLogger } from '../../kernel/logger.ts';

type Settings = ReturnType<typeof readSettings>;

interface Options {
  readonly replace?: true;
  readonly fence?: true;
}

/** `operandi restore`: puts a backup in place, or makes a database safe that other tools have put back. */
export function restoreCommand(): Command {
  return new Command('restore')
    .description(
      'Put a backup of the embedded database in place. All processes are stopped before.',
    )
    .argument('[folder]', 'what operandi backup has written')
    .option('--replace', 'put the database that is there aside')
    .option(
      '--fence',
      'instead: DATABASE_MIGRATION_URL was put back to an earlier moment by its own tools; make it safe to go on with',
    )
    .action(async (folder: string | undefined, { replace, fence }: Options, command: Command) => {
      const settings = readSettings(process.env);
      if ((folder === undefined) === (fence === undefined))
        command.error('error: give the folder of a backup, or --fence');
      if (folder === undefined) await fenceServer(settings);
      else await putBack(folder, settings, replace === true);
    });
}

async function putBack(folder: string, settings: Settings, isReplacing: boolean): Promise<void> {
  const { restoreEmbedded } = await import('../../kernel/database/embedded/backup/restore.ts');
  if (settings.databaseUrl !== undefined)
    throw new AppError(
      'BAD_USER_INPUT',
      'DATABASE_URL names a PostgreSQL server: restore it with its own tools, then run operandi restore --fence, see docs/operate.md',
    );
  const { manifest, aside } = await restoreEmbedded(folder, settings.dataDir, {
    isReplacing,
    settle: (dataDir) => fenceDatabase({ ...settings, dataDir, databaseUrl: undefined }),
  });
  console.log(`Restored as of ${manifest.at}.`);
  if (aside !== undefined) console.log(`What was there before is in ${aside}.`);
}

async function fenceServer(settings: Settings): Promise<void> {
  const { databaseMigrationUrl: databaseUrl } = settings;
  if (databaseUrl === undefined)
    throw new AppError(
      'BAD_USER_INPUT',
      'DATABASE_MIGRATION_URL is required: the login that owns the tables',
    );
  await fenceDatabase({ ...settings, databaseUrl });
}

async function fenceDatabase(settings: Settings): Promise<void> {
  const { fenceRestored } = await import('../../core/restore/fence-restored.ts');
  const { openDatabase } = await import('../../kernel/database/database.ts');
  const log = createLogger({ level: settings.logLevel, name: 'restore', pretty: true });
  await using database = await openDatabase(settings, log);
  const { jobs, tenants } = await fenceRestored({ database });
  console.log(
    `Fenced: ${jobs} jobs go on, cursors of before are refused, the audit log of ${tenants} tenants tells of it.`,
  );
}
