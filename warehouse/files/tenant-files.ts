import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';

import { noMirror, type Mirror } from './mirror.ts';
import { isMissing, syncFolder, writeWhole } from './durable.ts';
import {
  dayFolder,
  dayOf,
  draftPrefix,
  portionsOf,
  tableFolder,
  tableNames,
  type DataFile,
  type TableName,
} from './layout.ts';

const decimal = z.string().regex(/^\d{1,20}$/);

/** Where the copy of a tenant stands: what is written here is copied, and nothing else is. */
const stateShape = z.object({
  layout: z.literal(1),
  /** How often the database had been put back to an earlier moment. */
  generation: z.number(),
  /** Number of the last portion. */
  portion: z.int().min(0),
  /** After the last event of jobs. */
  story: z.object({ tx: decimal, position: decimal }),
  /** Number of the last sealed event of the audit log. */
  seq: decimal,
  copiedUpTo: z.iso.datetime(),
});

export type CopyState = z.infer<typeof stateShape>;

export const stateFile = '_state.json';

/** Of a tenant that was never copied. */
export function freshState(generation: number): CopyState {
  return {
    ...{ layout: 1, generation, portion: 0, seq: '0', copiedUpTo: new Date(0).toISOString() },
    story: { tx: '0', position: '0' },
  };
}

/** Undefined where nothing was copied yet; throws for a file that is damaged or of another layout. */
export async function readState(folder: string): Promise<CopyState | undefined> {
  try {
    return stateShape.parse(JSON.parse(await readFile(join(folder, stateFile), 'utf8')));
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

/** The moment of a copy: until it is renamed into its place, what was written for it does not count. */
export async function writeState(
  folder: string,
  state: CopyState,
  mirror: Mirror = noMirror,
): Promise<void> {
  const text = JSON.stringify(state);
  await mirror.commit(folder, text);
  await writeWhole(join(folder, stateFile), text);
}

/** Names in a folder; none where there is no such folder. */
export async function namesIn(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}

/** The days of which a table has a folder, oldest first. */
export async function daysOf(folder: string, table: TableName): Promise<readonly string[]> {
  const names = await namesIn(tableFolder(folder, table));
  return names
    .map(dayOf)
    .filter((day) => day !== undefined)
    .toSorted();
}

/**
 * The files of a day whose rows count: of portions that were finished, and not those whose rows a wider file has. A
 * compaction that was broken off leaves both, and either way each row is in one of these.
 */
export async function filesOfDay(folder: string, portion: number): Promise<readonly DataFile[]> {
  const files = (await namesIn(folder))
    .flatMap((name): DataFile[] => {
      const portions = portionsOf(name);
      return portions === undefined ? [] : [{ path: join(folder, name), ...portions }];
    })
    .filter(({ last }) => last <= portion)
    // Wider ones first, so that a file is within the one before it or within none.
    .toSorted((left, right) => left.first - right.first || right.last - left.last);
  let covered = 0;
  return files.filter(({ last }) => {
    const isWithin = last <= covered;
    covered = Math.max(covered, last);
    return !isWithin;
  });
}

/** Removes what a copy or a compaction left that was broken off. */
export async function removeLeftovers(
  folder: string,
  portion: number,
  mirror: Mirror = noMirror,
): Promise<void> {
  for (const table of tableNames) {
    for (const day of await daysOf(folder, table)) {
      const place = dayFolder(folder, table, day);
      const live = new Set((await filesOfDay(place, portion)).map(({ path }) => path));
      const names = await namesIn(place);
      const dead = names.filter(
        (name) =>
          name.startsWith(draftPrefix) || (portionsOf(name) && !live.has(join(place, name))),
      );
      for (const name of dead) await rm(join(place, name), { force: true });
      await mirror.drop(dead.map((name) => join(place, name)));
      if (dead.length > 0) await syncFolder(place);
    }
  }
}
