import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Client } from '../../sdk/src/index.ts';
import { until } from '../../tests/support/until.ts';
import { playFile } from '../scenarios/play-file.ts';
import { agentNameOf, projectFiles, writeProject } from './new-project.ts';
import { publishOnSave } from './publish-on-save.ts';

describe('a new project', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'operandi-project-'));
    await writeProject(folder, projectFiles('refund'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  it('has a procedure that passes its scenarios, which reach all of it', async () => {
    const result = await playFile(join(folder, 'refund.scenario.yaml'), {});
    expect(result.findings).toEqual([]);
    expect(result.scenarios.map(({ misses }) => misses)).toEqual([[], []]);
    expect(result.coverage?.never).toEqual([]);
  });

  it('overwrites nothing, and writes nothing where something would be', async () => {
    const other = await mkdtemp(join(tmpdir(), 'operandi-project-'));
    await writeFile(join(other, 'README.md'), 'mine');
    await expect(writeProject(other, projectFiles('refund'))).rejects.toThrow(
      `README.md in ${other} would be overwritten`,
    );
    expect(await readFile(join(other, 'README.md'), 'utf8')).toBe('mine');
    await expect(readFile(join(other, 'refund.yaml'))).rejects.toThrow('ENOENT');
    await rm(other, { recursive: true });
  });

  it.each([
    ['Refunds 2026', 'refunds-2026'],
    ['Geldrückgabe groß', 'geldruckgabe-gross'],
    ['Cafe\u0301', 'cafe'],
    ['..', 'procedure'],
    ['-_-', 'procedure'],
  ])('is named as agents can be: %j', (name, expected) => {
    expect(agentNameOf(name)).toBe(expected);
  });

  it('is published when it is saved, and its scenarios are played', async () => {
    const published: string[] = [];
    const request = (_: unknown, { input }: { input: { definition: string } }) => {
      published.push(input.definition);
      const version = { id: 'v', version: published.length, hash: '' };
      const agent = { id: 'a', name: 'refund' };
      return Promise.resolve({ publishAgent: { agent, version, findings: [], userErrors: [] } });
    };
    const client = { request } as unknown as Pick<Client, 'request'>;
    const told: string[] = [];
    const stopping = new AbortController();
    const watching = publishOnSave([folder], {
      ...{ client, signal: stopping.signal },
      tell: (text) => void told.push(text),
    });
    await until('it is published', () => told.includes('Watching …'));
    expect(told[0]).toContain('refund.yaml: refund version 1');
    expect(told[0]).toContain('2 scenarios, 2 passed');

    const file = join(folder, 'refund.yaml');
    await writeFile(file, (await readFile(file, 'utf8')).replace('<= 100', '<= 10'));
    await until('it is published again', () => told.length === 3);
    expect(published).toHaveLength(2);
    expect(told[2]).toContain('1 passed, 1 failed');
    // What has nothing to do with it publishes nothing.
    await writeFile(join(folder, 'notes.txt'), 'a');
    await writeFile(join(folder, 'refund.scenario.yaml'), 'scenarios: []\n');
    await until('its scenarios are read again', () => told.length === 4);
    expect(told[3]).toContain('1 file could not be played');
    stopping.abort();
    await watching;
  });
});
