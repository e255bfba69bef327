import { readFile } from 'node:fs/promises';

import type { Logger } from 'pino';

import { AppError } from '../../kernel/errors.ts';
import { parseJson as parseExactJson, type JsonValue } from '../../kernel/json.ts';
import { watchSupergraph } from '../supergraph/source.ts';
import { type Manifest, type OpenManifest, readManifest } from './manifest.ts';

interface ManifestOptions {
  readonly manifestFile?: string | undefined;
  readonly isWatched: boolean;
  readonly pollMs: number;
}

/** Reads the manifest, and again when the file changes: one that cannot be used is logged, and the old one stays. */
export async function openManifest(
  { manifestFile: file, isWatched, pollMs }: ManifestOptions,
  { signal, log }: { readonly signal: AbortSignal; readonly log: Logger },
): Promise<OpenManifest> {
  if (file === undefined) return { current: new Map() };
  let text = await readFile(file, 'utf8');
  let current = parseManifest(text, file);
  const reload = async (): Promise<void> => {
    try {
      const next = await readFile(file, 'utf8');
      if (next === text) return;
      current = parseManifest(next, file);
      text = next;
      log.info({ documents: new Set(current.values()).size }, 'manifest of documents replaced');
    } catch (error) {
      log.error({ err: error }, 'the new manifest cannot be used; the old one stays');
    }
  };
  if (isWatched) watchSupergraph({ file, pollMs }, signal, reload);
  return {
    get current() {
      return current;
    },
  };
}

function parseManifest(text: string, file: string): Manifest {
  return readManifest(parseJson(text, file));
}

function parseJson(text: string, file: string): JsonValue {
  try {
    return parseExactJson(text);
  } catch (cause) {
    throw new AppError('BAD_USER_INPUT', `The manifest ${file} is not JSON`, { cause });
  }
}
