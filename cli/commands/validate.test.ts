import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { typed } from '../testing/typed-command.ts';

const definition = (tasks: string) =>
  `document: { dsl: '1.0.3', namespace: t, name: adder, version: '1.0.0' }\ndo: ${tasks}\n`;
const good = definition('[{ add: { set: { sum: 1 } } }]');
const bad = definition('[{ add: { sett: { sum: 1 } } }]');
let folder = '';
const at = (name: string): string => join(folder, name);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'operandi-validate-'));
  await mkdir(at('good'));
  await mkdir(at('empty'));
  for (const name of ['a.yaml', 'b.yaml']) await writeFile(join(at('good'), name), good);
  await writeFile(at('bad.yaml'), bad);
});
afterAll(() => rm(folder, { recursive: true }));

describe('operandi validate', () => {
  it('takes several files, and folders with definitions', async () => {
    expect((await typed(['validate', at('good/a.yaml'), at('good/b.yaml')])).stdout).toBe(
      'The 2 definitions are valid.\n',
    );
    const { stdout, exitCode } = await typed(['validate', at('bad.yaml'), at('good')]);
    expect(stdout).toContain(`${at('bad.yaml')}:2:`);
    expect(stdout).toMatch(/^1 error, 0 warnings$/m);
    expect(exitCode).toBe(1);
  });

  it('says of each finding in JSON in which file it is', async () => {
    const { stdout } = await typed(['validate', at('good'), at('bad.yaml'), '--json']);
    expect(JSON.parse(stdout)).toMatchObject({
      isValid: false,
      findings: [{ file: at('bad.yaml') }],
    });
  });

  it('says that a folder has no definition', async () => {
    const { fault } = await typed(['validate', at('empty')]);
    expect(fault).toBe(`there is no definition in ${at('empty')}`);
  });
});
