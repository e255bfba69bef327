import { isJsonObject } from '../../kernel/json.ts';
import type { Definition } from '../definition.ts';
import { pointer, pointerTokens } from '../dsl/finding.ts';
import { isJsonArray } from '../json-text.ts';
import type { Miss } from './judge.ts';
import type { Played } from './run-scenario.ts';
import { taskAt } from './task-at.ts';

/** A definition, and the cases of switches that it took in a scenario. */
export interface Performance {
  readonly definition: Definition;
  readonly cases: Played['cases'];
}

/** The switches by which both came, and went on otherwise; they are known by their name, wherever they stand. */
export function otherDecisions(before: Performance, after: Performance): readonly Miss[] {
  const taken = decisionsOf(after);
  return [...decisionsOf(before)].flatMap(([task, cases]) => {
    const [expected, actual] = [casesText(cases), casesText(taken.get(task))];
    if (actual === undefined || expected === undefined || actual === expected) return [];
    const message = `${task} decided for ${expected}, and would for ${actual}`;
    return [{ path: pointer('/decisions', task), message, expected, actual }];
  });
}

function decisionsOf({ definition, cases }: Performance): ReadonlyMap<string, Set<string>> {
  const decisions = new Map<string, Set<string>>();
  for (const taken of cases) {
    const end = taken.lastIndexOf('#');
    const reference = taken.slice(0, end);
    const task = pointerTokens(reference).at(-1) ?? '';
    const name = caseName(definition, reference, Number(taken.slice(end + 1)));
    decisions.set(task, (decisions.get(task) ?? new Set()).add(name));
  }
  return decisions;
}

function caseName(definition: Definition, reference: string, index: number): string {
  const cases = taskAt(definition, reference)?.['switch'];
  const item = isJsonArray(cases) ? cases[index] : undefined;
  const [name] = isJsonObject(item) ? Object.keys(item) : [];
  return name ?? String(index);
}

function casesText(cases: ReadonlySet<string> | undefined): string | undefined {
  return cases === undefined ? undefined : [...cases].toSorted().join(', ');
}
