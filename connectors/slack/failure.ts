import { isJsonObject, type JsonObject, type JsonValue } from '../../kernel/json.ts';
import { cutText } from '../../kernel/storable.ts';
import type { EgressResponse } from '../egress/policy.ts';
import { IntegrationError } from '../errors.ts';

/** The status of HTTP that means the same: Slack answers 200 to whatever it refuses. */
const statuses: readonly (readonly [RegExp, number])[] = [
  [/^(?:not_authed|invalid_auth|account_inactive|token_revoked|token_expired)$/, 401],
  [
    /^(?:missing_scope|no_permission|access_denied|restricted_action.*|ekm_access_denied|not_allowed_token_type|cant_\w+|not_in_channel|is_archived|team_access_not_granted)$/,
    403,
  ],
  [/^(?:\w+_)?not_found$/, 404],
  [/^(?:already_\w+|hash_conflict|duplicate_\w+)$/, 409],
  [/^(?:ratelimited|rate_limited|message_limit_exceeded)$/, 429],
  [/^(?:service_unavailable|request_timeout|team_added_to_org)$/, 503],
  [/^(?:internal_error|fatal_error)$/, 500],
];

/** Slack itself says of these that a part of the work may have been done. */
const isOpen: ReadonlySet<string> = new Set(['fatal_error', 'internal_error', 'request_timeout']);

export interface Refused {
  /** How messages call the system. */
  readonly name: string;
  readonly response: EgressResponse;
  readonly body: JsonObject;
  readonly isSafe: boolean;
}

/** The code of an answer that is a refusal; undefined for one that is none. */
export function errorOf(body: JsonValue): string | undefined {
  if (!isJsonObject(body)) return 'no answer of the Web API';
  if (body['ok'] === true) return undefined;
  return typeof body['error'] === 'string' ? body['error'] : 'no answer of the Web API';
}

/** The error of a call that Slack refuses, with all that it says about it. */
export function refusal(
  code: string,
  { name, response, body, isSafe }: Refused,
  hide: (text: string) => string,
): IntegrationError {
  const status = statuses.find(([pattern]) => pattern.test(code))?.[1] ?? 400;
  const said = [code, ...detailsOf(body)].map((text) => hide(text.replaceAll(/\p{Cc}+/gu, ' ')));
  const text = cutText(said.join('; '), 300);
  const isRetryable = status === 429 || status >= 500;
  return new IntegrationError(`${name} refused: ${text}`, {
    ...{ status, isRetryable, attempts: response.attempts },
    isOutcomeUnknown: isOpen.has(code) && !isSafe,
    answer: {
      ...{ statusCode: status, headers: {} },
      content: { error: cutText(hide(code), 200), details: said.slice(1, 21) },
    },
  });
}

/** Which scope is missing, and which part of the arguments is at fault. */
function detailsOf({ needed, response_metadata: metadata }: JsonObject): readonly string[] {
  const messages = isJsonObject(metadata) ? metadata['messages'] : undefined;
  const all = Array.isArray(messages) ? (messages as readonly JsonValue[]) : [];
  const texts = all.filter((each) => typeof each === 'string').map((each) => cutText(each, 300));
  return [...(typeof needed === 'string' ? [`needs ${cutText(needed, 200)}`] : []), ...texts];
}
