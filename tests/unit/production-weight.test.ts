import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

interface Entry {
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly peerDependenciesMeta?: Readonly<Record<string, { readonly optional?: boolean }>>;
  readonly dev?: boolean;
  readonly deprecated?: string;
}

const lock = JSON.parse(
  readFileSync(new URL('../../package-lock.json', import.meta.url), 'utf8'),
) as { readonly packages: Readonly<Record<string, Entry>> };

/** The folder that an import of `name` in `folder` leads to, as Node.js looks for it. */
function resolve(folder: string, name: string): string | undefined {
  for (let at = folder; ; at = at.slice(0, Math.max(0, at.lastIndexOf('node_modules/') - 1))) {
    const candidate = `${at === '' ? '' : `${at}/`}node_modules/${name}`;
    if (candidate in lock.packages) return candidate;
    if (at === '') return undefined;
  }
}

/** What a package cannot do without; npm also installs the peers that it demands. */
function needs({ dependencies, optionalDependencies, ...entry }: Entry): string[] {
  const peers = Object.keys(entry.peerDependencies ?? {});
  return [
    ...Object.keys({ ...dependencies, ...optionalDependencies }),
    ...peers.filter((name) => entry.peerDependenciesMeta?.[name]?.optional !== true),
  ];
}

/** Every package that the product's own dependencies lead to, by name. */
function productionClosure(): Set<string> {
  const folders = new Set(['']);
  for (const folder of folders) {
    for (const name of needs(lock.packages[folder] ?? {})) {
      const found = resolve(folder, name);
      if (found !== undefined) folders.add(found);
    }
  }
  return new Set([...folders].map((folder) => folder.split('node_modules/').at(-1) ?? ''));
}

const heavy =
  /^(prisma|effect|monaco-editor|react|react-dom|react-aria|ruru|graphiql|typescript|node|vitest|prettier|@prisma\/(dev|studio-core|engines|config|fetch-engine)|@graphiql\/.*)$/;

describe('the weight of an installation', () => {
  it('holds no tool and no browser code in production', () => {
    const closure = productionClosure();
    expect(closure).toContain('@prisma/client');
    expect(closure).toContain('@apollo/federation-internals');
    expect([...closure].filter((name) => heavy.test(name))).toEqual([]);
  });

  it('leaves nothing heavy that npm would keep when it omits development', () => {
    const kept = Object.entries(lock.packages).filter(([, { dev }]) => dev !== true);
    const names = kept.map(([folder]) => folder.split('node_modules/').at(-1) ?? '');
    // An optional peer of Prisma's client, which npm keeps because development has it.
    expect(names.filter((name) => heavy.test(name))).toEqual(['typescript']);
  });

  it('asks for no package that is deprecated', () => {
    const deprecated = Object.entries(lock.packages).filter(([, entry]) => entry.deprecated);
    expect(deprecated.map(([folder]) => folder)).toEqual([]);
  });
});
