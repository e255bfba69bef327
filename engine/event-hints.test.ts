import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JsonObject, JsonValue } from '../kernel/json.ts';
import type { EventFilterModel, StrategyModel } from './dsl/document.ts';
import { hintsOf, isCandidate, matchesOf, matchIn } from './event-hints.ts';
import type { EventHint } from './host.ts';
import { beginConsumption, offerEvent, type Consumption, type EventReading } from './events.ts';
import { createExpressions } from './expressions.ts';
import type { CloudEvent } from './host.ts';
import { defaultLimits } from './limits.ts';

function readingOf(input: JsonValue, mode: 'strict' | 'loose' = 'strict'): EventReading {
  return {
    expressions: createExpressions({ mode, limits: defaultLimits }),
    input,
    scope: (dot) => ({ dot, variables: { input, secrets: { key: 'x' }, context: {} }, now: 0 }),
  };
}

function hintOf(
  filter: EventFilterModel,
  reading: EventReading,
  known: Partial<Consumption> = {},
): EventHint | undefined {
  const strategy = { one: filter };
  return hintsOf(strategy, { state: { ...beginConsumption(strategy), ...known }, reading })[0];
}

const reading = readingOf({ id: 'A-1', n: 7, flag: true, list: [1] });
const typed = { type: 'order.paid' };

describe('hints of a listener', () => {
  it('know constant attributes and constant fields of the data', () => {
    const filter = { with: { ...typed, data: { order: { id: 'A/1' }, 'a/b': 2, paid: true } } };
    expect(hintOf(filter, reading)).toEqual({
      type: 'order.paid',
      'data/order/id': 'A/1',
      'data/a~1b': '2',
      'data/paid': 'true',
    });
  });

  it.each([
    ['${ $input.id }', { subject: 'A-1' }],
    ['${ . == $input.id }', { subject: 'A-1' }],
    ['${ $input.n == . }', { subject: '7' }],
    ['${ $input.flag }', {}],
    ['${ $input.list }', {}],
    ['${ $input.absent }', {}],
    ['${ $secrets.key }', {}],
    ['${ $context.id }', {}],
    ['${ startswith("A") }', {}],
    ['A-.*', {}],
  ])('read %s in an attribute as %j', (pattern, expected) => {
    expect(hintOf({ with: { subject: pattern } }, reading)).toEqual(expected);
  });

  it('know a field of the data that is compared with the input', () => {
    const filter = { with: { ...typed, data: '${ .order.id == $input.id }' } };
    expect(hintOf(filter, reading)).toEqual({ ...typed, 'data/order/id': 'A-1' });
  });

  it('know what a correlation expects, and after the first event what it has met', () => {
    const expecting = {
      with: typed,
      correlate: { order: { from: '${ .data.id }', expect: '${ $input.id }' } },
    };
    expect(hintOf(expecting, reading)).toEqual({ ...typed, 'data/id': 'A-1' });
    const byInput = {
      with: typed,
      correlate: { order: { from: '${ .data.id }', expect: '${ .id + "!" }' } },
    };
    expect(hintOf(byInput, reading)).toEqual({ ...typed, 'data/id': 'A-1!' });
    const open = { with: typed, correlate: { order: { from: '.data.id' } } };
    expect(hintOf(open, reading)).toEqual(typed);
    expect(hintOf(open, reading, { keys: { order: 12 } })).toEqual({ ...typed, 'data/id': '12' });
  });

  it('take bare text that a correlation expects as a value only where it cannot be an expression', () => {
    const filter = { with: typed, correlate: { n: { from: '.data.n', expect: 'length' } } };
    expect(hintOf(filter, reading)).toEqual({ ...typed, 'data/n': 'length' });
    expect(hintOf(filter, readingOf({ a: 1 }, 'loose'))).toEqual({ ...typed, 'data/n': '1' });
  });

  it('leave out filters of all that have their event', () => {
    const strategy = { all: [{ with: { type: 'a' } }, { with: { type: 'b' } }] };
    const state = { ...beginConsumption(strategy), filled: [0] };
    expect(hintsOf(strategy, { state, reading })).toEqual([{ type: 'b' }]);
  });

  it('are keys that an event finds by the places they look at', () => {
    const [match] = matchesOf([{ 'data/id': '7', type: 'order.paid' }]);
    const event = { id: '1', source: '/s', type: 'order.paid', data: { id: 7 } };
    expect(matchIn(match?.shape ?? '', event)).toEqual(match);
    expect(matchIn(match?.shape ?? '', { ...event, data: {} })).toBeUndefined();
    expect(matchIn('[]', event)).toEqual(matchesOf([{}])[0]);
  });

  it('never miss an event that a filter matches', () => {
    const value = fc.constantFrom<JsonValue>('A-1', 'B', 7, '7', true, false, null);
    const pattern = fc.constantFrom<JsonValue>(
      'A-1',
      7,
      true,
      null,
      'A.*',
      '${ $input.id }',
      '${ . == $input.n }',
      '${ $input.flag }',
      '${ . != null }',
    );
    const correlation = fc.record(
      {
        from: fc.constantFrom('.data.id', '.subject', '.data.order.id'),
        expect: fc.constantFrom('A-1', '7', '${ $input.n }', '${ .subject }'),
      },
      { requiredKeys: ['from'] },
    );
    const filter = fc.record(
      {
        with: fc.record(
          {
            subject: pattern,
            data: fc.oneof(
              fc.record({ id: pattern, order: fc.record({ id: pattern }) }, { requiredKeys: [] }),
              fc.constant('${ .id == $input.id }'),
            ),
          },
          { requiredKeys: [] },
        ),
        correlate: fc.dictionary(fc.constantFrom('k', 'l'), correlation),
      },
      { requiredKeys: ['with'] },
    );
    const event = fc.record({
      subject: value,
      data: fc.record({ id: value, order: fc.record({ id: value }) }),
    });
    const strategies = fc.oneof(
      fc.record({ all: fc.array(filter, { minLength: 1, maxLength: 3 }) }),
      fc.record({
        any: fc.array(filter, { minLength: 1, maxLength: 3 }),
        until: fc.constant('false'),
      }),
    );
    fc.assert(
      fc.property(strategies, fc.array(event, { maxLength: 6 }), (strategy, events) => {
        expect(missed(strategy, events)).toEqual([]);
      }),
      { numRuns: 500 },
    );
  });
});

/** Events that the strategy consumes although neither the hints nor their keys knew of them. */
function missed(strategy: StrategyModel, attributes: readonly JsonObject[]): CloudEvent[] {
  let state = beginConsumption(strategy);
  return attributes.filter((more, index): more is CloudEvent => {
    const event = { id: String(index), source: '/s', type: 't', ...more };
    const hints = hintsOf(strategy, { state, reading });
    const keys = matchesOf(hints);
    const offered = offerEvent(strategy, state, { event, reading });
    state = offered.state;
    const isFound = keys.some((match) => matchIn(match.shape, event)?.key === match.key);
    return offered.isConsumed && !(isFound && isCandidate(hints, event));
  });
}
