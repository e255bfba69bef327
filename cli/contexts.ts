import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { z } from 'zod';

/** Platforms that somebody signed in to at this command line, by their endpoint. */
const shape = z.object({
  /** The endpoint of the last sign-in. */
  current: z.string().optional(),
  contexts: z.record(z.string(), z.object({ session: z.string(), expiresAt: z.string() })),
});

export type Contexts = z.infer<typeof shape>;

const none: Contexts = { contexts: {} };

/** Where they are kept, which only this user may read. */
export function contextsFile(env: NodeJS.ProcessEnv = process.env): string {
  const given = env['OPERANDI_CONTEXTS_FILE'];
  if (given !== undefined && given !== '') return given;
  return join(homedir(), '.config', 'operandi', 'contexts.json');
}

/** Nobody is signed in where there is no file; a damaged one is no reason to fail a command that needs none. */
export function readContexts(path = contextsFile()): Contexts {
  try {
    return shape.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch {
    return none;
  }
}

/** Replaces the file as a whole; mode 0600 from its first byte on. */
export function writeContexts(contexts: Contexts, path = contextsFile()): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const draft = `${path}.${String(process.pid)}`;
  writeFileSync(draft, `${JSON.stringify(contexts, undefined, 2)}\n`, { mode: 0o600, flag: 'wx' });
  renameSync(draft, path);
}

/** The endpoint and session to talk with; a session goes to no other endpoint than its own. */
export function signedIn(
  wanted: string | undefined,
  { current, contexts } = readContexts(),
): { readonly url: string; readonly apiKey: string } | undefined {
  const url = wanted ?? current;
  const known = url === undefined ? undefined : contexts[url];
  return url === undefined || known === undefined ? undefined : { url, apiKey: known.session };
}
