import { unsupportedCalls } from '../../functions.ts';
import { errorKindOf } from '../../problem.ts';
import type { Allowances } from '../../definition.ts';
import { entryOf, type RetryModel, type Task, type TryTask } from '../document.ts';
import type { Remark } from '../finding.ts';
import { iteratorOf, iteratorVariables, type LintedTask } from './places.ts';
import { checkAsyncApi } from './async-api.ts';
import { checkMcp } from './mcp.ts';
import { duration, lengthOf } from './durations.ts';
import { doubt, fault } from './remarks.ts';

const reservedVariables: ReadonlySet<string> = new Set([
  'context',
  'input',
  'output',
  'secrets',
  'task',
  'workflow',
  'runtime',
  'authorization',
]);

/** What each kind of task has to keep beyond its schema. */
export function checkTask(place: LintedTask, allow: Allowances): Remark[] {
  const { task, path } = place;
  return [
    ...checkVariables(task, path),
    ...checkSupport(task, path, allow),
    ...('switch' in task ? checkSwitch(task, path) : []),
    ...('emit' in task && task.emit.event.with === undefined
      ? [
          fault('emit/with', `${path}/emit/event`, {
            message: 'the event has no with',
            hint: 'Give with at least type.',
          }),
        ]
      : []),
    ...('wait' in task ? duration(task.wait, `${path}/wait`) : []),
    ...(typeof task.timeout === 'object'
      ? duration(task.timeout.after, `${path}/timeout/after`)
      : []),
    ...('try' in task ? checkTry(task, path) : []),
    ...('raise' in task && task.then !== undefined
      ? [
          doubt('then/after-raise', `${path}/then`, {
            message: 'a raise never gets to its then',
            hint: 'Remove it, or catch the error around.',
          }),
        ]
      : []),
  ];
}

function variableNames(task: Task): (string | undefined)[] {
  if ('for' in task) return [task.for.each ?? 'item', task.for.at ?? 'index'];
  if ('try' in task) return [task.catch.as];
  const iterator = iteratorOf(task);
  return iterator === undefined ? [] : iteratorVariables(iterator.model);
}

function checkVariables(task: Task, path: string): Remark[] {
  const names = variableNames(task).filter((name) => name !== undefined);
  const [first, second] = names;
  const same = first !== undefined && first === second;
  return [
    ...(same
      ? [
          fault('variable/same', path, {
            message: `item and index are both called ${first}`,
            hint: 'Give them different names.',
          }),
        ]
      : []),
    ...names.flatMap((name) => {
      if (reservedVariables.has(name))
        return [
          fault('variable/reserved', path, {
            message: `$${name} is taken by the runtime`,
            hint: 'Choose another name.',
          }),
        ];
      if (/^[A-Za-z_]\w*$/.test(name)) return [];
      return [
        fault('variable/name', path, {
          message: `${JSON.stringify(name)} cannot be the name of a variable`,
          hint: 'Use letters, digits and underscores.',
        }),
      ];
    }),
  ];
}

function checkSupport(task: Task, path: string, allow: Allowances): Remark[] {
  if ('call' in task) {
    const reason = unsupportedCalls.get(task.call);
    if (task.call === 'asyncapi') return checkAsyncApi(task, `${path}/with`);
    if (task.call === 'mcp') return checkMcp(task.with, `${path}/with`, allow.mcpServers);
    return reason === undefined
      ? []
      : [
          fault('unsupported/call', `${path}/call`, {
            message: `call ${task.call} does not run here: ${reason}`,
            hint: 'Use http, openapi or an integration.',
          }),
        ];
  }
  if (!('run' in task)) return [];
  const kind = (['container', 'script', 'shell'] as const).find(
    (name) => task.run[name] !== undefined,
  );
  if (kind === undefined || allow[kind] === true) return [];
  return [
    fault('unsupported/run', `${path}/run/${kind}`, {
      message: `run ${kind} is not allowed by the operator of this platform`,
      hint: 'Use an integration or a sub-workflow, or ask the operator to allow it.',
    }),
  ];
}

function checkSwitch(task: Extract<Task, { readonly switch: unknown }>, path: string): Remark[] {
  const defaults = task.switch
    .map((item) => entryOf(item))
    .filter(({ value }) => value.when === undefined);
  if (defaults.length < 2) return [];
  return [
    fault('switch/defaults', `${path}/switch`, {
      message: `the cases ${defaults.map(({ name }) => name).join(', ')} are all defaults`,
      hint: 'Give all but one a when.',
    }),
  ];
}

function checkTry(task: TryTask, path: string): Remark[] {
  const { errors, retry } = task.catch;
  const type = errors?.with?.type;
  return [
    ...(type === undefined ? [] : checkErrorType(type, `${path}/catch/errors/with/type`)),
    ...(typeof retry === 'object' ? checkRetry(retry, `${path}/catch/retry`) : []),
  ];
}

/** A type on the host of the standard that is none of its eight is mostly a slip. */
function checkErrorType(type: string, path: string): Remark[] {
  const isStandardLike =
    /^https?:\/\/(?:open-workflow-specification\.org|serverlessworkflow\.io)\/(?:spec\/[^/]+\/errors|dsl\/errors\/types)\//.test(
      type,
    );
  if (!isStandardLike || errorKindOf(type) !== undefined) return [];
  return [
    doubt('catch/unknown-type', path, {
      message: `${type} is no standard error`,
      hint: 'The standard ones are configuration, validation, expression, authentication, authorization, timeout, communication, runtime.',
    }),
  ];
}

/** Durations, jitter and limits of a retry policy. */
export function checkRetry(retry: RetryModel, path: string): Remark[] {
  const { jitter, limit = {} } = retry;
  const isUnlimited = limit.attempt?.count === undefined && limit.duration === undefined;
  return [
    ...retryDurations(retry, path),
    ...(jitter !== undefined && lengthOf(jitter.from) > lengthOf(jitter.to)
      ? [
          fault('retry/jitter', `${path}/jitter`, {
            message: 'jitter ends before it begins',
            hint: 'Let from be at most to.',
          }),
        ]
      : []),
    ...((limit.attempt?.count ?? 0) < 0
      ? [
          fault('retry/count', `${path}/limit/attempt/count`, {
            message: 'a count cannot be negative',
            hint: 'Use 0 for no retries.',
          }),
        ]
      : []),
    ...(isUnlimited
      ? [
          doubt('retry/unlimited', path, {
            message: 'the policy sets no limit',
            hint: "Give limit.attempt.count or limit.duration; the platform's own limit applies otherwise.",
          }),
        ]
      : []),
  ];
}

function retryDurations({ delay, jitter, limit }: RetryModel, path: string): Remark[] {
  return [
    ...duration(delay, `${path}/delay`),
    ...duration(jitter?.from, `${path}/jitter/from`),
    ...duration(jitter?.to, `${path}/jitter/to`),
    ...duration(limit?.duration, `${path}/limit/duration`),
    ...duration(limit?.attempt?.duration, `${path}/limit/attempt/duration`),
  ];
}
