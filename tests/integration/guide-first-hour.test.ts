import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { pageText } from '../support/guide.ts';
import { startTestPlatform, type TestPlatform } from '../support/platform.ts';
import { until } from '../support/until.ts';

const page = pageText('01-a-first-hour.md');
const cli = fileURLToPath(new URL('../../cli/operandi.cjs', import.meta.url));

/** The commands of the page, each with what it is said to print; `…` stands for anything. */
const steps = [...page.matchAll(/^```sh step\n([^]*?)^```\n\n^```text step\n([^]*?)^```$/gm)].map(
  ([, commands = '', output = '']) => ({ commands, output }),
);

describe('the first hour of the guide', () => {
  let running: TestPlatform;
  let folder: string;
  beforeAll(async () => {
    running = await startTestPlatform();
    folder = await mkdtemp(join(tmpdir(), 'operandi-hour-'));
    for (const [, name = '', text = ''] of page.matchAll(/^```yaml (\S+\.yaml)\n([^]*?)^```$/gm))
      await writeFile(join(folder, name), text);
  });
  afterAll(async () => {
    await running[Symbol.asyncDispose]();
    await rm(folder, { recursive: true, force: true });
  });

  /** Runs commands as somebody would who types them one after the other in the same terminal. */
  function type(commands: string): Promise<string> {
    const { origin } = new URL(running.platform.url);
    const pending = `$(operandi approvals list --json | sed -n 's/^ *"id": "\\(.*\\)",$/\\1/p' | head -1)`;
    const typed = commands
      .replaceAll('http://127.0.0.1:4000', origin)
      .replaceAll('APPROVAL_ID', pending);
    const script = `operandi() { "${process.execPath}" "${cli}" "$@"; }
[ -f state ] && . ./state
${typed}
[ -z "$job" ] || echo "job=$job" > state
`;
    const env = {
      PATH: `${dirname(process.execPath)}${delimiter}${process.env['PATH'] ?? ''}`,
      OPERANDI_API_KEY: running.platform.firstKey ?? '',
      OPERANDI_URL: running.platform.url,
    };
    return new Promise((resolve) => {
      execFile('sh', ['-c', `exec 2>&1\n${script}`], { cwd: folder, env }, (_, output) => {
        resolve(output);
      });
    });
  }

  it('has a step for each of its parts', () => {
    expect(steps.length).toBeGreaterThan(7);
    expect(page.match(/^```sh step$/gm)).toHaveLength(steps.length);
  });

  it.each(steps)('prints what it says: $commands', async ({ commands, output }) => {
    const expected = patternOf(output);
    let printed = await type(commands);
    // The job may not have asked yet when the list is looked at; a person types more slowly.
    if (commands.includes('approvals list'))
      await until('the approval is listed', async () => {
        if (!expected.test(printed)) printed = await type('operandi approvals list');
        return expected.test(printed);
      });
    expect(printed).toMatch(expected);
  });
});

function patternOf(output: string): RegExp {
  const parts = output.trim().split('…');
  const literal = parts.map((part) => part.trim().replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&'));
  return new RegExp(`^${literal.join('[^]*?')}\\s*$`);
}
