import { createReadStream } from 'node:fs';
import { mkdir, open, readdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

import {
  ExportAuditDocument,
  type AuditPart,
  type Client,
  type ExportAuditQuery,
} from '../../sdk/src/index.ts';

/** Events of one segment. A segment that has fewer is the last one, and is made anew when the export goes on. */
const segmentEvents = 50_000;

interface ExportOptions {
  readonly folder: string;
  readonly hide?: readonly AuditPart[] | undefined;
  readonly onProgress?: (events: number) => void;
  /** @default 50_000 */
  readonly segmentEvents?: number;
}

/** Writes the log to the folder segment by segment, each whole or not at all; returns how many events it holds then. */
export async function exportAudit(
  client: Pick<Client, 'request'>,
  { folder, hide, onProgress, segmentEvents: size = segmentEvents }: ExportOptions,
): Promise<number> {
  await mkdir(folder, { recursive: true });
  let count = await wholeEvents(folder, size);
  for (;;) {
    const first = await pageAfter(client, { after: String(count), hide });
    if (first.start !== null) count = await beginAt(folder, count, first.start);
    const written = await writeSegment(client, { folder, hide, from: count, size, first });
    count += written;
    onProgress?.(count);
    if (written < size) return count;
  }
}

type Page = ExportAuditQuery['auditExport'];

async function pageAfter(
  client: Pick<Client, 'request'>,
  { after, hide }: { readonly after: string; readonly hide: readonly AuditPart[] | undefined },
): Promise<Page> {
  const { auditExport } = await client.request(ExportAuditDocument, { after, hide: hide ?? null });
  return auditExport;
}

/** Writes what is left of the events that were forgotten, from which a verifier goes on. */
async function beginAt(
  folder: string,
  count: number,
  start: NonNullable<Page['start']>,
): Promise<number> {
  const size = Number(start.size);
  if (count > 0 && size > count)
    throw new Error(
      `events ${count + 1} to ${size} were forgotten since the last export to this folder; take another folder`,
    );
  if (count === 0) {
    const path = join(folder, 'start.json');
    const { peaks } = start;
    await writeFile(path, `${JSON.stringify({ size: start.size, peaks })}\n`, { mode: 0o600 });
  }
  return size;
}

interface Segment {
  readonly folder: string;
  readonly hide: readonly AuditPart[] | undefined;
  /** Events before it. */
  readonly from: number;
  readonly size: number;
  readonly first: Page;
}

async function writeSegment(
  client: Pick<Client, 'request'>,
  { folder, hide, from, size, first }: Segment,
): Promise<number> {
  const name = String(from + 1).padStart(15, '0');
  const paths = [`leaves-${name}.bin`, `checkpoints-${name}.ndjson`, `events-${name}.ndjson`].map(
    (file) => join(folder, file),
  );
  await using stack = new AsyncDisposableStack();
  const files = await Promise.all(paths.map((path) => open(`${path}.part`, 'w', 0o600)));
  for (const file of files) stack.use(file);
  let count = 0;
  for (let page: Page | undefined = first; page !== undefined;) {
    for (const [at, bytes] of bytesOf(page).entries()) await files[at]?.write(bytes);
    count += page.lines.length;
    const { next }: Page = page;
    page =
      next === null || count >= size ? undefined : await pageAfter(client, { after: next, hide });
  }
  if (count === 0) return 0;
  for (const file of files) await file.sync();
  // The events last: by them a later run knows that the segment is whole.
  for (const path of paths) await rename(`${path}.part`, path);
  return count;
}

/** What goes to leaves, checkpoints and events. */
function bytesOf({ leaves, checkpoints, lines }: ExportAuditQuery['auditExport']): Buffer[] {
  return [
    Buffer.from(leaves, 'base64'),
    Buffer.from(checkpoints.map((note) => `${JSON.stringify(note)}\n`).join('')),
    Buffer.from(lines.map((line) => `${line}\n`).join('')),
  ];
}

/** Events of the segments that are full. */
async function wholeEvents(folder: string, size: number): Promise<number> {
  const last = (await readdir(folder))
    .filter((file) => /^events-\d+\.ndjson$/.test(file))
    .sort()
    .at(-1);
  if (last === undefined) return 0;
  const before = Number(/\d+/.exec(last)?.[0]) - 1;
  let count = 0;
  for await (const line of createInterface({ input: createReadStream(join(folder, last)) }))
    count += line === '' ? 0 : 1;
  return count < size ? before : before + count;
}
