import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { type Outcome, runOperandi } from '../testing/run-operandi.ts';
import { filesBelow } from '../project/files-below.ts';
import { playFile } from './play-file.ts';
import { isPassed, jsonReport, junitReport, tapReport } from './report-machine.ts';

/** `operandi test` as it is typed in a folder. */
const operandiTest = (folder: string, ...args: readonly string[]): Outcome =>
  runOperandi(folder, 'test', ...args);

describe('scenarios', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'operandi-scenarios-'));
    await writeFile(
      join(folder, 'greet.yaml'),
      `document: {dsl: 1.0.3, namespace: tests, name: greet, version: 1.0.0}
do:
  - greet: { set: { text: '\${ "Hello, \\(.name)" }' } }
`,
    );
    await writeFile(
      join(folder, 'greet.scenario.yaml'),
      `scenarios:
  - name: greets
    input: { name: Ada }
    expect: { output: { text: 'Hello, Ada' } }
  - name: is rude <&>
    input: { name: Ada }
    expect:
      output:
        text: Go away
`,
    );
  });
  afterAll(() => rm(folder, { recursive: true }));

  it('of the examples go as expected and reach every task and case', async () => {
    const files = await filesBelow(
      [fileURLToPath(new URL('../../examples', import.meta.url))],
      '**/*.scenario.yaml',
    );
    expect(files.length).toBeGreaterThanOrEqual(4);
    for (const file of files) {
      const result = await playFile(file, {});
      expect([file, result.findings, result.scenarios.flatMap(({ misses }) => misses)]).toEqual([
        ...[file, [], []],
      ]);
      expect([file, result.coverage?.never]).toEqual([file, []]);
    }
  });

  it('that go otherwise are told with the line that expects it, and exit code 1', () => {
    const { status, stdout } = operandiTest(folder);
    expect(status).toBe(1);
    expect(stdout).toContain('✓ greets');
    expect(stdout).toContain('✗ is rude <&>');
    expect(stdout).toContain(
      'output/text: expected "Go away", but was "Hello, Ada" greet.scenario.yaml:9',
    );
    expect(stdout).toContain('2 scenarios, 1 passed, 1 failed');
  });

  it('can be chosen by name, and none is exit code 2', () => {
    expect(operandiTest(folder, '--name', 'greets')).toMatchObject({ status: 0 });
    const { status, stderr } = operandiTest(folder, '--name', 'nobody');
    expect(status).toBe(2);
    expect(stderr).toBe(
      'operandi: there is no scenario whose name contains "nobody" in .; see operandi test --help\n',
    );
  });

  it('that cannot be read are told with their place, and the others are played', async () => {
    await writeFile(join(folder, 'lost.scenario.yaml'), 'scenarios: [{ name: it }]\n');
    await writeFile(join(folder, 'wrong.scenario.yaml'), 'scenarios:\n  - names: it\n');
    try {
      const { status, stdout } = operandiTest(folder);
      expect(status).toBe(2);
      expect(stdout).toContain('there is no file lost.yaml');
      expect(stdout).toContain(
        'wrong.scenario.yaml:2:5 error scenario/form: Unrecognized key: "names"',
      );
      expect(stdout).toContain('✓ greets');
    } finally {
      await rm(join(folder, 'lost.scenario.yaml'));
      await rm(join(folder, 'wrong.scenario.yaml'));
    }
  });

  it('are told to continuous integration as JUnit, TAP and JSON', async () => {
    const result = await playFile(join(folder, 'greet.scenario.yaml'), {});
    expect(isPassed(result)).toBe(false);
    const junit = junitReport([result]);
    expect(junit).toContain('tests="2" failures="1" errors="0"');
    expect(junit).toContain('<testcase name="is rude &lt;&amp;&gt;"');
    const tap = tapReport([result]).split('\n');
    expect(tap.slice(0, 3)).toEqual(['TAP version 14', '1..2', `ok 1 - ${result.file} greets`]);
    expect(tap[3]).toBe(`not ok 2 - ${result.file} is rude <&>`);
    // What stands between the marks is YAML.
    expect(parse(tap.slice(5, -1).join('\n'))).toEqual([
      `${result.file}:9 output/text expected "Go away", but was "Hello, Ada"`,
    ]);
    expect(JSON.parse(jsonReport([result]))).toMatchObject({
      isPassed: false,
      files: [{ scenarios: [{ isPassed: true }, { isPassed: false }], coverage: { ranTasks: 1 } }],
    });
  });

  it('are written to a file beside what a person reads', async () => {
    const { status, stdout } = operandiTest(folder, '--reporter', 'junit', '--output', 'out.xml');
    expect(status).toBe(1);
    expect(stdout).toContain('✓ greets');
    expect(await readFile(join(folder, 'out.xml'), 'utf8')).toContain('<testsuites>');
  });
});
