import type { JsonObject, JsonValue } from '../../kernel/json.ts';
import { pointer } from '../dsl/finding.ts';
import type { Wait } from '../host.ts';
import { errorKindOf, type WorkflowProblem } from '../problem.ts';
import { differences, includes } from './match.ts';
import type { Expectation } from './scenario-document.ts';
import { calledText, isCalled } from './sent-call.ts';
import { momentAfter } from './scripted-answers.ts';
import { durationText } from './durations.ts';
import type { Ending, Played } from './run-scenario.ts';

/** One thing that went otherwise than expected. */
export interface Miss {
  /** JSON pointer into the expectation. */
  readonly path: string;
  readonly message: string;
  /** What was expected and what came instead, where it is a value, as texts that are not too long. */
  readonly expected?: string;
  readonly actual?: string;
}

/** Everything that went otherwise than a scenario expects; nothing where it passed. */
export function judge(expected: Expectation, played: Played): Miss[] {
  const { ending } = played;
  if (ending.state === 'stopped') return [{ path: '', message: ending.reason }];
  const state = expected.state ?? impliedState(expected);
  if (ending.state !== state)
    return [
      {
        ...{ path: '/state', message: `expected ${state}, but ${endingText(ending)}` },
        ...{ expected: state, actual: endingText(ending) },
      },
    ];
  return [
    ...judgeOutput(expected, ending),
    ...judgeError(expected, ending),
    ...judgeProblems(expected, ending),
    ...(expected.calls ?? []).flatMap((call, index) => judgeCall(call, index, played)),
    ...(expected.emits ?? []).flatMap((event, index) => judgeEvent(event, index, played)),
    ...judgeTasks(expected, played),
    ...judgeElapsed(expected, played),
  ];
}

/** The end that an expectation without a state means. */
export function impliedState({ error, problems }: Expectation): NonNullable<Expectation['state']> {
  if (problems !== undefined) return 'refused';
  return error === undefined ? 'completed' : 'faulted';
}

function endingText(ending: Ending): string {
  switch (ending.state) {
    case 'completed':
      return `it completed with ${shown(ending.output)}`;
    case 'faulted':
      return faultText(ending.error);
    case 'waiting':
      return `it waits for ever: ${ending.waits.map(waitText).join('; ')}`;
    case 'refused':
      return `its input was refused: ${ending.problems.map(({ field, message }) => `${field} ${message}`.trim()).join('; ')}`;
    case 'stopped':
      return ending.reason;
  }
}

function faultText({ type, title = type, instance = '/', detail }: WorkflowProblem): string {
  return `it faulted: ${title} at ${instance}${detail === undefined ? '' : `: ${detail}`}`;
}

function waitText(wait: Wait): string {
  const at = `at ${wait.task}`;
  switch (wait.kind) {
    case 'approval':
      return `for the approval ${JSON.stringify(wait.title)} ${at} (answer it under approvals:)`;
    case 'event':
      return `for an event ${at} (send it under events:)`;
    case 'child':
      return `for the workflow ${wait.workflow.namespace}/${wait.workflow.name} ${at} (answer it under calls:)`;
    case 'timer':
      return `for a time ${at}`;
  }
}

function judgeOutput({ output, outputIncludes }: Expectation, ending: Ending): Miss[] {
  if (ending.state !== 'completed') return [];
  return [
    ...(output === undefined ? [] : unlike('/output', differences(ending.output, output, 'exact'))),
    ...(outputIncludes === undefined
      ? []
      : unlike('/outputIncludes', differences(ending.output, outputIncludes, 'included'))),
  ];
}

function judgeError({ error }: Expectation, ending: Ending): Miss[] {
  if (error === undefined || ending.state !== 'faulted') return [];
  const { type, ...rest } = error;
  const actual = ending.error;
  const given = Object.fromEntries(
    Object.entries(rest).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  ) as JsonObject;
  const isType = type === undefined || type === actual.type || type === errorKindOf(actual.type);
  return [
    ...(isType ? [] : [miss('/error/type', type, errorKindOf(actual.type) ?? actual.type)]),
    ...unlike('/error', differences(actual, given, 'included')),
  ];
}

function judgeProblems({ problems }: Expectation, ending: Ending): Miss[] {
  if (problems === undefined || ending.state !== 'refused') return [];
  return problems.flatMap(({ code, field }, index) =>
    ending.problems.some(
      (one) => (code ?? one.code) === one.code && (field ?? one.field) === one.field,
    )
      ? []
      : [
          {
            path: pointer('/problems', index),
            message: `expected ${code ?? 'a problem'} ${field === undefined ? '' : `at ${field}`}, but ${endingText(ending)}`,
          },
        ],
  );
}

function judgeCall(
  call: NonNullable<Expectation['calls']>[number],
  index: number,
  { calls }: Played,
): Miss[] {
  const named = calls.filter((one) => isCalled(call, one));
  const wanted = call.with;
  const fitting = wanted === undefined ? named : named.filter((one) => includes(one.with, wanted));
  if (isCount(fitting.length, call.times)) return [];
  const path = pointer('/calls', index);
  const [only] = named;
  const told = `expected ${timesText(call.times)} of ${calledText(call)}${wanted === undefined ? '' : ` with ${shown(wanted)}`}`;
  const near =
    only === undefined || wanted === undefined
      ? `${String(named.length)} were made`
      : `${String(fitting.length)} were made; ${String(named.length)} of that name, the first with ${shown(only.with)}`;
  return [{ path, message: `${told}, but ${near}` }];
}

function judgeEvent(
  event: NonNullable<Expectation['emits']>[number],
  index: number,
  { emitted }: Played,
): Miss[] {
  const { type, data, times } = event;
  const named = emitted.filter((one) => one.type === type);
  const fitting = data === undefined ? named : named.filter((one) => includes(one['data'], data));
  if (isCount(fitting.length, times)) return [];
  const near = named.map((one) => shown(one['data'] ?? null)).join(', ') || 'none';
  const told = `expected ${timesText(times)} of event ${type}${data === undefined ? '' : ` with ${shown(data)}`}`;
  return [{ path: pointer('/emits', index), message: `${told}, but of that type came: ${near}` }];
}

/** The named tasks have to run in their order, others may run between them. */
function judgeTasks({ tasks = [], neverTasks = [] }: Expectation, { tasks: ran }: Played): Miss[] {
  const names = ran.map(({ name }) => name);
  const misses: Miss[] = [];
  let from = 0;
  for (const [index, name] of tasks.entries()) {
    const at = names.indexOf(name, from);
    if (at < 0)
      misses.push({
        path: pointer('/tasks', index),
        message: `expected ${name} to run then, but ran: ${names.join(', ')}`,
      });
    else from = at + 1;
  }
  for (const [index, name] of neverTasks.entries())
    if (names.includes(name))
      misses.push({ path: pointer('/neverTasks', index), message: `${name} ran` });
  return misses;
}

function judgeElapsed({ elapsed }: Expectation, { elapsedMs }: Played): Miss[] {
  if (elapsed === undefined) return [];
  const wanted = momentAfter(0, elapsed);
  if (wanted === elapsedMs) return [];
  return [
    { path: '/elapsed', message: `expected ${elapsed}, but it took ${durationText(elapsedMs)}` },
  ];
}

function isCount(actual: number, times: number | undefined): boolean {
  return times === undefined ? actual > 0 : actual === times;
}

function timesText(times: number | undefined): string {
  return times === undefined ? 'at least one' : String(times);
}

function unlike(at: string, found: ReturnType<typeof differences>): Miss[] {
  return found.map(({ path, expected, actual }) => miss(`${at}${path}`, expected, actual));
}

function miss(path: string, expected: JsonValue | undefined, actual: JsonValue | undefined): Miss {
  const texts = { expected: shown(expected), actual: shown(actual) };
  return { path, message: `expected ${texts.expected}, but was ${texts.actual}`, ...texts };
}

const shownCharacters = 300;

function shown(value: JsonValue | undefined): string {
  const text = value === undefined ? 'nothing' : JSON.stringify(value);
  return text.length > shownCharacters ? `${text.slice(0, shownCharacters)}…` : text;
}
