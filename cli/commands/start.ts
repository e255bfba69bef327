import { Command } from 'commander';
import { readConfig } from '../../kernel/config/config.ts';
import { createLogger } from '../../kernel/logger.ts';
import { tuneLogs } from '../../kernel/tune-logs.ts';
import { stopped, untilSignal } from '../../kernel/shutdown.ts';
import { commandName, exampleName } from '../command-name.ts';
import { untilParentGone } from '../parent.ts';
import type { Platform } from '../compose-platform.ts';

interface Options {
  readonly port?: string;
  readonly config?: string;
}

/** `operandi start`: everything in one process. */
export function startCommand(): Command {
  return new Command('start')
    .option('--port <port>', 'port of the GraphQL endpoint; also PORT')
    .option('--config <file>', 'settings of the gateway, YAML or JSON, see docs/gateway.md')
    .action(async ({ port, config: file }: Options) => {
      const { startPlatform } = await import('../platform.ts');
      const config = readConfig({ ...process.env, ...(port !== undefined && { PORT: port }) });
      const log = createLogger({
        level: config.logLevel,
        name: 'operandi',
        pretty: !config.isProduction,
      });
      const signal = AbortSignal.any([untilSignal(), untilParentGone()]);
      const configFile = file === undefined ? undefined : { path: file, env: process.env };
      tuneLogs(log, signal);
      await using platform = await startPlatform(config, { log, signal, configFile });
      console.log(greeting(platform, config.adminKeyFile));
      await stopped(signal);
      console.log('Stopping …');
    });
}

/** What to open first, then what programs need, and on the first start the key with the next step. */
function greeting(
  {
    url,
    consoleUrl,
    graphiqlUrl,
    firstKey,
  }: Pick<Platform, 'url' | 'consoleUrl' | 'graphiqlUrl' | 'firstKey'>,
  keyFile: string | undefined,
): string {
  const shown = keyFile === undefined ? firstKey : `$(cat ${keyFile})`;
  return [
    `Console        ${consoleUrl}`,
    ...(graphiqlUrl === undefined ? [] : [`GraphiQL       ${graphiqlUrl}`]),
    `GraphQL        ${url}`,
    `Subscriptions  ${url.replace(/^http/, 'ws')}`,
    `Health         ${new URL('/health/ready', url).href}`,
    ...(firstKey === undefined
      ? []
      : [
          '',
          keyFile === undefined
            ? 'First admin key, shown only now. In another terminal:'
            : `The first admin key is in ${keyFile}. In another terminal:`,
          `  export OPERANDI_URL=${url} OPERANDI_API_KEY=${shown ?? ''}`,
          `  ${commandName()} agents publish ${exampleName('expense-approval/sop.yaml')}`,
        ]),
  ].join('\n');
}
