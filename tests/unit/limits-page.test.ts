import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { budgets } from '../../kernel/config/budgets.ts';
import { environmentVariables } from '../../kernel/config/env.ts';

const page = readFileSync(new URL('../../docs/limits.md', import.meta.url), 'utf8');
const variables = new Map(environmentVariables().map((each) => [each.name, each]));

interface Row {
  readonly budget: string;
  readonly standard: string;
  readonly names: readonly string[];
}

const rows: readonly Row[] = page
  .split('\n')
  .filter((line) => line.startsWith('|') && !/^\| (budget|-)/.test(line))
  .map((line) => {
    const [budget = '', standard = '', setting = ''] = line
      .split('|')
      .slice(1)
      .map((cell) => cell.trim());
    return { budget, standard, names: setting.match(/(?:OPERANDI|DATABASE)_[A-Z_]+/g) ?? [] };
  });

const withVariable = rows.flatMap((row) => row.names.map((name) => ({ ...row, name })));

const units: Readonly<Record<string, number>> = { KiB: 1_024, MiB: 1_048_576, s: 1_000 };

/** All that a first number with its unit may stand for in a setting: bytes or MiB, milliseconds or a count. */
function readings(text: string): readonly number[] {
  const [, digits = '', unit = ''] = /^([\d,]+) ?(\w*)/.exec(text) ?? [];
  const number = Number(digits.replaceAll(',', ''));
  return [number, number * (units[unit] ?? 1)];
}

describe('the page of limits', () => {
  it('names every variable that bounds what may be used', () => {
    const named = new Set(withVariable.map(({ name }) => name));
    expect(Object.keys(budgets).filter((name) => !named.has(name))).toEqual([]);
  });

  it.each(withVariable)('gives $name its default at "$budget"', ({ name, standard }) => {
    const variable = variables.get(name);
    expect(variable, `${name} exists`).toBeDefined();
    const value = /^`(\d+)`$/.exec(variable?.default ?? '')?.[1];
    // Defaults that depend on something are told in words.
    if (value === undefined || /^\D/.test(standard)) return;
    expect(readings(standard)).toContain(Number(value));
  });
});
