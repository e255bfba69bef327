import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { typed } from '../testing/typed-command.ts';

const recording = { name: 'job j', input: {}, expect: { output: { sum: 1 } } };
const answers = { JobRecording: { job: { id: 'j', recording } } };
let folder = '';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'operandi-record-'));
});
afterAll(() => rm(folder, { recursive: true }));

describe('jobs record --out', () => {
  it('tells what it wrote, and how to get the definition that is not beside it', async () => {
    const out = join(folder, 'a.scenario.yaml');
    const { stdout, fault } = await typed(['jobs', 'record', 'j', '--out', out], answers);
    expect(fault).toBeUndefined();
    const definition = join(folder, 'a.yaml');
    expect(stdout).toBe(
      `${out} is written; operandi test ${out} plays it by ${definition}, which is not there yet: write it with operandi agents show AGENT --definition > ${definition}, or name yours in the field definition\n`,
    );
  });

  it('names a definition from where the recording stands, so that operandi test plays it', async () => {
    const out = join(folder, 'b.rec.scenario.yaml');
    const definition = join(folder, 'sop.yaml');
    await writeFile(
      definition,
      `document: { dsl: '1.0.3', namespace: t, name: adder, version: '1.0.0' }
do: [{ add: { set: { sum: 1 } } }]
`,
    );
    const words = ['jobs', 'record', 'j', '--out', out, '--definition', definition];
    const { stdout } = await typed(words, answers);
    expect(stdout).toBe(`${out} is written; operandi test ${out} plays it by ${definition}\n`);
    expect(await readFile(out, 'utf8')).toMatch(/^definition: sop.yaml\n/);
    expect(await typed(['test', out])).toMatchObject({ exitCode: 0, fault: undefined });
  });
});
