import {
  isJsonObject,
  parseOutsideJson,
  type JsonObject,
  type JsonValue,
} from '../../kernel/json.ts';
import type { CallRequest, EffectContext } from '../host.ts';
import { fits } from './match.ts';
import type { Called } from './scenario-document.ts';

/** A call that a procedure made. */
export interface SentCall {
  readonly kind: keyof Called;
  /** `partner.findSupplier`, `GET https://example.com`, the address of a resource, `shell`, `namespace/name`. */
  readonly name: string;
  /** What it was made with: arguments, `{headers, body?}`, the input of a workflow. */
  readonly with: JsonValue;
  /** JSON pointer of the task. */
  readonly task: string;
}

/** The call as scenarios name it. */
export function sentCall(
  { kind, with: args }: CallRequest,
  { task }: Pick<EffectContext, 'task'>,
): SentCall {
  return kind === 'authorization'
    ? { kind: 'resource', task, ...resource(args) }
    : { kind, task, ...formOf[kind](args) };
}

type Form = Pick<SentCall, 'name' | 'with'>;

const formOf: Readonly<Record<keyof Called, (args: JsonObject) => Form>> = {
  integration: (args) => ({
    name: `${textAt(args, 'integration')}.${textAt(args, 'operation')}`,
    with: args['arguments'] ?? {},
  }),
  http: (args) => ({
    name: `${textAt(args, 'method').toUpperCase()} ${textAt(args, 'uri')}`,
    with: { headers: args['headers'] ?? {}, ...bodyOf(args) },
  }),
  grpc: (args) => ({
    name: `${textAt(args, 'service')}/${textAt(args, 'method')}`,
    with: args['arguments'] ?? {},
  }),
  mcp: (args) => ({
    name: `${textAt(args, 'server')} ${textAt(args, 'method')}`,
    with: args['parameters'] ?? {},
  }),
  asyncapi: (args) => ({
    name: textAt(args, 'operation') || textAt(args, 'channel'),
    with: args['message'] ?? {},
  }),
  workflow: (args) => ({ name: workflowName(args), with: args['input'] ?? null }),
  process(args) {
    const name = ['container', 'script', 'shell'].find((each) => each in args) ?? 'shell';
    return { name, with: args[name] ?? null };
  },
  resource,
};

function resource(args: JsonObject): Form {
  return { name: textAt(args, 'uri'), with: {} };
}

/** `namespace/name` of a workflow. */
export function workflowName(workflow: JsonObject): string {
  return `${textAt(workflow, 'namespace')}/${textAt(workflow, 'name')}`;
}

/** True when a scenario means this call. */
export function isCalled(call: Called, { kind, name }: Pick<SentCall, 'kind' | 'name'>): boolean {
  const pattern = call[kind];
  return pattern !== undefined && fits(pattern, name);
}

/** How a scenario names it, for those who read. */
export function calledText(call: Called): string {
  const [named] = Object.entries(call).filter(([name]) => name in formOf);
  return named === undefined ? 'a call' : `${named[0]} ${String(named[1])}`;
}

function textAt(args: JsonObject, name: string): string {
  const value = args[name];
  return typeof value === 'string' ? value : '';
}

/** A body of JSON as its value, any other as its text. */
function bodyOf(args: JsonObject): { readonly body?: JsonValue } {
  const body = args['body'];
  if (typeof body !== 'string') return {};
  try {
    const value = parseOutsideJson(body);
    return { body: isJsonObject(value) || Array.isArray(value) ? value : body };
  } catch {
    return { body };
  }
}
