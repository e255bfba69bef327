// Makes the one file that holds the console: npm run codegen:console. With --check it only says whether it is the one
// that its sources make; without the console's own packages it compares what it was built from.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';

import { indexOf } from '../gateway/listen/http/pages/file-bundle.ts';
import { consoleBundle } from '../gateway/operandi/console/console-bundle.ts';
import { writeBundle } from './write-bundle.ts';

const root = fileURLToPath(new URL('../', import.meta.url));
const at = (path: string): string => fileURLToPath(new URL(`../${path}`, import.meta.url));

/** What the list of jobs may weigh at its first load, gzipped. */
const mostBytes = 250 * 1024;

const sources = sourcesHash();
if (process.argv.includes('--check')) check();
else build();

function check(): void {
  if (existsSync(consoleBundle) && indexOf(readFileSync(consoleBundle)).sources === sources) return;
  console.error('The built console is not that of its sources: npm run codegen:console');
  process.exitCode = 1;
}

function build(): void {
  execFileSync(process.execPath, [at('console/node_modules/vite/bin/vite.js'), 'build', at('console')], {
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, NODE_ENV: 'production' },
  });
  const html = readFileSync(at('.cache/console/index.html'), 'utf8');
  const names = globSync('*', { cwd: at('.cache/console/assets') }).sort();
  weigh(html);
  writeBundle(
    consoleBundle,
    { html, sources },
    names.map((name) => {
      const content = readFileSync(at(`.cache/console/assets/${name}`));
      const etag = `"${createHash('sha256').update(content).digest('base64url').slice(0, 22)}"`;
      return { name, etag, content: compress(content) };
    }),
  );
}

function compress(content: Buffer): Buffer {
  return brotliCompressSync(content, {
    params: { [constants.BROTLI_PARAM_SIZE_HINT]: content.length },
  });
}

/** All that the page names comes before the list of jobs is there. */
function weigh(html: string): void {
  const first = [...html.matchAll(/\/console\/assets\/([\w.-]+)/g)].map(([, name = '']) => name);
  const bytes = first
    .map((name) => gzipSync(readFileSync(at(`.cache/console/assets/${name}`))).length)
    .reduce((sum, one) => sum + one, 0);
  console.log(`first load: ${(bytes / 1024).toFixed(1)} KiB gzip of ${mostBytes / 1024}`);
  if (bytes > mostBytes) throw new Error('the first load of the console is too heavy');
}

/** Over all that is written by hand and what it is built with. */
function sourcesHash(): string {
  const files = globSync(
    [
      'console/{index.html,package.json,package-lock.json,tsconfig.json,vite.config.ts}',
      'console/src/**/*.{ts,tsx,css,graphql}',
      'sdk/src/{client,credentials,errors,graphql-errors,http,pause,socket}.ts',
      'sdk/src/verify/{canonical,leaf,merkle,note}.ts',
    ],
    { cwd: root },
  ).sort();
  const hash = createHash('sha256');
  for (const file of files) hash.update(`${file}\n`).update(readFileSync(at(file)));
  return hash.digest('hex');
}
