import type { JsonObject, JsonValue } from '../../kernel/json.ts';
import { IntegrationError } from '../errors.ts';
import type { SqlAnswer, SqlQuery } from './session.ts';
import { tooMuch } from './socket.ts';

/** Takes rows as they come, as far as they may. */
export interface RowCollector {
  readonly rows: readonly (readonly JsonValue[])[];
  /** Why no more are taken. */
  readonly fault: IntegrationError | undefined;
  /** False once there are too many. `bytes` is what the row has of text. */
  add(row: readonly JsonValue[], bytes: number): boolean;
}

export function createRowCollector(name: string, { maxRows, maxBytes }: SqlQuery): RowCollector {
  const rows: (readonly JsonValue[])[] = [];
  let bytes = 0;
  let fault: IntegrationError | undefined;
  return {
    rows,
    get fault() {
      return fault;
    },
    add(row, rowBytes) {
      bytes += rowBytes;
      if (bytes > maxBytes) fault ??= tooMuch(name, maxBytes);
      else if (rows.length >= maxRows) fault ??= tooMany(name, maxRows);
      else if (fault === undefined) rows.push(row);
      return fault === undefined;
    },
  };
}

function tooMany(name: string, maxRows: number): IntegrationError {
  return new IntegrationError(
    `${name} answered with more than ${String(maxRows)} rows; limit the statement, or raise maxRows`,
    { isRetryable: false },
  );
}

/** Rows as objects; two columns of one name would hide one another. */
export function asObjects(name: string, { columns, rows }: SqlAnswer): readonly JsonObject[] {
  const twice = columns.find((column, index) => columns.indexOf(column) !== index);
  if (twice !== undefined)
    throw new IntegrationError(
      `${name} answered with two columns ${JSON.stringify(twice.slice(0, 63))}; give one an alias`,
      { isRetryable: false },
    );
  return rows.map((row) =>
    Object.fromEntries(columns.map((column, index) => [column, row[index] ?? null])),
  );
}
