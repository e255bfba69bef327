import { spawnSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { runOperandi } from './testing/run-operandi.ts';

const offered = (...words: readonly string[]) =>
  runOperandi('.', 'complete', '--', ...words)
    .stdout.split('\n')
    .map((line) => line.split('\t')[0] ?? '')
    .filter((word) => word !== '' && !word.startsWith(':'));

it.each([
  { name: 'commands', words: ['jo'], expected: ['jobs'] },
  { name: 'commands below them', words: ['jobs', 'wa'], expected: ['watch'] },
  { name: 'options', words: ['jobs', 'list', '--stat'], expected: ['--state'] },
  { name: 'values', words: ['jobs', 'list', '--output', 'y'], expected: ['yaml'] },
])('$name are completed', ({ words, expected }) => {
  expect(offered(...words)).toEqual(expected);
});

it('every command is offered where none is begun', () => {
  const listed = runOperandi('.', '--help').stdout.matchAll(/^ {2}([a-z-]+) {2,}/gm);
  const names = [...listed].map(([, name]) => name).filter((name) => name !== 'help');
  expect(offered('')).toEqual(expect.arrayContaining(names.filter((name) => name !== '-')));
});

it('the script is one that bash reads', () => {
  const { stdout, status } = runOperandi('.', 'completion', 'bash');
  expect(status).toBe(0);
  expect(stdout).toContain('operandi complete --');
  const { status: read, stderr } = spawnSync('bash', ['-n'], { input: stdout, encoding: 'utf8' });
  expect({ read, stderr }).toEqual({ read: 0, stderr: '' });
});

it('a shell that there is none for is told which there are', () => {
  const { stderr, status } = runOperandi('.', 'completion', 'csh');
  expect(stderr).toMatch(/zsh.*bash.*fish.*powershell/);
  expect(status).toBe(1);
});
