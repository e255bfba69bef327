import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import { describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));
const main = fileURLToPath(new URL('operandi.cjs', import.meta.url));

/** The script of a shell in which `operandi` is the command. */
function shell(script: string) {
  const text = `operandi() { "${process.execPath}" "${main}" "$@"; }\n${script}`;
  const { PATH, NODE_COMPILE_CACHE } = process.env;
  const env = { PATH, NODE_COMPILE_CACHE, NO_COLOR: '1' };
  return spawnSync('bash', ['--norc', '-c', text], { cwd: root, encoding: 'utf8', env });
}

describe('a command that cannot write what it prints', () => {
  it
    .skipIf(!existsSync('/dev/full'))
    .each([
      'validate examples/order-fulfilment/sop.yaml --json',
      'test examples/order-fulfilment/sop.scenario.yaml',
    ])('says so in a line and fails: operandi %s', (words) => {
    const { status, stderr } = shell(`operandi ${words} > /dev/full`);
    expect(stderr).toMatch(/^operandi: standard output: ENOSPC: .*\n$/);
    expect(status).toBe(1);
  });

  it('says nothing when the reader has gone', () => {
    const { stdout, stderr } = shell(
      'operandi validate examples/order-fulfilment/sop.yaml --json | true; echo "${PIPESTATUS[0]}"',
    );
    expect({ stdout, stderr }).toEqual({ stdout: '0\n', stderr: '' });
  });
});
