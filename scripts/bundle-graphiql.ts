// Makes the one file that holds GraphiQL, out of the package `ruru`: npm run codegen:graphiql
import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';
import { brotliCompressSync } from 'node:zlib';

import { bundlePath, staticPath } from '../gateway/listen/http/pages/graphiql-bundle.ts';
import { writeBundle } from './write-bundle.ts';

/** What we use of the package, whose types are not installed with the product. */
interface Ruru {
  readonly ruruHTML: (options: object) => string;
}
interface RuruFiles {
  readonly bundleData: Readonly<Record<string, { readonly etag: string; readonly buffer: Buffer }>>;
}

const tools = createRequire(new URL('./tools/package.json', import.meta.url));
const { ruruHTML } = tools('ruru/server') as Ruru;
// Only the files that a browser loads; `bundleMeta.js` beside it has their source maps.
const { bundleData } = tools(
  tools.resolve('ruru/static').replace(/static\.js$/, 'bundleCode.js'),
) as RuruFiles;

const html = ruruHTML({
  endpoint: '',
  staticPath,
  htmlParts: {
    titleTag: '{{title}}',
    configScript: '{{config}}',
    bodyContent: (content: string) => `${content}{{content}}`,
    bodyScripts: (scripts: string) => `${scripts}{{scripts}}`,
  },
});
const licence = readFileSync(
  tools.resolve('ruru/static').replace(/dist.static\.js$/, 'LICENSE.md'),
);
const files = Object.entries({
  ...bundleData,
  'LICENSE.txt': { etag: '"licence"', buffer: brotliCompressSync(licence) },
}).filter(([name]) => !name.endsWith('.map'));

writeBundle(
  bundlePath,
  { html },
  files.map(([name, { etag, buffer }]) => ({ name, etag, content: buffer })),
);
