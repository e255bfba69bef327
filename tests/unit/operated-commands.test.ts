import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

import { earliest } from '../support/earlier-version.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const read = (path: string): string => readFileSync(`${root}${path}`, 'utf8');

/** Which test runs a command of the pages for operators, and the words by which it does; what is missing here is not run. */
const runBy: Readonly<Record<string, readonly [file: string, words: string]>> = {
  'npm ci && npm start': ['tests/e2e/npm-start.test.ts', 'npm'],
  'operandi backup /backup/monday': ['tests/operate/backup.test.ts', "'backup'"],
  'OPERANDI_DATA_DIR=/srv/operandi operandi restore /backup/monday': [
    'tests/operate/backup.test.ts',
    "'restore'",
  ],
  'pg_basebackup -h db -U backup -D /backup/base -X none -c fast': [
    'tests/support/archived-postgres.ts',
    'pg_basebackup',
  ],
  'DATABASE_MIGRATION_URL=postgres://migrator@db/operandi operandi restore --fence': [
    'tests/operate/restore.test.ts',
    "'restore', '--fence'",
  ],
  'pgbackrest --config=/etc/pgbackrest.conf --stanza=operandi stanza-create': [
    'tests/support/pgbackrest.ts',
    "'stanza-create'",
  ],
  'pgbackrest --config=/etc/pgbackrest.conf --stanza=operandi --type=full backup': [
    'tests/support/pgbackrest.ts',
    "'--type=full', 'backup'",
  ],
  "pgbackrest --config=/etc/pgbackrest.conf --stanza=operandi --type=time --target='2026-11-30 09:41:00+00' --target-action=promote restore":
    ['tests/support/pgbackrest.ts', "'--target-action=promote', 'restore'"],
  'kill -USR2 PID': ['kernel/logger.test.ts', 'SIGUSR2'],
};

/** Commands of the blocks of a page, each with whether the page says, before its next heading, that it is not run. */
function commandsOf(page: string): { command: string; isSaidNotRun: boolean }[] {
  const text = read(page);
  return [...text.matchAll(/^ *```sh\n([\s\S]*?)^ *```$/gm)].flatMap(([, block = '']) => {
    const head = text.slice(0, text.indexOf(block));
    const isSaidNotRun = /_Not run[:.]/.test(
      `${head.split(/^## /m).slice(0, 1).join('')}${head.slice(head.lastIndexOf('\n## '))}`,
    );
    return block
      .split('\n')
      .map((line) => line.trim())
      .filter((line) => line !== '' && !line.startsWith('#'))
      .map((command) => ({ command, isSaidNotRun }));
  });
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

it('the page says from which version an upgrade without a pause is tested', () => {
  const { commit, day } = earliest;
  expect(read('docs/operate.md')).toContain(`\`${commit.slice(0, 8)}\` (${day})`);
});
