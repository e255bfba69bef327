import type { Definition } from '../../engine/definition.ts';
import { compileJq } from '../../engine/jq/compile.ts';
import { durationText } from '../../engine/scenarios/durations.ts';
import { parseJson } from '../../kernel/json.ts';
import { paint } from '../paint.ts';
import { plainLine, plainText } from '../plain-text.ts';
import { drawMermaid } from './draw.ts';
import type { Simulation, Stop } from './simulation.ts';

/** The flowchart of a definition with the path that was taken. */
export function drawing(definition: Definition, { stops, played }: Simulation): string {
  const ran = stops.filter(({ end }) => !(end !== undefined && 'isLeftOut' in end));
  const tasks = new Set(ran.map(({ reference }) => reference));
  return drawMermaid(definition, { tasks, cases: played.cases });
}

/** A stop on a line. */
export function stopText({ stops, scenario }: Simulation, place: number): string {
  const stop = stops[place];
  if (stop === undefined) return '';
  const after = durationText(stop.at - Date.parse(scenario.at));
  const where = `${plainLine(stop.reference)} · ${String(place + 1)} of ${String(stops.length)} · after ${after}`;
  return `${'  '.repeat(stop.depth)}${paint('bold', plainLine(stop.name))} ${stop.kind} ${paint('dim', where)}`;
}

/** All stops with their outcome, and the end. */
export function traceText(simulation: Simulation): string {
  const lines = simulation.stops.flatMap((stop, place) => [
    stopText(simulation, place),
    resultText(stop),
  ]);
  return [...lines, endText(simulation)].join('\n');
}

/** How a task ended, on a line of so many characters. */
export function resultText(stop: Stop | undefined, length = 160): string {
  if (stop === undefined) return '';
  const indent = '  '.repeat(stop.depth + 1);
  const { end } = stop;
  if (end === undefined) return `${indent}${paint('yellow', 'goes no further')}`;
  if ('isLeftOut' in end) return `${indent}left out: its if is false`;
  if ('isBrokenOff' in end) return `${indent}broken off`;
  const isError = 'error' in end;
  const text = JSON.stringify(isError ? end.error : end.output);
  const cut = text.length > length ? `${text.slice(0, length)}…` : text;
  return `${indent}${isError ? paint('red', 'failed') : '→'} ${plainLine(cut)}`;
}

/** How it all ended. */
export function endText({ played: { ending, elapsedMs } }: Simulation): string {
  const after = ` after ${durationText(elapsedMs)}`;
  switch (ending.state) {
    case 'completed':
      return `${paint('green', 'completed')}${after}\n${shown(ending.output)}`;
    case 'faulted':
      return `${paint('red', 'failed')}${after}\n${shown(ending.error)}`;
    case 'waiting':
      return `${paint('yellow', 'waits')}${after} for ${ending.waits.map(({ kind, task }) => `${kind} of ${task}`).join(', ')}: approve, reject or event goes on`;
    case 'refused':
      return `${paint('red', 'refused')}: the input is not as it has to be\n${shown(ending.problems)}`;
    case 'stopped':
      return `${paint('yellow', 'stopped')}${after}: ${plainText(ending.reason)}\nanswer JSON or fail STATUS goes on`;
  }
}

/** A value for somebody who reads; `filter` is jq. */
export function shown(value: unknown, filter = ''): string {
  if (value === undefined) return 'nothing';
  const told = filter === '' ? [value] : filtered(value, filter);
  return told.map((each) => plainText(JSON.stringify(each, undefined, 2))).join('\n');
}

function filtered(value: unknown, filter: string): readonly unknown[] {
  const program = compileJq(filter, { variables: [], host: {} });
  return [...program.run(parseJson(JSON.stringify(value)), {})];
}
