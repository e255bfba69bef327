import { readFileSync } from 'node:fs';

import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';

interface Workflow {
  readonly on: { readonly push: { readonly tags: readonly string[] } };
  readonly permissions: Readonly<Record<string, string>>;
  readonly jobs: Readonly<Record<string, { readonly steps: readonly { readonly run?: string }[] }>>;
}

interface Manifest {
  readonly version: string;
  readonly scripts?: Readonly<Record<string, string>>;
}

const read = (path: string): string =>
  readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
const manifestOf = (folder: string) => JSON.parse(read(`${folder}package.json`)) as Manifest;

describe('the workflow of a release', () => {
  const workflow = parse(read('.github/workflows/release.yml')) as Workflow;
  const commands = Object.values(workflow.jobs).flatMap(({ steps }) =>
    steps.flatMap(({ run = [] }) => run),
  );

  it('publishes what was tagged, with provenance, after the checks', () => {
    expect(workflow.on.push.tags).toEqual(['v*']);
    expect(commands[0]).toContain('"$GITHUB_REF_NAME"');
    expect(commands).toContain('npm run check');
    expect(commands.at(-1)).toMatch(/npm publish .* --provenance/);
    expect(commands.filter((command) => command.includes('npm publish'))).toHaveLength(1);
  });

  it('may read the repository and prove who it is, and no more', () => {
    expect(workflow.permissions).toEqual({ contents: 'read', 'id-token': 'write' });
  });

  it('runs scripts that there are', () => {
    const { scripts = {} } = manifestOf('');
    const named = commands.flatMap((command) => /npm run ([\w:]+)/.exec(command)?.[1] ?? []);
    expect(named.filter((name) => !(name in scripts))).toEqual([]);
  });
});

it('all packages are of one version', () => {
  const versions = ['', 'sdk/', 'apollo-server/'].map((folder) => manifestOf(folder).version);
  expect(new Set(versions).size).toBe(1);
});
