import { cp, mkdir, rename, rm } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { openDatabase } from '../../kernel/database/database.ts';
import { newId } from '../../kernel/ids.ts';
import { silentLog } from './log.ts';
import { settingStatements, suiteSettings } from './session-settings.ts';

/**
 * Copies a migrated embedded database into a data folder: a copy takes a tenth of the time of making one. The first
 * test file of a run that needs one makes it; of several at once, the first to finish wins.
 */
export async function copyEmbeddedTemplate(folder: string, dataDir: string): Promise<void> {
  const template = join(folder, 'template');
  if (!existsSync(template)) await makeTemplate(folder, template);
  await cp(template, dataDir, { recursive: true });
}

async function makeTemplate(folder: string, template: string): Promise<void> {
  const draft = join(folder, newId());
  await mkdir(draft, { recursive: true });
  const config = { databaseUrl: undefined, dataDir: draft, databasePoolSize: 1 };
  const database = await openDatabase(config, silentLog);
  for (const statement of settingStatements('postgres', suiteSettings()))
    await database.pool.query(statement);
  await database[Symbol.asyncDispose]();
  try {
    await rename(draft, template);
  } catch (error) {
    // A folder that is not empty cannot be renamed over: somebody was faster.
    if (!existsSync(template)) throw error;
    await rm(draft, { recursive: true });
  }
}
