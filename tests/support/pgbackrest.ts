import { readFileSync } from 'node:fs';
import { chown, mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { sleep } from '../../kernel/retry/sleep.ts';
import type { ArchivePlace, ArchiveWay } from './archived-postgres.ts';
import { findProgram, run } from './process.ts';

const file = new URL('../../deploy/pgbackrest/pgbackrest.conf', import.meta.url);

/** True where pgBackRest is installed. */
export const hasPgbackrest: boolean = findProgram('pgbackrest') !== undefined;
if (!hasPgbackrest)
  process.stderr.write('no pgbackrest found: left out is a restore by pgBackRest\n');

/** What docs/operate.md says of the settings, for that file. */
export const pgbackrestArchiving = (config: string): string =>
  `archive_command=pgbackrest --config=${config} --stanza=operandi archive-push %p`;

/** pgBackRest with the file of deploy/, in the places of the test. */
export const byPgbackrest: ArchiveWay = {
  async prepare(place) {
    const { folder, data, port } = place;
    const places = {
      'repo1-path': join(folder, 'archive'),
      'pg1-path': data,
      'pg1-port': String(port),
      'pg1-socket-path': folder,
    };
    const set = Object.entries(places).reduce(
      (text, [name, value]) => text.replace(new RegExp(`^${name}=.*$`, 'm'), `${name}=${value}`),
      readFileSync(file, 'utf8'),
    );
    // Of this test alone: who the superuser is, and that nothing is left on the machine.
    const own = `pg1-user=postgres\n[global]\nlock-path=${folder}/locks\nlog-level-file=off\n`;
    await writeFile(configOf(place), `${set}${own}`);
  },
  settings: (place) => [
    'wal_level=replica',
    'archive_mode=on',
    pgbackrestArchiving(configOf(place)),
    'archive_timeout=5s',
  ],
  async baseBackup(place) {
    await pgbackrest(place, 'stanza-create');
    await pgbackrest(place, '--type=full', 'backup');
    // It counts in whole seconds, and restores to no moment of the one in which the backup ended.
    await sleep(1_000);
  },
  async putBack(place, moment) {
    await rm(place.data, { recursive: true });
    await mkdir(place.data, { mode: 0o700 });
    if (place.as !== undefined) await chown(place.data, place.as.uid, place.as.gid);
    await pgbackrest(
      place,
      ...['--type=time', `--target=${moment}`, '--target-action=promote', 'restore'],
    );
    return place.data;
  },
};

function configOf({ folder }: ArchivePlace): string {
  return join(folder, 'pgbackrest.conf');
}

async function pgbackrest(place: ArchivePlace, ...args: readonly string[]): Promise<void> {
  await run(['pgbackrest', `--config=${configOf(place)}`, '--stanza=operandi', ...args], place.as);
}
