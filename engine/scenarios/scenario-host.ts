import type { JsonValue } from '../../kernel/json.ts';
import { readValue } from '../dsl/source.ts';
import type { ApprovalWait, ChildWait, CloudEvent, EventWait, Host, OutsideWait } from '../host.ts';
import { WorkflowError } from '../problem.ts';
import { faultOf, resultOf } from './answer-forms.ts';
import type { Scenario, ScriptedAnswer } from './scenario-document.ts';
import { createAnswers, momentAfter, ScenarioGap } from './scripted-answers.ts';
import { createApprovals, decisionOf, misfitOf } from './scripted-approvals.ts';
import { createEvents } from './scripted-events.ts';
import { sentCall, workflowName, type SentCall } from './sent-call.ts';
import type { VirtualTime } from './virtual-time.ts';

/** An outside that does what a scenario says. */
export interface ScenarioHost extends Host {
  readonly calls: readonly SentCall[];
  readonly emitted: readonly CloudEvent[];
  /** Answers that were not given as often as they should be. */
  left(): readonly ScriptedAnswer[];
}

/** What stands for the header of an authentication that only a worker could do. */
const authorization = { scheme: 'Bearer', parameter: 'of-the-scenario' };

/** When nobody waits any more for what hangs. */
const forEver = 'P100Y';

/** The outside of one run. */
export function createScenarioHost(scenario: Outside, time: VirtualTime): ScenarioHost {
  const calls: SentCall[] = [];
  const emitted: CloudEvent[] = [];
  const answers = createAnswers(scenario.calls);
  const ask = createAsking(scenario, time, answered);

  async function answered(call: SentCall, signal: AbortSignal): Promise<ScriptedAnswer> {
    calls.push(call);
    const answer = answers.to(call);
    await time.until(momentAfter(time.now(), answer.hangs ? forEver : answer.after), signal);
    if (answer.hangs && !signal.aborted)
      throw new ScenarioGap(`${call.kind} ${call.name} of ${call.task} never answers`);
    if (answer.fails !== undefined) throw faultOf(answer.fails, call.task);
    return answer;
  }

  return {
    calls,
    emitted,
    left: () => answers.left(),
    now: () => time.now(),
    sleep: (ms, signal) => time.until(time.now() + Math.max(0, ms), signal),
    async call(request, effect) {
      time.stir();
      if (request.kind === 'authorization') return authorization;
      // That nobody listens any more is no question.
      if (request.kind === 'asyncapi' && request.with['isOver'] === true) return null;
      const answer = await answered(sentCall(request, effect), effect.signal);
      return resultOf(answer, request, effect);
    },
    readDocument: (text) => Promise.resolve(readValue(text)),
    emit(event) {
      time.stir();
      emitted.push(event);
      return Promise.resolve();
    },
    secret: (name) => Promise.resolve(scenario.secrets[name]),
    async ask(wait, { signal }) {
      time.stir();
      return await ask(wait, signal);
    },
  };
}

type Outside = Pick<Scenario, 'calls' | 'events' | 'approvals' | 'secrets'>;
type Answering = (call: SentCall, signal: AbortSignal) => Promise<ScriptedAnswer>;

/** Answers what stands open when its answer comes; undefined at once where none ever does. */
function createAsking(scenario: Outside, time: VirtualTime, answered: Answering) {
  const events = createEvents(scenario.events, time.now());
  const approvals = createApprovals(scenario.approvals);

  async function eventFor(wait: EventWait, signal: AbortSignal): Promise<JsonValue | undefined> {
    const arrival = events.next(wait);
    if (arrival === undefined) return undefined;
    await time.until(arrival.at, signal);
    return signal.aborted ? undefined : arrival.event;
  }

  async function decided(wait: ApprovalWait, signal: AbortSignal): Promise<JsonValue | undefined> {
    const approval = approvals.of(wait);
    if (approval === undefined) return undefined;
    const misfit = misfitOf(approval, wait);
    if (misfit !== undefined) throw new ScenarioGap(misfit);
    await time.until(momentAfter(time.now(), approval.after), signal);
    return signal.aborted ? undefined : decisionOf(approval, time.now());
  }

  async function child(wait: ChildWait, signal: AbortSignal): Promise<JsonValue> {
    const name = workflowName(wait.workflow);
    const call = { kind: 'workflow', name, with: wait.input, task: wait.task } as const;
    try {
      return { output: (await answered(call, signal)).returns ?? null };
    } catch (error) {
      if (!(error instanceof WorkflowError)) throw error;
      return { error: error.problem };
    }
  }

  return (wait: OutsideWait, signal: AbortSignal): Promise<JsonValue | undefined> => {
    if (wait.kind === 'cancel') return Promise.resolve(undefined);
    if (wait.kind === 'event') return eventFor(wait, signal);
    return wait.kind === 'approval' ? decided(wait, signal) : child(wait, signal);
  };
}
