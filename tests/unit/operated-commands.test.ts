import { globSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

import { earliest } from '../support/earlier-version.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const read = (path: string): string => readFileSync(`${root}${path}`, 'utf8');

/** Which test runs a command of the pages for operators, and the words by which it does; what is missing here is not run. */
const runBy: Readonly<Record<string, readonly [file: string, words: string]>> = {
  // Before anything else that is run here.
  'npm ci && npm start': ['tests/e2e/npm-start.test.ts', "spawn('npm', ['start'"],
  'npm start': ['tests/e2e/npm-start.test.ts', "spawn('npm', ['start'"],
  'operandi backup /backup/monday': ['tests/operate/backup.test.ts', "'backup', backup)"],
  'OPERANDI_DATA_DIR=/srv/operandi operandi restore /backup/monday': [
    'tests/operate/backup.test.ts',
    "operandi(target, 'restore', backup",
  ],
  'operandi doctor': ['tests/operate/drill.ts', "said(['doctor']"],
  'operandi migrate': ['tests/support/doubled-platform.ts', "run(['migrate'])"],
  'operandi migrate --plan': ['tests/support/doubled-platform.ts', "run(['migrate', '--plan'])"],
  'operandi jobs list': ['tests/e2e/walk.test.ts', "'jobs', 'list'"],
  'operandi queue': ['tests/e2e/access-commands.test.ts', "operandi('queue'"],
  'operandi tenant export': ['tests/operate/drill.ts', "said(['tenant', 'export'"],
  'operandi audit status': ['tests/operate/drill.ts', "said(['audit', 'status']"],
  'operandi audit export FOLDER': ['tests/operate/drill.ts', "said(['audit', 'export', files]"],
  'operandi audit keys > KEYS': ['tests/operate/drill.ts', "said(['audit', 'keys']"],
  'operandi audit verify FOLDER --key KEYS': [
    'tests/operate/drill.ts',
    "said(['audit', 'verify', files, '--key', keyFile]",
  ],
  'pg_basebackup -h db -U backup -D /backup/base -X none -c fast': [
    'tests/support/archived-postgres.ts',
    "program('pg_basebackup')",
  ],
  'pg_basebackup -R': ['tests/support/replicated-postgres.ts', "'-R', '--no-sync'"],
  'pg_promote()': ['tests/support/replicated-postgres.ts', 'select pg_promote('],
  'DATABASE_MIGRATION_URL=postgres://migrator@db/operandi operandi restore --fence': [
    'tests/operate/restore.test.ts',
    "startProcess(['restore', '--fence']",
  ],
  'pgbackrest --config=/etc/pgbackrest.conf --stanza=operandi stanza-create': [
    'tests/support/pgbackrest.ts',
    "pgbackrest(place, 'stanza-create')",
  ],
  'pgbackrest --config=/etc/pgbackrest.conf --stanza=operandi --type=full backup': [
    'tests/support/pgbackrest.ts',
    "pgbackrest(place, '--type=full', 'backup')",
  ],
  "pgbackrest --config=/etc/pgbackrest.conf --stanza=operandi --type=time --target='2026-11-30 09:41:00+00' --target-action=promote restore":
    ['tests/support/pgbackrest.ts', "'--target-action=promote', 'restore'"],
  'kill -USR2 PID': ['kernel/logger.test.ts', "process.kill(process.pid, 'SIGUSR2')"],
};

interface Named {
  readonly command: string;
  /** Whether the page says so at its beginning, or under the heading next above. */
  readonly isSaidNotRun: boolean;
}

/** Commands of the blocks of a page, and those in its sentences. */
function commandsOf(page: string): Named[] {
  const text = read(page);
  const named = (command: string, at: number): Named => {
    const [opening = ''] = text.split(/^## /m);
    const headings = text.slice(0, at).split(/^#+ /m);
    const section = text.slice(at - (headings.at(-1) ?? '').length).split(/^#+ /m)[0] ?? '';
    return { command, isSaidNotRun: /_Not run[:.]/.test(opening + section) };
  };
  const blocks = [...text.matchAll(/^ *```sh\n([\s\S]*?)^ *```$/gm)].flatMap(
    ({ 1: block = '', index }) =>
      block
        .split('\n')
        .map((line) => line.trim())
        .filter((line) => line !== '' && !line.startsWith('#'))
        .map((command) => named(command, index)),
  );
  const inline = /`((?:operandi|npm|kubectl|helm|pgbackrest|pg_\w+) [^`\n]+|pg_\w+\(\))`/g;
  const spoken = [...text.matchAll(inline)].map(({ 1: command = '', index }) =>
    named(command, index),
  );
  return page.includes('/runbooks/') ? blocks : [...blocks, ...spoken];
}

const pages = ['operate', 'kubernetes', 'observability'].map((name) => `docs/${name}.md`);
const all = [...pages, ...globSync('docs/runbooks/*.md', { cwd: root })];

it('every command of the pages for operators is run by a test, or its page says that it is not', () => {
  const found = all.flatMap(commandsOf);
  for (const { command, isSaidNotRun } of found) {
    const [file, words] = runBy[command] ?? [];
    if (file === undefined || words === undefined) expect(isSaidNotRun, command).toBe(true);
    else expect(read(file), command).toContain(words);
  }
  const known = found.map(({ command }) => command);
  expect(Object.keys(runBy).filter((command) => !known.includes(command))).toEqual([]);
});

it('what runs a command is a test, or part of one', () => {
  const tests = globSync('tests/{operate,e2e}/*.test.ts', { cwd: root }).map(read).join('\n');
  for (const [file] of Object.values(runBy))
    if (!file.endsWith('.test.ts')) expect(tests).toContain(`/${basename(file)}'`);
});

it('the page says from which version an upgrade without a pause is tested', () => {
  const { commit, day } = earliest;
  expect(read('docs/operate.md')).toContain(`\`${commit.slice(0, 8)}\` (${day})`);
});
