import { Command } from 'commander';
import { readSettings } from '../../kernel/config/config.ts';
import { AppError } from '../../kernel/errors.ts';
import { createLogger } from '../../kernel/logger.ts';

/** `operandi backup`: the embedded database and its secrets, also while the platform runs. */
export function backupCommand(): Command {
  return new Command('backup')
    .description('Copy the embedded database and its secrets, also while the platform runs.')
    .argument('<folder>', 'a new folder; whoever reads it can open all secrets')
    .action(async (folder: string) => {
      const { backUpEmbedded } = await import('../../kernel/database/embedded/backup/back-up.ts');
      const { databaseUrl, dataDir, logLevel } = readSettings(process.env);
      if (databaseUrl !== undefined)
        throw new AppError(
          'BAD_USER_INPUT',
          'DATABASE_URL names a PostgreSQL server: back it up with its own tools, see docs/operate.md',
        );
      const log = createLogger({ level: logLevel, name: 'backup', pretty: true });
      const { at, files } = await backUpEmbedded(dataDir, folder, log);
      const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
      const megabytes = (bytes / 1e6).toFixed(0);
      console.log(`Backed up as of ${at}: ${files.length} files, ${megabytes} MB, in ${folder}.`);
    });
}
