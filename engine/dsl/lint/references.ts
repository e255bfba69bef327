import { isJsonObject, type JsonObject, type JsonValue } from '../../../kernel/json.ts';
import { didYouMean } from '../../../kernel/nearest.ts';
import { compensationOf } from '../../compensation.ts';
import {
  builtInCalls,
  catalogReference,
  defaultFunctionName,
  defaultFunctions,
  unsupportedCalls,
} from '../../functions.ts';
import type { CallTask, Task, WorkflowDocument } from '../document.ts';
import { pointer, type Remark } from '../finding.ts';
import type { LintedTask } from './places.ts';
import { fault, listed } from './remarks.ts';

/** Names that a task uses and `use` has to declare. */
export function checkReferences(place: LintedTask, document: WorkflowDocument): Remark[] {
  const { task, path } = place;
  const use = document.use ?? {};
  const remarks = [
    ...timeoutReference(task.timeout, document, path),
    ...checkCompensation(task, document, path),
  ];
  if ('try' in task && typeof task.catch.retry === 'string') {
    remarks.push(
      ...missing('retry', task.catch.retry, { declared: use.retries, path: `${path}/catch/retry` }),
    );
  }
  if ('raise' in task && typeof task.raise.error === 'string' && !task.raise.error.includes('${')) {
    remarks.push(
      ...missing('error', task.raise.error, { declared: use.errors, path: `${path}/raise/error` }),
    );
  }
  if ('call' in task)
    remarks.push(
      ...checkCallee(task, document, path),
      ...checkPolicies(task.with ?? {}, `${path}/with`, document),
    );
  return remarks;
}

export function timeoutReference(
  timeout: JsonValue | undefined,
  document: WorkflowDocument,
  path: string,
): Remark[] {
  return typeof timeout === 'string'
    ? missing('timeout', timeout, { declared: document.use?.timeouts, path: `${path}/timeout` })
    : [];
}

function checkCompensation(task: Task, document: WorkflowDocument, path: string): Remark[] {
  const model = task.metadata?.['compensate'];
  if (model === undefined) return [];
  const at = `${path}/metadata/compensate`;
  const use = document.use ?? {};
  const compensation = compensationOf(task);
  if (compensation === undefined)
    return [
      fault('compensation/shape', at, {
        message: 'a compensation is the name of a function, or {function, retry}',
        hint: 'Name a function of use.functions, which is given {input, output} of the task.',
      }),
    ];
  const { function: name, retry } = compensation;
  return [
    ...missing('function', name, { declared: use.functions, path: at }),
    ...(typeof retry === 'string'
      ? missing('retry', retry, { declared: use.retries, path: `${at}/retry` })
      : []),
  ];
}

function missing(
  what: string,
  name: string,
  where: { readonly declared: object | undefined; readonly path: string },
): Remark[] {
  const { declared, path } = where;
  if (Object.hasOwn(declared ?? {}, name)) return [];
  const names = Object.keys(declared ?? {});
  return [
    fault(`reference/${what}`, path, {
      message: `there is no ${what} ${JSON.stringify(name)}; ${listed(names)}`,
      hint: didYouMean(name, names) ?? 'Declare it under use, or correct the name.',
    }),
  ];
}

function checkCallee(task: CallTask, document: WorkflowDocument, path: string): Remark[] {
  const { call } = task;
  const functions = document.use?.functions ?? {};
  if (builtInCalls.has(call) || unsupportedCalls.has(call) || Object.hasOwn(functions, call))
    return [];
  if (defaultFunctions.has(defaultFunctionName(call))) return [];
  const reference = catalogReference(call);
  if (reference !== undefined)
    return missing('catalog', reference.catalog, {
      declared: document.use?.catalogs,
      path: `${path}/call`,
    });
  return URL.canParse(call) ? [] : [unknownFunction(call, Object.keys(functions), path)];
}

function unknownFunction(call: string, own: readonly string[], path: string): Remark {
  const names = [...builtInCalls, ...defaultFunctions, ...own];
  return fault('reference/function', `${path}/call`, {
    message: `there is no function ${JSON.stringify(call)}; ${listed(names)}`,
    hint:
      didYouMean(call, names) ??
      'Declare it under use.functions, or write name:version@catalog or a URI.',
  });
}

/** Authentication policies anywhere in arguments: `{use}` of a policy, or a scheme with `{use}` of a secret. */
export function checkPolicies(
  model: JsonValue,
  path: string,
  document: WorkflowDocument,
): Remark[] {
  if (!isJsonObject(model)) return [];
  return Object.entries(model).flatMap(([key, value]) => {
    const at = pointer(path, key);
    if (key !== 'authentication' || !isJsonObject(value)) return checkPolicies(value, at, document);
    if (typeof value['use'] === 'string')
      return missing('authentication', value['use'], {
        declared: document.use?.authentications,
        path: `${at}/use`,
      });
    return checkPolicy(value, at, document);
  });
}

export function checkPolicy(
  policy: JsonObject,
  path: string,
  document: WorkflowDocument,
): Remark[] {
  return Object.entries(policy).flatMap(([scheme, value]) => {
    if (!isJsonObject(value)) return [];
    if (typeof value['use'] === 'string')
      return secretReference(value['use'], `${path}/${scheme}/use`, document);
    return scheme === 'oauth2' || scheme === 'oidc' ? checkOauth(value, `${path}/${scheme}`) : [];
  });
}

export function secretReference(name: string, path: string, document: WorkflowDocument): Remark[] {
  const declared = document.use?.secrets ?? [];
  if (namesIn(declared).has(name)) return [];
  return [
    fault('secret/undeclared', path, {
      message: `secret ${JSON.stringify(name)} is not in use.secrets; ${listed(declared)}`,
      hint: didYouMean(name, declared) ?? 'List it under use.secrets.',
    }),
  ];
}

const nameSets = new WeakMap<readonly string[], ReadonlySet<string>>();

/** A document asks for its secrets as often as it likes; the list is read once. */
function namesIn(list: readonly string[]): ReadonlySet<string> {
  const known = nameSets.get(list) ?? new Set(list);
  nameSets.set(list, known);
  return known;
}

function checkOauth({ grant, client }: JsonObject, path: string): Remark[] {
  const remarks: Remark[] = [];
  if (grant === 'authorization_code' || grant === 'refresh_token') {
    remarks.push(
      fault('authentication/grant', `${path}/grant`, {
        message: `grant ${grant} needs a person and cannot be used by a job`,
        hint: 'Use client_credentials, password or token-exchange.',
      }),
    );
  }
  const method = isJsonObject(client) ? (client['authentication'] ?? 'client_secret_post') : 'none';
  const has = (name: string): boolean => isJsonObject(client) && client[name] !== undefined;
  if (method !== 'none' && !has('id'))
    remarks.push(
      fault('authentication/client', `${path}/client`, {
        message: 'the client has no id',
        hint: 'Give client.id, or client.authentication: none.',
      }),
    );
  if (method === 'private_key_jwt' && !has('assertion'))
    remarks.push(
      fault('authentication/client', `${path}/client`, {
        message: 'private_key_jwt needs client.assertion',
        hint: 'Give client.assertion.',
      }),
    );
  return remarks;
}

/** Functions that call each other in a circle. */
export function checkFunctionCycles(
  document: WorkflowDocument,
  callsOf: (path: string) => readonly string[],
): Remark[] {
  const functions = document.use?.functions ?? {};
  const remarks: Remark[] = [];
  const settled = new Set<string>();
  const visit = (name: string, trail: readonly string[]): void => {
    if (trail.includes(name)) remarks.push(cycle([...trail.slice(trail.indexOf(name)), name]));
    if (settled.has(name) || trail.includes(name) || !Object.hasOwn(functions, name)) return;
    for (const callee of callsOf(pointer('/use/functions', name))) visit(callee, [...trail, name]);
    settled.add(name);
  };
  for (const name of Object.keys(functions)) visit(name, []);
  return remarks;
}

function cycle(trail: readonly string[]): Remark {
  return fault('reference/function-cycle', pointer('/use/functions', trail[0] ?? ''), {
    message: `functions call each other in a circle: ${trail.join(' → ')}`,
    hint: 'Break the circle; loop with for or then.',
  });
}

export function calleeOf(task: Task): string | undefined {
  return 'call' in task ? task.call : undefined;
}
