import { brotliDecompressSync, gzipSync } from 'node:zlib';

import { describe, expect, it } from 'vitest';

import { readBundle } from '../../gateway/listen/http/pages/file-bundle.ts';
import { consoleBundle } from '../../gateway/operandi/console/console-bundle.ts';

const { html, files } = readBundle(consoleBundle);
const named = [...html.matchAll(/"\/console\/assets\/([^"]+)"/g)].map(([, name = '']) => name);

describe('the built console', () => {
  it('loads at most 250 KiB, gzipped, before the list of jobs is there', () => {
    const bytes = named
      .map((name) => brotliDecompressSync(files.get(name)?.content ?? Buffer.alloc(0)))
      .map((content) => gzipSync(content).length);
    expect(named.length).toBeGreaterThan(1);
    expect(bytes.reduce((sum, one) => sum + one, 0)).toBeLessThanOrEqual(250 * 1024);
  });

  it('has every file that its page names, and nothing inline', () => {
    for (const name of named) expect(files.has(name)).toBe(true);
    expect(html).not.toMatch(/<script(?![^>]*\ssrc=)|<style|\sstyle=|\son\w+=/);
  });

  it('holds the graph, the editor and the verification in files that come later', () => {
    for (const part of ['graph-tab', 'publish-page', 'verify-proof']) {
      expect([...files.keys()].some((name) => name.startsWith(part))).toBe(true);
      expect(named.some((name) => name.startsWith(part))).toBe(false);
    }
  });
});
