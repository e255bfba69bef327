import type { CallRequest } from '../../engine/host.ts';
import { textOf } from '../../engine/json-text.ts';
import { workflowError, type WorkflowError } from '../../engine/problem.ts';
import type { Script } from '../../engine/testing/scripted-host.ts';
import { testEvent } from '../../engine/testing/scripted-host.ts';
import type { JsonObject, JsonValue } from '../../kernel/json.ts';

/** A request that a page says is made, and what comes back. */
interface HttpExchange {
  /** Method and address. */
  readonly request: string;
  /** The JSON that is sent, or the text. */
  readonly sent?: JsonValue;
  readonly status?: number;
  readonly answer: JsonValue;
}

interface IntegrationExchange {
  readonly call: string;
  readonly arguments: JsonObject;
  readonly answer: JsonValue;
}

/** What happens around a job of the guide; a page's `outside` block. */
export interface Outside {
  readonly http?: readonly HttpExchange[];
  readonly integrations?: readonly IntegrationExchange[];
  readonly events?: readonly { readonly type: string; readonly data: JsonValue }[];
  readonly decisions?: readonly {
    readonly title: string;
    readonly answer?: {
      readonly decision: 'approved' | 'rejected';
      readonly decidedBy: string;
      readonly comment?: string;
    };
  }[];
  readonly children?: readonly {
    readonly workflow: string;
    readonly input: JsonValue;
    readonly output: JsonValue;
  }[];
  /** Children that nobody waits for. */
  readonly started?: readonly { readonly workflow: string; readonly input: JsonValue }[];
  /** What comes to whoever listens by `call: asyncapi`. */
  readonly messages?: readonly {
    readonly operation: string;
    readonly come: readonly JsonValue[];
  }[];
  readonly secrets?: JsonObject;
}

/** A script that answers what a page foresees, each answer once, and what of it was not asked for in the end. */
export function outsideScript(outside: Outside): {
  readonly script: Script;
  left(): readonly unknown[];
} {
  const http = [...(outside.http ?? [])];
  const integrations = [...(outside.integrations ?? [])];
  const started = [...(outside.started ?? [])];
  const messages = [...(outside.messages ?? [])];
  const decisions = new Map((outside.decisions ?? []).map((each) => [each.title, each]));
  const children = new Map((outside.children ?? []).map((each) => [each.workflow, each]));
  const asked = new Set<string>();
  const take = ({ kind, with: args }: CallRequest): JsonValue | undefined => {
    if (kind === 'integration') return takeIntegration(integrations, args);
    if (kind === 'asyncapi') return takeMessages(messages, args);
    return kind === 'workflow' ? takeStart(started, args) : takeHttp(http, args);
  };
  const script: Script = {
    call(request) {
      const answer = take(request);
      if (answer === undefined)
        throw new Error(`the page does not foresee ${JSON.stringify(request)}`);
      return answer;
    },
    events: (outside.events ?? []).map(({ type, data, ...more }, index) =>
      testEvent(type, data, { id: `event-${String(index + 1)}`, ...more }),
    ),
    approval({ title }) {
      const decision = decisions.get(title);
      if (decision === undefined) throw new Error(`the page does not foresee ${title}`);
      asked.add(title);
      return decision.answer;
    },
    child({ workflow: { namespace, name, version }, input }) {
      const key = `${namespace}/${name}:${version}`;
      const child = children.get(key);
      if (child === undefined || !isSame(child.input, input))
        throw new Error(`the page does not foresee ${key} with ${JSON.stringify(input)}`);
      asked.add(key);
      return { output: child.output };
    },
    secrets: outside.secrets ?? {},
  };
  const left = () => [
    ...http,
    ...integrations,
    ...started,
    ...messages,
    ...[...decisions.keys(), ...children.keys()].filter((key) => !asked.has(key)),
  ];
  return { script, left };
}

function takeMessages(
  left: NonNullable<Outside['messages']>[number][],
  { operation, isOver }: JsonObject,
): JsonValue | undefined {
  if (isOver === true) return null;
  const index = left.findIndex((each) => each.operation === operation);
  const [found] = index < 0 ? [] : left.splice(index, 1);
  return found === undefined ? undefined : [...found.come];
}

function takeHttp(exchanges: HttpExchange[], request: JsonObject): JsonValue | undefined {
  const wanted = `${textOf(request['method']).toUpperCase()} ${textOf(request['uri'])}`;
  const index = exchanges.findIndex(
    (each) =>
      each.request === wanted && (each.sent === undefined || isSame(each.sent, bodyOf(request))),
  );
  const [exchange] = index < 0 ? [] : exchanges.splice(index, 1);
  if (exchange === undefined) return undefined;
  return {
    request: { method: textOf(request['method']), uri: textOf(request['uri']), headers: {} },
    statusCode: exchange.status ?? 200,
    headers: { 'content-type': 'application/json' },
    bodyBase64: Buffer.from(JSON.stringify(exchange.answer)).toString('base64'),
  };
}

function bodyOf({ body }: JsonObject): JsonValue | undefined {
  if (typeof body !== 'string') return body;
  return /^[[{]/.test(body) ? (JSON.parse(body) as JsonValue) : body;
}

function takeStart(
  starts: { readonly workflow: string; readonly input: JsonValue }[],
  { namespace, name, version, input }: JsonObject,
): JsonValue | undefined {
  const key = `${textOf(namespace)}/${textOf(name)}:${textOf(version)}`;
  const index = starts.findIndex((each) => each.workflow === key && isSame(each.input, input));
  const [start] = index < 0 ? [] : starts.splice(index, 1);
  return start === undefined ? undefined : {};
}

/** `{ "fails": … }` is the message of a call that failed. */
function takeIntegration(
  exchanges: IntegrationExchange[],
  call: JsonObject,
): JsonValue | undefined {
  const name = `${textOf(call['integration'])}.${textOf(call['operation'])}`;
  const index = exchanges.findIndex(
    (each) => each.call === name && isSame(each.arguments, call['arguments']),
  );
  const [exchange] = index < 0 ? [] : exchanges.splice(index, 1);
  if (exchange !== undefined && isFailure(exchange.answer)) throw failureOf(exchange.answer.fails);
  return exchange?.answer;
}

function isFailure(answer: JsonValue): answer is { readonly fails: number } {
  return typeof answer === 'object' && answer !== null && 'fails' in answer;
}

function failureOf(status: number): WorkflowError {
  return workflowError('communication', `the integration answered ${String(status)}`, { status });
}

function isSame(left: JsonValue | undefined, right: JsonValue | undefined): boolean {
  return canonical(left) === canonical(right);
}

function canonical(value: JsonValue | undefined): string {
  return JSON.stringify(value, (_, item: unknown) =>
    typeof item === 'object' && item !== null && !Array.isArray(item)
      ? Object.fromEntries(Object.entries(item).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : item,
  );
}
