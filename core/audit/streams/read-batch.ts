import { systemActor } from '../../access/actor.ts';
import type { Services } from '../../context.ts';
import { read } from '../../read.ts';
import type { ListedEvent } from '../audit-event.ts';
import { cloudEventOf } from '../formats/cloud-event.ts';
import type { Told } from '../formats/ocsf.ts';
import type { NameReader, OpenedName } from '../names/open-names.ts';
import { forgottenEvents } from '../retention/retention.ts';
import { sealedEventsAfter } from '../sealed-events.ts';
import { partsOf } from '../stored-event.ts';
import type { ClaimedStream } from './claim-streams.ts';

/** An event that is to be sent. */
export interface BatchEvent {
  readonly seq: bigint;
  readonly told: Told;
  /** As a CloudEvent, JSON. */
  readonly json: string;
}

/** Sealed events that follow each other without a gap. */
export interface Batch {
  readonly events: readonly BatchEvent[];
  /** Number of the last one; where there is none, of the last that was forgotten. */
  readonly upTo: bigint;
  /** The same for every try, and another for events of another history under the same numbers. */
  readonly id: string;
  /** Events before it that were forgotten. */
  readonly skipped: bigint;
  /** There was no room for more. */
  readonly isFull: boolean;
}

const maxEvents = 1_000;
/** About what a batch may have; most receivers over HTTP take no more than 1 MiB. */
const maxBytes = 512 * 1_024;
/** Events of one query: what is read beyond a batch is not much. */
const portion = 100;

type Wanted = Pick<ClaimedStream, 'tenantId' | 'format' | 'sent' | 'batchTo'>;

/** The events that follow those that have arrived; of a batch that was tried before, the same ones. */
export async function readBatch(
  services: Pick<Services, 'database' | 'keyring'>,
  wanted: Wanted,
): Promise<Batch> {
  const { tenantId, sent } = wanted;
  const context = { ...services, actor: systemActor(tenantId) };
  const forgotten = await read(context, (tx) => forgottenEvents(tx, tenantId));
  const begin = forgotten > sent ? forgotten : sent;
  const collected = await collect(context, wanted, begin);
  const { events, leaf, isFull } = collected;
  const upTo = events.at(-1)?.seq ?? begin;
  const id = `${String(begin + 1n)}-${String(upTo)}-${leaf.slice(0, 16)}`;
  return { events, upTo, id, skipped: begin - sent, isFull };
}

interface Collected extends Pick<Batch, 'events' | 'isFull'> {
  /** Of the last event. */
  readonly leaf: string;
}

async function collect(
  context: NameReader,
  { format, batchTo }: Wanted,
  begin: bigint,
): Promise<Collected> {
  const events: BatchEvent[] = [];
  let [bytes, leaf, seq] = [0, '', begin];
  const isFull = (): boolean =>
    batchTo === null ? events.length >= maxEvents || bytes >= maxBytes : seq >= batchTo;
  for (;;) {
    const found = await sealedEventsAfter(context, { seq, limit: portion });
    for (const event of found) {
      if (isFull()) break;
      const next = batchEvent(event, format);
      events.push(next);
      bytes += next.json.length;
      [leaf, seq] = [event.hash ?? '', next.seq];
    }
    if (found.length < portion || isFull()) return { events, leaf, isFull: isFull() };
  }
}

function batchEvent(event: ListedEvent & OpenedName, format: ClaimedStream['format']): BatchEvent {
  const seq = BigInt(event.seq ?? 0);
  const { name, ...parts } = partsOf(event, seq);
  const told: Told = {
    event: parts['event'],
    data: parts['data'],
    // Of a person who was erased nothing is told.
    ...(event.isNameGone ? {} : { name }),
  };
  return { seq, told, json: JSON.stringify(cloudEventOf(told, format)) };
}
