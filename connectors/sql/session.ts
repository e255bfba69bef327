import type { JsonValue } from '../../kernel/json.ts';
import type { SentMark } from '../egress/converse.ts';
import type { Session } from '../egress/idle-sessions.ts';

/** A connection to a database, in a dialect. */
export interface SqlSession extends Session {
  /** Runs one statement in a transaction of its own; what the database refuses is an `IntegrationError`. */
  run(query: SqlQuery, mark: SentMark): Promise<SqlAnswer>;
}

export interface SqlQuery {
  readonly statement: string;
  readonly values: readonly SqlValue[];
  readonly isReadOnly: boolean;
  /** After which the database itself gives up, milliseconds; `Infinity` for never. */
  readonly timeoutMs: number;
  readonly maxRows: number;
  readonly maxBytes: number;
}

/** A value as it goes to the database: text, which it takes for the type that it expects. */
export type SqlValue = string | boolean | null | readonly (string | null)[];

export interface SqlAnswer {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly JsonValue[])[];
  /** Rows that the statement was about. */
  readonly count: number;
}

/** What a session is opened with. */
export interface SqlLogin {
  /** How messages call the database. */
  readonly name: string;
  readonly database: string;
  readonly username: string;
  readonly password: string;
  /** Undefined for a connection in the open. */
  readonly tls: { readonly ca: string | undefined } | undefined;
}
