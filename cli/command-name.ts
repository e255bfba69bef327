import { basename, relative } from 'node:path';
import process from 'node:process';

/** How the person at the terminal starts this program, for commands that we tell them to type. */
export function commandName(): string {
  const script = process.argv[1] ?? 'operandi';
  if (process.env['npm_command'] !== undefined) return 'npx operandi';
  return script.endsWith('.ts') ? `node ${relative('.', script)}` : basename(script);
}
