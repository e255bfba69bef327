import { Command } from 'commander';
import { readSettings } from '../../kernel/config/config.ts';
import { createLogger } from '../../kernel/logger.ts';

/** `operandi migrate-embedded`: what the embedded database of an earlier version holds, into that of this one. */
export function migrateEmbeddedCommand(): Command {
  return new Command('migrate-embedded').action(async () => {
    const { moveEarlier } = await import('../../kernel/database/embedded/earlier/move-earlier.ts');
    const { dataDir, logLevel } = readSettings(process.env);
    const log = createLogger({ level: logLevel, name: 'migrate', pretty: true });
    console.log('Moving the data …');
    const { rows, earlier } = await moveEarlier(dataDir, log);
    console.log(
      `Moved ${rows} rows. The earlier files stay in ${earlier}; remove them once all is well.`,
    );
  });
}
