import { createHash } from 'node:crypto';
import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../', import.meta.url));

/** SHA-256 over all that is written by hand of the console, of what it takes from the SDK, and of what it is built with. */
export function consoleSources(): string {
  const files = globSync(
    [
      'console/{index.html,package.json,package-lock.json,tsconfig.json,vite.config.ts}',
      'console/src/**/*.{ts,tsx,css,graphql}',
      'sdk/src/*.ts',
      'sdk/src/verify/{canonical,leaf,merkle,note}.ts',
    ],
    { cwd: root },
  )
    .filter((file) => !file.includes('_generated') && !file.includes('.test.'))
    .sort();
  const hash = createHash('sha256');
  for (const file of files) hash.update(`${file}\n`).update(readFileSync(`${root}${file}`));
  return hash.digest('hex');
}
