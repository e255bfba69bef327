import { cutText } from '../../kernel/storable.ts';
import type { JsonObject } from '../../kernel/json.ts';
import { IntegrationError } from '../errors.ts';

/** What a database says of a failure. */
export interface SqlFault {
  /** Five characters (ISO 9075). */
  readonly state: string;
  readonly message: string;
  /** More of it, such as the constraint that was broken. */
  readonly details: JsonObject;
}

/** Conflicts, missing resources, starting up: the same statement may do later. */
const passing = /^(?:08|40|53|55P03|57P0|HY000$)/;
/** The time of the statement was over: PostgreSQL and MariaDB. */
const overtime: ReadonlySet<string> = new Set(['57014', '70100']);

/** The error of a statement or a login that the database refused: nothing was changed. */
export function refusal(
  name: string,
  { state, message, details }: SqlFault,
  cause: unknown,
): IntegrationError {
  const text = cutText(message.replaceAll(/\p{Cc}+/gu, ' '), 300);
  const isLate = overtime.has(state);
  return new IntegrationError(
    isLate ? `${name} did not answer in time` : `${name} refused: ${text} (${state})`,
    {
      isRetryable: isLate || passing.test(state),
      isLate,
      answer: { content: { sqlState: state, message: text, ...details } },
      cause,
    },
  );
}
