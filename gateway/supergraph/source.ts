import { watch } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename, dirname } from 'node:path';

import { request } from 'undici';

/** Where the supergraph comes from. */
export type SupergraphSource =
  | { readonly sdl: string }
  | { readonly file: string; readonly isWatched?: boolean }
  | {
      readonly url: string;
      readonly pollMs?: number;
      readonly headers?: Readonly<Record<string, string>>;
    };

/** Reads the SDL once; throws with the place named when it cannot. */
export async function readSupergraph(
  source: SupergraphSource,
  signal: AbortSignal,
): Promise<string> {
  if ('sdl' in source) return source.sdl;
  if ('file' in source) return readFile(source.file, { encoding: 'utf8', signal });
  const response = await request(source.url, { headers: source.headers ?? {}, signal });
  const text = await response.body.text();
  if (response.statusCode !== 200) {
    throw new Error(`The registry ${source.url} answered HTTP ${response.statusCode}`);
  }
  return text;
}

/** Calls `onHint` whenever the source may have changed, until the signal aborts. */
export function watchSupergraph(
  source: SupergraphSource,
  signal: AbortSignal,
  onHint: () => void,
): void {
  if ('file' in source && source.isWatched !== false) watchFile(source.file, signal, onHint);
  if ('url' in source && (source.pollMs ?? 0) > 0) {
    const timer = setInterval(onHint, source.pollMs).unref();
    signal.addEventListener('abort', () => clearInterval(timer), { once: true });
  }
}

/** The folder is watched, not the file: editors and config maps replace files by renaming. */
function watchFile(file: string, signal: AbortSignal, onHint: () => void): void {
  const watcher = watch(dirname(file), { signal, persistent: false }, (_, name) => {
    if (name === null || name === basename(file) || name.startsWith('..')) onHint();
  });
  watcher.on('error', onHint);
}
