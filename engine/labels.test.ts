import { describe, expect, it } from 'vitest';

import type { JsonValue } from '../kernel/json.ts';
import { checkDefinition } from './load-definition.ts';

const lint = (labels: JsonValue) =>
  checkDefinition(
    JSON.stringify({
      document: {
        ...{ dsl: '1.0.3', namespace: 'tests', name: 'labelled', version: '1.0.0' },
        metadata: { labels },
      },
      do: [{ mark: { set: { is: true } } }],
    }),
  ).findings.map(({ id, path }) => ({ id, path }));

const many = Object.fromEntries(Array.from({ length: 17 }, (_, n) => [`l${String(n)}`, 'x']));

describe('labels of a definition', () => {
  it('are texts by names', () => {
    expect(lint({ team: 'finance', 'cost.centre': 'Köln 4', a_b: '1' })).toEqual([]);
    expect(lint({})).toEqual([]);
  });

  it.each<[string, JsonValue, string]>([
    ['a list', ['finance'], '/document/metadata/labels'],
    ['a text', 'finance', '/document/metadata/labels'],
    ['null', null, '/document/metadata/labels'],
    ['too many', many, '/document/metadata/labels'],
    ['a number', { team: 1 }, '/document/metadata/labels/team'],
    ['empty', { team: '' }, '/document/metadata/labels/team'],
    ['too long', { team: 'x'.repeat(64) }, '/document/metadata/labels/team'],
    ['of two lines', { team: 'a\nb' }, '/document/metadata/labels/team'],
    ['read from an input', { team: '${ .team }' }, '/document/metadata/labels/team'],
    ['by a name in capitals', { Team: 'x' }, '/document/metadata/labels/Team'],
  ])('are none where they are %s', (_, labels, path) => {
    expect(lint(labels)).toEqual([{ id: 'labels/invalid', path }]);
  });
});
