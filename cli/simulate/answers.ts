import type { JsonValue } from '../../kernel/json.ts';
import type { Scenario, ScriptedAnswer } from '../../engine/scenarios/scenario-document.ts';
import type { SentCall } from '../../engine/scenarios/sent-call.ts';
import type { Simulation } from './simulation.ts';

/** The scenario with another answer to a call and to all that are the same; it comes before all that it has. */
export function answered(scenario: Scenario, call: SentCall, returns: JsonValue): Scenario {
  return withAnswer(scenario, { ...named(call), returns });
}

/** The scenario in which the call fails. */
export function failing(scenario: Scenario, call: SentCall, status: number): Scenario {
  return withAnswer(scenario, { ...named(call), fails: { error: 'communication', status } });
}

/** The scenario in which an approval of a task is decided so. */
export function decided(
  scenario: Scenario,
  { task, decision, data }: Pick<Scenario['approvals'][number], 'task' | 'decision' | 'data'>,
): Scenario {
  const approval = { task, decision, by: 'Somebody', ...(data !== undefined && { data }) };
  return { ...scenario, approvals: [approval, ...scenario.approvals] };
}

/** The scenario in which one more event comes in. */
export function withEvent(scenario: Scenario, type: string, data: JsonValue | undefined): Scenario {
  const event = { type, ...(data !== undefined && { data }) };
  return { ...scenario, events: [...scenario.events, event] };
}

/** What was played as a file of scenarios that expects what came out. */
export function asScenarioFile({ scenario, played: { ending } }: Simulation): object {
  const { name, at, input, secrets, calls, events, approvals } = scenario;
  const lists = Object.entries({ calls, events, approvals }).filter(([, list]) => list.length > 0);
  return {
    scenarios: [
      {
        ...{ name, at, input: input ?? {} },
        ...(Object.keys(secrets).length > 0 && { secrets }),
        ...Object.fromEntries(lists),
        expect: expected(ending),
      },
    ],
  };
}

function expected(ending: Simulation['played']['ending']): object {
  if (ending.state === 'completed') return { state: 'completed', output: ending.output };
  if (ending.state !== 'faulted') return ending.state === 'stopped' ? {} : { state: ending.state };
  const { type, status } = ending.error;
  return { state: 'faulted', error: { type, status } };
}

function withAnswer(scenario: Scenario, answer: ScriptedAnswer): Scenario {
  const asked = askedBy(answer);
  const others = scenario.calls.filter((each) => askedBy(each) !== asked);
  return { ...scenario, calls: [answer, ...others] };
}

function named({ kind, name, with: sent }: SentCall): ScriptedAnswer {
  return { [kind]: name, with: sent };
}

/** The same for answers to the same call. */
function askedBy(answer: ScriptedAnswer): string {
  return JSON.stringify({ ...answer, returns: undefined, fails: undefined });
}
