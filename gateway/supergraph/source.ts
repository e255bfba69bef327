import { watch } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

import { request } from 'undici';

/** Where the supergraph comes from. */
export type SupergraphSource =
  | { readonly sdl: string }
  | { readonly file: string; readonly isWatched?: boolean; readonly pollMs?: number }
  | {
      readonly url: string;
      readonly pollMs?: number;
      readonly headers?: Readonly<Record<string, string>>;
    };

/** Reads the SDL as it is now; throws with the place named when it cannot. */
export type ReadSupergraph = (signal: AbortSignal) => Promise<string>;

/** The reader of a source; it remembers what a registry sent and asks only for what is newer. */
export function createSupergraphReader(source: SupergraphSource): ReadSupergraph {
  if ('sdl' in source) return () => Promise.resolve(source.sdl);
  if ('file' in source) return (signal) => readSdlFile(source.file, signal);
  return createRegistryReader(source.url, source.headers ?? {});
}

async function readSdlFile(file: string, signal: AbortSignal): Promise<string> {
  try {
    return await readFile(file, { encoding: 'utf8', signal });
  } catch (cause) {
    if (signal.aborted) throw cause;
    throw new Error(`The supergraph ${file} cannot be read: ${messageOf(cause)}`, { cause });
  }
}

// A registry that hangs must not keep a gateway from asking again.
const registryTimeoutMs = 30_000;

function createRegistryReader(
  url: string,
  headers: Readonly<Record<string, string>>,
): ReadSupergraph {
  let known: { readonly etag: string; readonly sdl: string } | undefined;
  const ask = async (signal: AbortSignal): Promise<string> => {
    const response = await request(url, {
      headers: { ...headers, ...(known && { 'if-none-match': known.etag }) },
      signal: AbortSignal.any([signal, AbortSignal.timeout(registryTimeoutMs)]),
    });
    const text = await response.body.text();
    if (response.statusCode === 304 && known !== undefined) return known.sdl;
    if (response.statusCode !== 200) throw new Error(`HTTP ${response.statusCode}`);
    const { etag } = response.headers;
    known = typeof etag === 'string' ? { etag, sdl: text } : undefined;
    return text;
  };
  return async (signal) => {
    try {
      return await ask(signal);
    } catch (cause) {
      if (signal.aborted) throw cause;
      throw new Error(`The supergraph at ${url} cannot be read: ${messageOf(cause)}`, { cause });
    }
  };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Calls `onHint` whenever the source may have changed, until the signal aborts. */
export function watchSupergraph(
  source: SupergraphSource,
  signal: AbortSignal,
  onHint: () => Promise<void>,
): void {
  if ('sdl' in source || ('file' in source && source.isWatched === false)) return;
  if ('file' in source) watchFile(source.file, signal, onHint);
  // Files as well: a link swapped further up and some network disks give no sign.
  if (source.pollMs !== undefined && source.pollMs > 0) void poll(source.pollMs, signal, onHint);
}

/** The next question waits for the answer to the last: a slow registry is not asked twice at once. */
async function poll(
  pollMs: number,
  signal: AbortSignal,
  onHint: () => Promise<void>,
): Promise<void> {
  for (;;) {
    try {
      await wait(pollMs, undefined, { signal, ref: false });
    } catch {
      return; // aborted
    }
    await onHint();
  }
}

/** The folder is watched, not the file: editors and config maps replace files by renaming. */
function watchFile(file: string, signal: AbortSignal, onHint: () => Promise<void>): void {
  const watcher = watch(dirname(file), { signal, persistent: false }, (_, name) => {
    if (name === null || name === basename(file) || name.startsWith('..')) void onHint();
  });
  watcher.on('error', () => void onHint());
}
