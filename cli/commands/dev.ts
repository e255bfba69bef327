import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Command } from 'commander';
import { readConfig } from '../../kernel/config/config.ts';
import type { Config } from '../../kernel/config/config.ts';
import { createLogger } from '../../kernel/logger.ts';
import { untilSignal } from '../../kernel/shutdown.ts';
import { createClient } from '../../sdk/src/index.ts';
import type { Platform } from '../compose-platform.ts';
import { untilParentGone } from '../parent.ts';

/** `operandi dev [PLACES]`: the platform, and every save of a definition published on it. */
export function devCommand(): Command {
  return new Command('dev')
    .argument('[places...]', 'definitions, or folders with them', ['.'])
    .option('--port <port>', 'port of the GraphQL endpoint; also PORT')
    .addHelpText(
      'after',
      `
Runs the platform with its data in .operandi/ until Ctrl+C, publishes the definitions that it finds, and again what is saved;
scenarios beside them are played. It gets in with OPERANDI_API_KEY, or with the first admin key, which it keeps in
.operandi/admin.key.`,
    )
    .action(async (places: string[], { port }: { readonly port?: string }) => {
      const { startPlatform } = await import('../platform.ts');
      const { publishOnSave } = await import('../project/publish-on-save.ts');
      const config = developmentConfig(port);
      const log = createLogger({ level: config.logLevel, name: 'operandi', pretty: true });
      const signal = AbortSignal.any([untilSignal(), untilParentGone()]);
      await using platform = await startPlatform(config, { log, signal });
      const apiKey = await keyOf(config);
      console.log(greeting(platform, config));
      await using client = createClient({ url: platform.url, apiKey });
      await publishOnSave(places, { client, tell: console.log, signal });
      console.log('Stopping …');
    });
}

function developmentConfig(port: string | undefined): Config {
  const config = readConfig({
    LOG_LEVEL: 'warn',
    ...process.env,
    ...(port !== undefined && { PORT: port }),
  });
  return { ...config, adminKeyFile: config.adminKeyFile ?? join(config.dataDir, 'admin.key') };
}

async function keyOf({ adminKeyFile = '' }: Config): Promise<string> {
  const { OPERANDI_API_KEY: given } = process.env;
  if (given !== undefined && given !== '') return given;
  try {
    return (await readFile(adminKeyFile, 'utf8')).trim();
  } catch (cause) {
    throw new Error(
      `there is no key in ${adminKeyFile}: set OPERANDI_API_KEY, or make one with operandi keys create --admin --key-file ${adminKeyFile}`,
      { cause },
    );
  }
}

function greeting(
  { url, consoleUrl, graphiqlUrl }: Platform,
  { adminKeyFile = '' }: Config,
): string {
  return [
    `Console   ${consoleUrl}`,
    ...(graphiqlUrl === undefined ? [] : [`GraphiQL  ${graphiqlUrl}`]),
    `GraphQL   ${url}`,
    'In another terminal:',
    `  export OPERANDI_URL=${url} OPERANDI_API_KEY=$(cat ${adminKeyFile})`,
    '',
  ].join('\n');
}
