import { textOf } from '../../../engine/json-text.ts';
import type { Approval } from '../../../prisma/_generated/client.ts';
import type { JsonObject, JsonValue } from '../../../kernel/json.ts';
import { openReaders, type ReadingContext } from './readers.ts';
import { createErasedReader, type JobReader } from './job-reader.ts';
import { isSealed, mapMembers } from './sealed-data.ts';

interface EventLike {
  readonly jobId: string;
  readonly data: JsonObject;
}

/** Events as the caller may see them. */
export async function shownEvents<Event extends EventLike>(
  context: ReadingContext,
  events: readonly Event[],
): Promise<Event[]> {
  return await shown(context, events, {
    isOpen: ({ data }) => !Object.values(data).some(isSealed),
    show: (event, reader) => ({
      ...event,
      data: mapMembers(event.data, (member, name) =>
        name === 'error' ? reader.problem(member) : reader.value(member),
      ),
    }),
  });
}

interface ValuesLike {
  readonly jobId: string;
  readonly error: JsonValue;
  readonly input?: JsonValue;
  readonly output?: JsonValue;
}

/** Steps and attempts as the caller may see them. */
export async function shownValues<Row extends ValuesLike>(
  context: ReadingContext,
  rows: readonly Row[],
): Promise<Row[]> {
  return await shown(context, rows, {
    isOpen: ({ error, input, output }) => ![error, input, output].some(isSealed),
    show: (row, reader) => ({
      ...row,
      error: reader.problem(row.error),
      ...(row.input === undefined ? {} : { input: reader.value(row.input) }),
      ...(row.output === undefined ? {} : { output: reader.value(row.output) }),
    }),
  });
}

/** Approvals as the caller may see them. */
export async function shownApprovals(
  context: ReadingContext,
  approvals: readonly Approval[],
): Promise<Approval[]> {
  return await shown(context, approvals, {
    isOpen: ({ title }) => !isSealed(title),
    show: (approval, reader) => ({
      ...approval,
      title: textOf(reader.value(approval.title)),
      description: approval.description && textOf(reader.value(approval.description)),
      data: asColumn(reader.value(fromColumn(approval.data))),
    }),
  });
}

/** What to do with rows of a kind. */
interface Showing<Row> {
  /** Nothing in the row can be sealed. */
  readonly isOpen: (row: Row) => boolean;
  readonly show: (row: Row, reader: JobReader) => Row;
}

/** Rows that look sealed are shown by the reader of their job, where that is sealed. */
export async function shown<Row extends { readonly jobId: string }>(
  context: ReadingContext,
  rows: readonly Row[],
  { isOpen, show }: Showing<Row>,
): Promise<Row[]> {
  const sealed = rows.filter((row) => !isOpen(row)).map(({ jobId }) => jobId);
  if (sealed.length === 0) return [...rows];
  const readers = await openReaders(context, sealed);
  return rows.map((row) => {
    const reader = isOpen(row) ? undefined : readers.get(row.jobId);
    if (reader === undefined) return row;
    try {
      return show(row, reader);
    } catch (error) {
      // A row that cannot be opened keeps nobody from the others of its page.
      context.log.error({ err: error, jobId: row.jobId }, 'sealed data cannot be opened');
      return show(row, createErasedReader());
    }
  });
}

// A JSON column holds JSON; Prisma has types of its own for it.
function fromColumn(data: Approval['data']): JsonValue {
  return data as unknown as JsonValue;
}

function asColumn(data: JsonValue): Approval['data'] {
  return data as unknown as Approval['data'];
}
