import type { JsonValue } from '../../kernel/json.ts';
import type { Definition } from '../definition.ts';
import type { TaskTurn } from '../execution.ts';
import type { CloudEvent, Wait } from '../host.ts';
import { memoryJournal } from '../journal.ts';
import type { Limits } from '../limits.ts';
import type { WorkflowProblem } from '../problem.ts';
import { checkInput, type InputProblem } from '../rules.ts';
import { runDefinition, type Outcome } from '../run.ts';
import type { Scenario, ScriptedAnswer } from './scenario-document.ts';
import { createScenarioHost } from './scenario-host.ts';
import { ScenarioGap } from './scripted-answers.ts';
import type { SentCall } from './sent-call.ts';
import { createVirtualTime } from './virtual-time.ts';

/** How a scenario ended: as a job ends, refused before there was a job, or `stopped` where the scenario has a gap. */
export type Ending =
  | { readonly state: 'completed'; readonly output: JsonValue }
  | { readonly state: 'faulted'; readonly error: WorkflowProblem }
  | { readonly state: 'waiting'; readonly waits: readonly Wait[] }
  | { readonly state: 'refused'; readonly problems: readonly InputProblem[] }
  | {
      readonly state: 'stopped';
      readonly reason: string;
      /** What the scenario does not answer, where it is a call. */
      readonly call?: SentCall | undefined;
    };

/** What happened in a scenario. */
export interface Played {
  readonly ending: Ending;
  readonly calls: readonly SentCall[];
  readonly emitted: readonly CloudEvent[];
  /** Answers that were not asked for as often as their `times` say. */
  readonly unasked: readonly ScriptedAnswer[];
  /** Executions of tasks in the order of their start. */
  readonly tasks: readonly { readonly name: string; readonly task: string }[];
  /** Cases of switches that were taken, as `<pointer of the task>#<index>`. */
  readonly cases: ReadonlySet<string>;
  /** What the job would have taken, milliseconds. */
  readonly elapsedMs: number;
}

export interface PlayOptions {
  readonly limits?: Partial<Limits>;
  /** Told when each execution of a task begins and how it ends. */
  readonly onTask?: (turn: TaskTurn) => void;
}

/** Plays a scenario on the engine itself: a wait of two days takes no time. Never rejects for what the procedure does. */
export async function playScenario(
  definition: Definition,
  scenario: Scenario,
  { limits = {}, onTask }: PlayOptions = {},
): Promise<Played> {
  const startedAt = Date.parse(scenario.at);
  const time = createVirtualTime(startedAt);
  const host = createScenarioHost(scenario, time);
  const tasks: { name: string; task: string }[] = [];
  const cases = new Set<string>();
  const { input = {} } = scenario;
  const problems = checkInput(definition, input);
  const ending =
    problems.length > 0
      ? ({ state: 'refused', problems } as const)
      : await endingOf(
          runDefinition(definition, {
            ...{ input, host, journal: memoryJournal() },
            job: { id: scenario.job, startedAt },
            // No wait parks the run: the clock goes to whatever is due next.
            limits: { ...limits, inlineWaitMs: Infinity },
            signal: new AbortController().signal,
            observe({ type, task, name = '' }) {
              if (type === 'task.started.v1' && task !== undefined) tasks.push({ name, task });
            },
            ...(onTask !== undefined && { onTask }),
            showsValues: false,
            onCase: (task, index) => cases.add(takenCase(task, index)),
          }),
        );
  const { calls, emitted } = host;
  return {
    ending,
    calls,
    emitted,
    unasked: host.left(),
    tasks,
    cases,
    elapsedMs: time.now() - startedAt,
  };
}

/** As `Played` has it. */
export function takenCase(task: string, index: number): string {
  return `${task}#${String(index)}`;
}

async function endingOf(run: Promise<Outcome>): Promise<Ending> {
  try {
    const outcome = await run;
    return outcome.state === 'cancelled'
      ? { state: 'stopped', reason: 'the job was cancelled' }
      : outcome;
  } catch (error) {
    if (error instanceof ScenarioGap)
      return { state: 'stopped', reason: error.message, call: error.call };
    throw error;
  }
}
