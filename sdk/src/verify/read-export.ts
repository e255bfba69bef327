import { createReadStream } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

import type { ExportedEvent } from './leaf.ts';
import { emptyFrontier, type Digest, type Frontier } from './merkle.ts';
import { parseCheckpoint, type Checkpoint } from './note.ts';

/** The lines of all segments, in order. */
export async function* readEvents(folder: string): AsyncGenerator<ExportedEvent, void, undefined> {
  for (const file of await segments(folder, /^events-\d+\.ndjson$/))
    for await (const line of linesOf(file)) yield JSON.parse(line) as ExportedEvent;
}

/** The leaves of all segments, in order. */
export async function* readLeaves(folder: string): AsyncGenerator<Digest, void, undefined> {
  for (const file of await segments(folder, /^leaves-\d+\.bin$/)) {
    let rest: Buffer = Buffer.alloc(0);
    for await (const chunk of createReadStream(file) as AsyncIterable<Buffer>) {
      const bytes = Buffer.concat([rest, chunk]);
      const whole = bytes.length - (bytes.length % 32);
      for (let at = 0; at < whole; at += 32) yield Buffer.from(bytes.subarray(at, at + 32));
      rest = bytes.subarray(whole);
    }
    if (rest.length > 0) throw new Error(`${file} ends within a leaf`);
  }
}

/** The checkpoints, and those kept elsewhere among them, by size. */
export async function* readCheckpoints(
  folder: string,
  kept: readonly Checkpoint[],
): AsyncGenerator<Checkpoint, void, undefined> {
  const others = [...kept].sort((one, other) => one.size - other.size);
  for (const file of await segments(folder, /^checkpoints-\d+\.ndjson$/))
    for await (const line of linesOf(file)) {
      const checkpoint = parseCheckpoint(JSON.parse(line) as string);
      while (others[0] !== undefined && others[0].size <= checkpoint.size)
        yield* others.splice(0, 1);
      yield checkpoint;
    }
  yield* others;
}

async function segments(folder: string, name: RegExp): Promise<readonly string[]> {
  const files = (await readdir(folder)).filter((file) => name.test(file)).sort();
  return files.map((file) => join(folder, file));
}

async function* linesOf(file: string): AsyncGenerator<string, void, undefined> {
  const lines = createInterface({ input: createReadStream(file), crlfDelay: Infinity });
  for await (const line of lines) if (line !== '') yield line;
}

/** The tree before the first event: empty, unless events were forgotten. */
export async function readStart(folder: string): Promise<Frontier> {
  if (!(await readdir(folder)).includes('start.json')) return emptyFrontier();
  const { size, peaks } = JSON.parse(await readFile(join(folder, 'start.json'), 'utf8')) as {
    readonly size: string;
    readonly peaks: readonly string[];
  };
  return { size: Number(size), peaks: peaks.map((peak) => Buffer.from(peak, 'hex')) };
}
