import { readEvents, type ExportedEvent } from '../../sdk/src/verify/index.ts';
import { memberOf, textOf } from '../../core/audit/formats/event-members.ts';

const columns = [
  'seq',
  'at',
  'action',
  'actorKind',
  'actorId',
  'actorName',
  'targetKind',
  'targetId',
  'jobId',
  'requestId',
  'data',
  'id',
] as const;

/** The lines of an export as CSV by RFC 4180; no cell is a formula to a spreadsheet. */
export async function* csvOf(folder: string): AsyncGenerator<string, void, undefined> {
  yield lineOf(columns);
  for await (const event of readEvents(folder)) yield lineOf(cellsOf(event));
}

function cellsOf({ event, name, data }: ExportedEvent): readonly string[] {
  const actor = memberOf(event, 'actor');
  const target = memberOf(event, 'target');
  const text = (key: string): string => textOf(memberOf(event, key));
  return [
    ...[text('seq'), text('at'), text('action')],
    ...[textOf(memberOf(actor, 'kind')), textOf(memberOf(actor, 'id')), textOf(name)],
    ...[textOf(memberOf(target, 'kind')), textOf(memberOf(target, 'id'))],
    ...[text('jobId'), text('requestId'), textOf(data), text('id')],
  ];
}

function lineOf(cells: readonly string[]): string {
  return `${cells.map(quoted).join(',')}\r\n`;
}

/** Quoted where it must be; a sign by which spreadsheets know a formula is kept behind an apostrophe. */
export function quoted(cell: string): string {
  const safe = /^[\s]*[=+\-@\t\r]/.test(cell) ? `'${cell}` : cell;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
