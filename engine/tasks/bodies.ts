import { kindOf, type Task, type TaskKind } from '../dsl/document.ts';
import type { TaskBody } from '../execution.ts';
import { workflowError } from '../problem.ts';
import { runCall } from './call.ts';
import { runDo } from './do.ts';
import { runEmit } from './emit.ts';
import { runFor } from './for.ts';
import { runFork } from './fork.ts';
import { runListen } from './listen.ts';
import { runRaise } from './raise.ts';
import { runRun } from './run.ts';
import { runSet } from './set.ts';
import { runSwitch } from './switch.ts';
import { runTry } from './try.ts';
import { runWait } from './wait.ts';

type BodyByKind = {
  readonly [Kind in TaskKind]: TaskBody<Extract<Task, Readonly<Record<Kind, unknown>>>>;
};

const bodies: BodyByKind = {
  call: runCall,
  do: runDo,
  emit: runEmit,
  for: runFor,
  fork: runFork,
  listen: runListen,
  raise: runRaise,
  run: runRun,
  set: runSet,
  switch: runSwitch,
  try: runTry,
  wait: runWait,
};

/** What runs a task; the kind key that picked it guarantees the shape. */
export function bodyOf(task: Task): TaskBody<Task> {
  const kind = kindOf(task);
  if (kind === undefined) throw workflowError('configuration', 'a task of no known kind');
  return bodies[kind] as TaskBody<Task>;
}
