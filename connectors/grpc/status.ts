import { cutText } from '../../kernel/storable.ts';
import { IntegrationError } from '../errors.ts';

interface Meaning {
  readonly name: string;
  /** The status of HTTP that says the same: definitions tell failures apart by it. */
  readonly status: number;
  /** The same call may do later. */
  readonly passes?: true;
  /** The server has given up, and what it had begun may have had an effect. */
  readonly isOpen?: true;
}

/** Codes of gRPC by number. */
const meanings: readonly Meaning[] = [
  { name: 'OK', status: 200 },
  { name: 'CANCELLED', status: 499, isOpen: true },
  { name: 'UNKNOWN', status: 500 },
  { name: 'INVALID_ARGUMENT', status: 400 },
  { name: 'DEADLINE_EXCEEDED', status: 504, passes: true, isOpen: true },
  { name: 'NOT_FOUND', status: 404 },
  { name: 'ALREADY_EXISTS', status: 409 },
  { name: 'PERMISSION_DENIED', status: 403 },
  { name: 'RESOURCE_EXHAUSTED', status: 429, passes: true },
  { name: 'FAILED_PRECONDITION', status: 400 },
  { name: 'ABORTED', status: 409, passes: true },
  { name: 'OUT_OF_RANGE', status: 400 },
  { name: 'UNIMPLEMENTED', status: 501 },
  { name: 'INTERNAL', status: 500 },
  { name: 'UNAVAILABLE', status: 503, passes: true },
  { name: 'DATA_LOSS', status: 500 },
  { name: 'UNAUTHENTICATED', status: 401 },
];

const unknown: Meaning = { name: 'UNKNOWN', status: 500 };

/** How a server answers that does not get as far as gRPC. */
const ofHttp: ReadonlyMap<number, number> = new Map([
  [400, 13],
  [401, 16],
  [403, 7],
  [404, 12],
  [429, 14],
  [502, 14],
  [503, 14],
  [504, 14],
]);

/** The code of gRPC that a status of HTTP stands for. */
export function codeOfHttp(status: number): number {
  return ofHttp.get(status) ?? 2;
}

export interface Refused {
  readonly name: string;
  readonly code: number;
  readonly message: string;
  /** Texts that no message may repeat. */
  readonly secrets: readonly string[];
  /** True when the call asks for no effect, or one that may be asked for twice. */
  readonly isHarmless: boolean;
}

/** The error of a call that a server answers with another code than OK. */
export function refusal({ name, code, message, secrets, isHarmless }: Refused): IntegrationError {
  const meaning = meanings[code] ?? unknown;
  const plain = message.replaceAll(/\p{Cc}+/gu, ' ');
  const said = cutText(
    secrets.reduce((rest, secret) => rest.replaceAll(secret, '[redacted]'), plain),
    300,
  );
  const tail = said === '' ? '' : `: ${said}`;
  return new IntegrationError(`${name} answered ${meaning.name}${tail}`, {
    status: meaning.status,
    isRetryable: meaning.passes ?? false,
    isLate: code === 4,
    isOutcomeUnknown: meaning.isOpen === true && !isHarmless,
    answer: {
      statusCode: meaning.status,
      headers: {},
      content: { code: meaning.name, message: said },
    },
  });
}
