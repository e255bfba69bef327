import type { Database } from '../../kernel/database/database.ts';
import type { Logger } from '../../kernel/logger.ts';
import type { OpenDuckDb } from '../duckdb.ts';
import { tenantFolder } from '../files/layout.ts';
import { noMirror, type Mirror } from '../files/mirror.ts';
import {
  freshState,
  readState,
  removeLeftovers,
  writeState,
  type CopyState,
} from '../files/tenant-files.ts';
import { writePortion } from '../files/write-rows.ts';
import { removeFolder } from './remove-folder.ts';
import { readSeals } from './read-seals.ts';
import { readStarts, readStory, startKey, type StoryRow } from './read-story.ts';
import { eventRows, startsOf, stepEnds, stepRows } from './story-rows.ts';

/** What copies work with. */
export interface CopyServices {
  readonly database: Database;
  readonly duckDb: OpenDuckDb;
  readonly log: Logger;
  /** Of the warehouse. */
  readonly root: string;
  /** @default the folder is all there is */
  readonly mirror?: Mirror;
}

/** How much of one tenant is copied at once. */
export interface PortionLimits {
  readonly events: number;
  readonly seals: number;
}

/** Where the copy of a tenant stands; what was broken off is tidied away, and what is of another past begun anew. */
export async function openTenant(
  { root, log, mirror = noMirror }: Pick<CopyServices, 'root' | 'log' | 'mirror'>,
  { tenantId, generation }: { readonly tenantId: string; readonly generation: number },
): Promise<CopyState> {
  const folder = tenantFolder(root, tenantId);
  await mirror.open(folder);
  const state = await readState(folder).catch((error: unknown) => {
    log.error({ err: error, tenantId }, 'the copy of a tenant is damaged and is made anew');
    return undefined;
  });
  if (state?.generation === generation) {
    await removeLeftovers(folder, state.portion, mirror);
    return state;
  }
  // After a restore the database tells another story under the same numbers.
  await removeFolder(root, folder);
  await mirror.dropFolder(folder);
  return freshState(generation);
}

/** Copies the next portion of a tenant. The new state is the moment when it counts. */
export async function copyPortion(
  services: CopyServices,
  {
    tenantId,
    state,
    limits,
  }: { readonly tenantId: string; readonly state: CopyState; readonly limits: PortionLimits },
): Promise<{ readonly state: CopyState; readonly hasMore: boolean }> {
  const { database, duckDb, root, mirror = noMirror } = services;
  const folder = tenantFolder(root, tenantId);
  const copiedUpTo = new Date().toISOString();
  const story = await database.asSystem(
    (tx) => readStory(tx, { tenantId, after: state.story, limit: limits.events }),
    readOnly,
  );
  const ended = await database.asSystem(
    (tx) => readSeals(tx, { tenantId, seq: state.seq, limit: limits.seals }),
    readOnly,
  );
  const { jobs, calls, approvals } = ended;
  const steps = await stepsOf(services, tenantId, story.rows);
  const rows = { jobs, steps, events: eventRows(story.rows), calls, approvals };
  const hasRows = Object.values(rows).some((each) => each.length > 0);
  const number = hasRows ? state.portion + 1 : state.portion;
  if (hasRows) await mirror.keep(await writePortion(duckDb, { folder, number, rows }));
  const next = { ...state, portion: number, story: story.next, seq: ended.seq, copiedUpTo };
  await writeState(folder, next, mirror);
  const hasMore = story.rows.length === limits.events || ended.count === limits.seals;
  return { state: next, hasMore };
}

/** Longer than a portion takes on a busy machine; a tenant whose rows take longer is tried again with a smaller one. */
const readOnly = { isReadOnly: true, timeoutMs: 15_000 } as const;

async function stepsOf(
  { database, log }: CopyServices,
  tenantId: string,
  rows: readonly StoryRow[],
) {
  const ends = stepEnds(rows);
  const starts = new Map(startsOf(rows));
  const unknown = ends.filter((end) => !starts.has(startKey(end)));
  if (unknown.length > 0) {
    const earlier = await database
      .asSystem((tx) => readStarts(tx, tenantId, unknown), readOnly)
      .catch((error: unknown) => {
        // How long a step took is worth less than that everything else goes on.
        log.warn({ err: error, tenantId }, 'when some steps began could not be found out');
        return new Map<string, string>();
      });
    for (const [key, at] of earlier) if (!starts.has(key)) starts.set(key, at);
  }
  return stepRows(ends, starts);
}
