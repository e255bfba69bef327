import { existsSync } from 'node:fs';
import { basename, relative } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

/** How the person at the terminal starts this program, for commands that we tell them to type. */
export function commandName(): string {
  const script = process.argv[1] ?? 'operandi';
  if (process.env['npm_command'] !== undefined) return 'npx operandi';
  return script.endsWith('.ts') ? `node ${relative('.', script)}` : basename(script);
}

/** A file or folder of the examples as it is typed here, be this a clone or an installed package. */
export function exampleName(path: string): string {
  return relative('.', fileURLToPath(new URL(`../examples/${path}`, import.meta.url))) || '.';
}

/** True in a clone, whose npm has commands of its own. */
export function isClone(): boolean {
  return existsSync(new URL('../package-lock.json', import.meta.url));
}
