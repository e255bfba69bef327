import { readdirSync, readFileSync } from 'node:fs';

import { describe, expect, it } from 'vitest';

const root = new URL('../../', import.meta.url);
const text = (path: string): string => readFileSync(new URL(path, root), 'utf8');

describe('every mutation', () => {
  const names = ['access', 'jobs', 'integrations', 'audit'];
  const mutations = names.flatMap((name) => {
    const [, body = ''] =
      /type Mutation \{([\s\S]*?)\n\}/.exec(text(`schema/${name}.graphql`)) ?? [];
    const found = [...body.matchAll(/^ {2}(\w+)[(:]/gm)].map(([, field = '']) => field);
    return found.map((field) => [name, field] as const);
  });

  it('is found', () => {
    expect(mutations.length).toBeGreaterThan(20);
  });

  it.each(mutations)('of %s leaves an event: %s', (name, field) => {
    const folder = `subgraphs/${name}/resolvers/`;
    const sources = readdirSync(new URL(folder, root)).map((file) => text(folder + file));
    const source = sources.find((each) => new RegExp(`^  ${field}[:(]`, 'm').test(each)) ?? '';
    const at = source.search(new RegExp(`^  ${field}[:(]`, 'm'));
    const [, called = ''] =
      /(?:=>|return|await)\s*\(?\s*(?:await\s+)?(\w+)\(/.exec(source.slice(at)) ?? [];
    expect(reach(verbOf(source, called, folder)), `${field} calls ${called}`).toBe(true);
  });

  function verbOf(source: string, called: string, folder: string): string {
    const imported = new RegExp(`import \\{[^}]*\\b${called}\\b[^}]*\\} from '([^']+)'`).exec(
      source,
    );
    return imported?.[1] === undefined ? '' : new URL(imported[1], new URL(folder, root)).pathname;
  }

  /** True when the verb, or what it is made of, writes a row of the audit log. */
  function reach(path: string, depth = 0): boolean {
    if (path === '' || depth > 3) return false;
    const source = readFileSync(path, 'utf8');
    if (/\b(record|recordAll|auditRow)\(/.test(source)) return true;
    const parts = [...source.matchAll(/from '(\.[^']+)'/g)].map(
      ([, part = '']) => new URL(part, `file://${path}`).pathname,
    );
    return parts
      .filter((part) => part.includes('/core/') && !part.endsWith('/permit.ts'))
      .some((part) => reach(part, depth + 1));
  }
});
