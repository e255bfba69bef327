import { failedAnswer } from '../../kernel/failed-answer.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../kernel/json.ts';
import { cutText } from '../../kernel/storable.ts';
import type { EgressResponse } from '../egress/policy.ts';
import { IntegrationError } from '../errors.ts';
import { decodeBody, describeFailure } from '../parts/response.ts';

/** A GraphQL answer, with or without errors. */
export interface GraphqlAnswer {
  readonly data: JsonValue;
  readonly errors: readonly JsonObject[];
}

export interface AnswerOptions {
  /** How messages call the system. */
  readonly name: string;
  /** Texts that no message may repeat. */
  readonly secrets: readonly string[];
}

/** The answer in a response of any status; what is none is an `IntegrationError`. */
export function readAnswer(response: EgressResponse, options: AnswerOptions): GraphqlAnswer {
  const { name, secrets } = options;
  const isWell = response.status >= 200 && response.status <= 299;
  // A status of failure may come with the errors that explain it (GraphQL over HTTP), which then stand in the failure.
  if (!isWell) throw describeFailure(withMessage(response, options), name, secrets);
  const body = decodeBody(response, name);
  const errors = isJsonObject(body) ? errorsOf(body) : undefined;
  if (!isJsonObject(body) || errors === undefined) throw noAnswer(response, name);
  const { data = null } = body;
  if (data === null && errors.length === 0) throw noAnswer(response, name);
  return { data, errors };
}

/** The error of a call whose answer has errors; it carries them and the data that came with them. */
export function failureOf(
  { errors }: Pick<GraphqlAnswer, 'errors'>,
  response: EgressResponse,
  { name, secrets }: AnswerOptions,
): IntegrationError {
  const hide = (text: string): string =>
    secrets.reduce((rest, secret) => rest.replaceAll(secret, '[redacted]'), text);
  const first = hide(cutText(messageOf(errors[0]), 300));
  const more = errors.length > 1 ? ` (and ${String(errors.length - 1)} more)` : '';
  const { status: statusCode, headers, body, attempts } = response;
  const hidden = Buffer.from(hide(body.toString('utf8')));
  return new IntegrationError(`${name} answered with an error: ${first}${more}`, {
    status: statusCode,
    isRetryable: false,
    attempts,
    answer: failedAnswer({ statusCode, headers, body: hidden }),
  });
}

export function messageOf(error: JsonObject | undefined): string {
  const message = error?.['message'];
  return typeof message === 'string' ? message.replaceAll(/\p{Cc}+/gu, ' ') : 'no message';
}

/** Errors with nothing else in them, undefined for what is no list of errors. */
function errorsOf({ errors = null }: JsonObject): readonly JsonObject[] | undefined {
  if (errors === null) return [];
  const list = Array.isArray(errors) ? (errors as readonly JsonValue[]) : undefined;
  return list?.every(isJsonObject) === true ? list : undefined;
}

/** Puts the first message where failures of any kind look for one. */
function withMessage(response: EgressResponse, { name }: AnswerOptions): EgressResponse {
  try {
    const body = decodeBody(response, name);
    const [first] = isJsonObject(body) ? (errorsOf(body) ?? []) : [];
    if (!isJsonObject(body) || first === undefined) return response;
    return {
      ...response,
      body: Buffer.from(JSON.stringify({ message: messageOf(first), ...body })),
    };
  } catch {
    return response;
  }
}

function noAnswer({ status, attempts }: EgressResponse, name: string): IntegrationError {
  return new IntegrationError(`${name} answered with something that is no GraphQL answer`, {
    status,
    isRetryable: false,
    attempts,
  });
}
