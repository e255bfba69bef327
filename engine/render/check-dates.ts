import type { Template } from 'liquidjs';
import { timeZoneOf } from '../time-zone.ts';
import { faultOfFormat } from './strftime.ts';
import { told } from './zoned-date.ts';

interface Literal {
  readonly content: string;
  getPosition(): number[];
}

/** What is wrong with the formats and zones that a template writes out for its dates, with line and column in it. */
export function faultsOfDates(templates: readonly Template[]): string[] {
  return templates.flatMap((template) => [
    ...[...(template.arguments?.() ?? [])].flatMap(faultsOfValue),
    ...faultsOfDates(childrenOf(template)),
  ]);
}

function childrenOf(template: Template): readonly Template[] {
  const steps = template.children?.(false, true);
  if (steps === undefined) return [];
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}

function faultsOfValue(value: unknown): string[] {
  return filtersOf(value)
    .filter(({ name }) => name === 'date')
    .flatMap(({ args: [format, zone] }) => [
      ...(isLiteral(format) ? placed(faultOfFormat(format.content), format) : []),
      ...(isLiteral(zone) ? placed(faultOfZone(zone.content), zone) : []),
    ]);
}

function faultOfZone(name: string): string | undefined {
  const isKnown = /^[+-]\d{2}:?\d{2}$/.test(name) || timeZoneOf(name) !== undefined;
  return isKnown ? undefined : `${told(name)} is no time zone`;
}

function placed(fault: string | undefined, at: Literal): string[] {
  if (fault === undefined) return [];
  const [line = 1, column = 1] = at.getPosition();
  return [`${fault}, line:${String(line)}, col:${String(column)}`];
}

interface Filter {
  readonly name: string;
  readonly args: readonly unknown[];
}

// A value of the library has its filters in a row; tokens have none.
function filtersOf(value: unknown): readonly Filter[] {
  return typeof value === 'object' && value !== null && 'filters' in value
    ? (value as { readonly filters: readonly Filter[] }).filters
    : [];
}

function isLiteral(token: unknown): token is Literal {
  return (
    typeof token === 'object' &&
    token !== null &&
    'content' in token &&
    'getPosition' in token &&
    typeof token.content === 'string'
  );
}
