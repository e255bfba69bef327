import { describe, expect, it } from 'vitest';
import type { JsonValue } from '../../kernel/json.ts';
import { renderTemplate } from './render.ts';

function render(template: string, v: JsonValue = null): string {
  return renderTemplate(template, 'text', { data: { v } });
}

describe('numbers in templates', () => {
  it.each<[string, JsonValue, string]>([
    ['times: 2', '12.5', '25'],
    ['times: 2', 1_234.5, '2469'],
    ['plus: "1"', ' 2 ', '3'],
    ['minus: 1', null, '-1'],
    ['divided_by: 4', 10, '2.5'],
    ['divided_by: 4, true', 10, '2'],
    ['modulo: 3', -1, '2'],
    ['round: 2', 1.005, '1.01'],
    ['round', -2.5, '-3'],
    ['round: 2', 1e21, '1e+21'],
    ['at_least: 5', 3, '5'],
    ['at_most: 5', '7', '5'],
    ['abs', '-7.5', '7.5'],
    ['ceil', 1.2, '2'],
    ['floor', '-1.2', '-2'],
    ['sum', [1, '2', 3.5], '6.5'],
    ['sum: "a.b"', [{ a: { b: 1 } }, { a: { b: 2 } }, {}], '3'],
  ])('%s of %j', (filter, value, expected) => {
    expect(render(`{{ v | ${filter} }}`, value)).toBe(expected);
  });

  it.each<[string, JsonValue]>([
    ['times: 2', '1,234.50'],
    ['plus: 1', 'abc'],
    ['plus: "x"', 1],
    ['minus: 1', ''],
    ['round', '12 EUR'],
    ['abs', [1]],
    ['abs', { a: 1 }],
    ['ceil', '0x10'],
    ['floor', 'Infinity'],
    ['sum', [1, '1,234.50']],
    ['sum: "a"', [{ a: 'x' }]],
  ])('%s of %j is an error and not 0', (filter, value) => {
    expect(() => render(`a\n{{ v | ${filter} }}`, value)).toThrow(
      /takes numbers, and .* is none, line:2/,
    );
  });

  it('end no computation in what is no number', () => {
    expect(() => render('{{ 1 | divided_by: 0 }}')).toThrow(/divided_by of 1 and 0 is no number/);
    expect(() => render('{{ 1 | modulo: 0 }}')).toThrow(/is no number/);
    expect(() => render('{{ v | times: v }}', 1e308)).toThrow(/is no number/);
  });
});
