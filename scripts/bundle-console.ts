// Makes the one file that holds the console: npm run codegen:console
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';

import { consoleBundle } from '../gateway/operandi/console/console-bundle.ts';
import { consoleSources } from './console-sources.ts';
import { writeBundle } from './write-bundle.ts';

const at = (path: string): string => fileURLToPath(new URL(`../${path}`, import.meta.url));

/** What the list of jobs may weigh at its first load, gzipped. */
const mostBytes = 250 * 1024;

build();

function build(): void {
  execFileSync(
    process.execPath,
    [at('console/node_modules/vite/bin/vite.js'), 'build', at('console')],
    {
      stdio: ['ignore', 'inherit', 'inherit'],
      env: { ...process.env, NODE_ENV: 'production' },
    },
  );
  const html = readFileSync(at('.cache/console/index.html'), 'utf8');
  const names = globSync('*', { cwd: at('.cache/console/assets') }).sort();
  weigh(html);
  writeBundle(
    consoleBundle,
    { html, sources: consoleSources() },
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
