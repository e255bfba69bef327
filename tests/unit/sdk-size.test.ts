import { join, resolve } from 'node:path';
import { gzipSync } from 'node:zlib';

import { rolldown } from 'rolldown';
import { describe, expect, it } from 'vitest';

const source = resolve(import.meta.dirname, '../../sdk/src');

interface Chunk {
  readonly bytes: number;
  readonly modules: readonly string[];
}

/** The chunks of a page that imports these names, minified, as bytes of gzip; React and what Node alone needs are left out. */
async function chunksOf(entry: string, names: readonly string[]): Promise<readonly Chunk[]> {
  const page = 'page.js';
  const built = await rolldown({
    ...{ input: page, platform: 'browser', external: ['ws', 'react'] },
    plugins: [
      {
        name: 'page',
        resolveId: (id) => (id === page ? id : undefined),
        load: (id) =>
          id === page
            ? `export { ${names.join(', ')} } from ${JSON.stringify(join(source, entry))};`
            : undefined,
      },
    ],
  });
  const { output } = await built.generate({ format: 'esm', minify: true });
  return output.flatMap((file) =>
    file.type === 'chunk'
      ? [{ bytes: gzipSync(file.code, { level: 9 }).length, modules: Object.keys(file.modules) }]
      : [],
  );
}

function bytesOf(chunks: readonly Chunk[]): number {
  return chunks.reduce((sum, { bytes }) => sum + bytes, 0);
}

describe('in a page the SDK', () => {
  it('has at most 12 kB, and loads the printer of documents only when a document is to be printed', async () => {
    const [core, ...later] = await chunksOf('index.ts', ['createClient', 'RefusedError']);
    expect(core?.bytes).toBeLessThanOrEqual(12_000);
    expect(core?.modules.filter((path) => path.includes('node_modules/graphql/'))).toEqual([]);
    expect(later).toHaveLength(1);
    expect(later[0]?.modules.some((path) => path.endsWith('printer.mjs'))).toBe(true);
  });

  it('has little more for webhooks and for React', async () => {
    expect(bytesOf(await chunksOf('webhooks/index.ts', ['verifyWebhook']))).toBeLessThanOrEqual(
      2_000,
    );
    const react = await chunksOf('react/index.ts', ['OperandiProvider', 'useJob', 'useJobs']);
    expect(bytesOf(react)).toBeLessThanOrEqual(4_000);
  });
});
