import type { Definition } from '../../engine/definition.ts';
import type { Scenario } from '../../engine/scenarios/scenario-document.ts';
import type { SentCall } from '../../engine/scenarios/sent-call.ts';
import { parseOutsideJson, type JsonValue } from '../../kernel/json.ts';
import { plainLine } from '../plain-text.ts';
import { answered, asScenarioFile, decided, failing, withEvent } from './answers.ts';
import { callsOf, isInside, simulate, type Simulation, type Stop } from './simulation.ts';
import { drawing, endText, resultText, shown, stopText, traceText } from './texts.ts';

/** What somebody does with a simulation, a line at a time. */
export interface Session {
  /** What to say first. */
  greeting(): string;
  /** Carries out a line and answers what to say; undefined when it is over. */
  run(line: string): Promise<string | undefined>;
}

interface Options {
  readonly definition: Definition;
  readonly simulation: Simulation;
  /** Keeps a file of scenarios under the name that was typed. */
  readonly save: (name: string, file: object) => Promise<void>;
}

type Verbs = Readonly<Record<string, (rest: string) => string | Promise<string>>>;

const help = `
n, next          past this task and all that is inside it
i, into          to the next task, also inside this one
b, back          one stop back
c, continue      to the next break, or the end
break [TASK]     stop at a task, or tell where it stops; break - forgets them
input, output, context, vars, calls [JQ]     of this task, or what jq makes of it
answer JSON      what the call of this task is answered, from here on
fail STATUS      the call of this task fails so
approve [JSON], reject       decide the approval of this task
event TYPE [JSON]            let an event come in
draw             the definition as a flowchart (Mermaid), with the path taken
save FILE        keep it as a scenario for operandi test
list             all stops
q, quit`.trim();

const shortcuts: Readonly<Record<string, string>> = {
  ...{ '': 'next', n: 'next', i: 'into', b: 'back', c: 'continue' },
  ...{ q: 'quit', exit: 'quit', h: 'help', '?': 'help' },
};

/** Opens a session at the first task. */
export function openSession({ definition, simulation, save }: Options): Session {
  const view = createView(simulation);
  const verbs: Verbs = {
    ...movements(view),
    ...looks(view),
    ...changes(view, definition),
    draw: () => drawing(definition, view.simulation),
    async save(name) {
      if (name === '') throw new Error('where? save FILE, e.g. sop.scenario.yaml');
      await save(name, asScenarioFile(view.simulation));
      return `Kept in ${name}; operandi test plays it.`;
    },
    help: () => help,
  };
  return {
    greeting: () => `${view.here()}\nhelp tells what there is to do.`,
    async run(line) {
      const [word = '', ...rest] = line.trim().split(' ');
      const verb = shortcuts[word] ?? word;
      if (verb === 'quit') return undefined;
      const act = Object.hasOwn(verbs, verb) ? verbs[verb] : undefined;
      if (act === undefined) return `There is no ${plainLine(word)}; help tells what there is.`;
      try {
        return await act(rest.join(' ').trim());
      } catch (error) {
        return error instanceof Error ? error.message : String(error);
      }
    },
  };
}

type View = ReturnType<typeof createView>;

/** A simulation and where in it somebody stands. */
function createView(first: Simulation) {
  let simulation = first;
  let at = 0;
  const stop = (): Stop | undefined => simulation.stops[at];
  return {
    get simulation() {
      return simulation;
    },
    stop,
    here(): string {
      const { stops } = simulation;
      return at < stops.length ? stopText(simulation, at) : endText(simulation);
    },
    /** To the next stop that fits, or the end. */
    goOn(fits: (stop: Stop, from: Stop) => boolean): void {
      const from = stop();
      const found = simulation.stops.findIndex(
        (each, place) => place > at && from !== undefined && fits(each, from),
      );
      at = found < 0 ? simulation.stops.length : found;
    },
    goBack(): void {
      at = Math.max(0, at - 1);
    },
    /** Another play takes the place of this one; one stays where one was. */
    replace(other: Simulation): void {
      simulation = other;
      at = Math.min(at, other.stops.length);
    },
  };
}

function movements(view: View): Verbs {
  const breaks = new Set<string>();
  const go = (fits: (stop: Stop, from: Stop) => boolean): string => {
    const left = resultText(view.stop());
    view.goOn(fits);
    return left === '' ? view.here() : `${left}\n${view.here()}`;
  };
  return {
    next: () => go((stop, from) => !isInside(stop.key, from.key)),
    into: () => go(() => true),
    continue: () => go(({ name }) => breaks.has(name)),
    back() {
      view.goBack();
      return view.here();
    },
    break(name) {
      if (name === '-') breaks.clear();
      else if (name !== '') breaks.add(name);
      const names = [...breaks].join(', ');
      return names === '' ? 'It stops nowhere by itself.' : `It stops at ${names}.`;
    },
  };
}

function looks(view: View): Verbs {
  return {
    input: (filter) => shown(view.stop()?.input, filter),
    context: (filter) => shown(view.stop()?.context, filter),
    vars: (filter) => shown(view.stop()?.variables, filter),
    output(filter) {
      const stop = view.stop();
      if (stop?.end !== undefined && 'output' in stop.end) return shown(stop.end.output, filter);
      return stop === undefined ? endText(view.simulation) : resultText(stop, Infinity);
    },
    calls(filter) {
      const stop = view.stop();
      const { played } = view.simulation;
      return shown(stop === undefined ? played.calls : callsOf(view.simulation, stop), filter);
    },
    list: () => traceText(view.simulation),
  };
}

function changes(view: View, definition: Definition): Verbs {
  async function replay(scenario: Scenario): Promise<string> {
    const before = view.simulation.stops.length;
    view.replace(await simulate(definition, scenario));
    const now = view.simulation.stops.length;
    const told = now === before ? '' : ` (${String(before)} before)`;
    return `Played again: ${String(now)} stops${told}.\n${view.here()}`;
  }

  function decide(decision: 'approved' | 'rejected', filled: string): Promise<string> {
    const { scenario, played } = view.simulation;
    const waits = played.ending.state === 'waiting' ? played.ending.waits : [];
    const open = waits
      .find(({ kind }) => kind === 'approval')
      ?.task.split('/')
      .at(-1);
    const stop = view.stop();
    const task = stop?.isApproval === true ? stop.name : open;
    if (task === undefined) throw new Error('nothing waits for a decision here');
    const data = filled === '' ? undefined : json(filled);
    return replay(decided(scenario, { task, decision, data }));
  }

  return {
    answer: (text) => replay(answered(view.simulation.scenario, callAt(view), json(text))),
    fail: (text) => replay(failing(view.simulation.scenario, callAt(view), statusOf(text))),
    approve: (data) => decide('approved', data),
    reject: (data) => decide('rejected', data),
    event(text) {
      const [type = '', ...data] = text.split(' ');
      if (type === '') throw new Error('which type? event TYPE [JSON]');
      const told = data.length === 0 ? undefined : json(data.join(' '));
      return replay(withEvent(view.simulation.scenario, type, told));
    },
  };
}

/** The call of the task at hand; where it makes none, the one that nothing answers. */
function callAt(view: View): SentCall {
  const stop = view.stop();
  const { ending } = view.simulation.played;
  const open = ending.state === 'stopped' ? ending.call : undefined;
  const call = (stop && callsOf(view.simulation, stop).at(-1)) ?? open;
  if (call === undefined) throw new Error('this task makes no call');
  return call;
}

function json(text: string): JsonValue {
  try {
    return parseOutsideJson(text);
  } catch (cause) {
    throw new Error(`${text === '' ? 'nothing' : text} is no JSON`, { cause });
  }
}

function statusOf(text: string): number {
  const status = Number(text);
  if (Number.isInteger(status) && status >= 100 && status <= 599) return status;
  throw new Error('which status? fail 503');
}
