import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

import { AppError } from '../../kernel/errors.ts';
import type { GatewayPlugin } from '../plugins.ts';

/** See that file. */
interface Importer {
  readonly importModule: (url: string) => Promise<unknown>;
}

const { importModule } = createRequire(import.meta.url)('./import-module.cjs') as Importer;

/** Loads the modules that the configuration names; each has a plugin as its default export. */
export function loadPlugins(files: readonly string[]): Promise<GatewayPlugin[]> {
  return Promise.all(files.map(loadPlugin));
}

async function loadPlugin(file: string): Promise<GatewayPlugin> {
  const loaded = await defaultOf(file);
  if (isPlugin(loaded)) return loaded;
  const message = `The plugin ${file} has no default export with a name and hooks`;
  throw new AppError('BAD_USER_INPUT', message);
}

async function defaultOf(file: string): Promise<unknown> {
  try {
    const module = await importModule(pathToFileURL(file).href);
    return typeof module === 'object' && module !== null && 'default' in module
      ? module.default
      : undefined;
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new AppError('BAD_USER_INPUT', `The plugin ${file} cannot be loaded: ${reason}`, {
      cause,
    });
  }
}

/** Hooks cannot be looked into: who writes a plugin in TypeScript has them checked there. */
function isPlugin(value: unknown): value is GatewayPlugin {
  return (
    typeof value === 'object' && value !== null && 'name' in value && typeof value.name === 'string'
  );
}
