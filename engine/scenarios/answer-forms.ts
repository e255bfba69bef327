import type { JsonObject, JsonValue } from '../../kernel/json.ts';
import type { CallRequest, EffectContext } from '../host.ts';
import { asProblem, isErrorKind, workflowError, WorkflowError } from '../problem.ts';
import type { ScriptedAnswer } from './scenario-document.ts';

/** An error by the name that the DSL has for it, or by the address of a type of one's own. */
export function faultOf(fault: NonNullable<ScriptedAnswer['fails']>, task: string): WorkflowError {
  const { error, status, title, detail = 'the scenario says so', response } = fault;
  if (isErrorKind(error)) {
    const standard = workflowError(error, detail, {
      ...(status && { status }),
      instance: task,
      response,
    });
    return title === undefined
      ? standard
      : new WorkflowError({ ...standard.problem, title }, { cause: standard });
  }
  const given: JsonObject = {
    ...{ type: error, detail, instance: task },
    ...(status === undefined ? {} : { status }),
    ...(title === undefined ? {} : { title }),
  };
  return new WorkflowError(asProblem(given));
}

type AnswerOf = (answer: ScriptedAnswer, request: CallRequest, task: string) => JsonValue;

/** What the host of a worker would answer; throws the error that it would. */
export function resultOf(
  answer: ScriptedAnswer,
  request: CallRequest,
  { task }: EffectContext,
): JsonValue {
  const of = answerOf[request.kind] ?? plainAnswer;
  return of(answer, request, task);
}

const answerOf: Partial<Record<CallRequest['kind'], AnswerOf>> = {
  http(
    { returns = null, status = 200, headers = {} },
    { with: { method = '', uri = '', ...sent } },
  ) {
    const request = { method, uri, headers: sent['headers'] ?? {} };
    return { request, statusCode: status, ...httpBody(returns, headers) };
  },
  resource: ({ returns = null }) => ({
    content: typeof returns === 'string' ? returns : JSON.stringify(returns),
  }),
};

function plainAnswer(
  { returns = null, status = 200, headers = {} }: ScriptedAnswer,
  _request: CallRequest,
  task: string,
): JsonValue {
  if (status < 400) return returns;
  const response = { statusCode: status, headers, content: returns };
  const told = { status, instance: task, response };
  throw workflowError('communication', `it answered ${String(status)}`, told);
}

/** Text where the header says that it is no JSON. */
function httpBody(body: JsonValue, given: Readonly<Record<string, string>>): JsonObject {
  const headers = Object.fromEntries(
    Object.entries(given).map(([name, value]) => [name.toLowerCase(), value]),
  );
  const { 'content-type': type = 'application/json' } = headers;
  const content = typeof body === 'string' && !/\bjson\b/.test(type) ? body : JSON.stringify(body);
  return {
    headers: { ...headers, 'content-type': type },
    bodyBase64: Buffer.from(content).toString('base64'),
  };
}
