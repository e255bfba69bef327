import { describe, expect, it } from 'vitest';

import language from '../../../_generated/language.json' with { type: 'json' };
import { placeOf } from './place.ts';
import { keysAt, valuesAt } from './schema-walk.ts';

const placeIn = (text: string) => {
  const lines = text.split('\n');
  return placeOf(lines, lines.length - 1);
};
const keys = (text: string) => keysAt(language.schema, placeIn(text)).map(({ name }) => name);
const values = (text: string, key: string) =>
  valuesAt(language.schema, placeIn(text), key).map(({ name }) => name);

describe('what may stand at a place', () => {
  it('is what the schema has there: tasks, and of a task what goes with what is written', () => {
    expect(keys('doc')).toEqual(expect.arrayContaining(['document', 'do', 'input', 'schedule']));
    expect(keys('document:\n  n')).toEqual(
      expect.arrayContaining(['name', 'namespace', 'metadata']),
    );
    const task = 'do:\n  - ask:\n      ';
    expect(keys(task)).toEqual(expect.arrayContaining(['call', 'set', 'switch', 'try', 'if']));
    expect(keys(`${task}set: {}\n      i`)).toContain('if');
    expect(keys(`${task}set: {}\n      i`)).not.toContain('call');
  });

  it('is of a call what that call takes, own calls included', () => {
    const call = (name: string) => `do:\n  - ask:\n      call: ${name}\n      with:\n        x`;
    expect(keys(call('http'))).toEqual(expect.arrayContaining(['method', 'endpoint', 'body']));
    expect(keys(call('http'))).not.toContain('approvers');
    expect(keys(call('approval'))).toEqual(
      expect.arrayContaining(['title', 'approvers', 'quorum']),
    );
    expect(keys(call('integration'))).toEqual(expect.arrayContaining(['operation', 'arguments']));
    expect(keys(call('integration'))).not.toContain('method');
    expect(values('do:\n  - ask:\n      call: ', 'call')).toEqual(
      expect.arrayContaining(['http', 'openapi', 'approval', 'integration', 'agent', 'render']),
    );
  });

  it('says what a key is for, and knows the functions of expressions', () => {
    const [title] = keysAt(
      language.schema,
      placeIn('do:\n  - a:\n      call: approval\n      with:\n        t'),
    ).filter(({ name }) => name === 'title');
    expect(title?.about).toBe('What is asked, in one line.');
    expect(language.functions).toEqual(expect.arrayContaining(['map/1', 'to_entries/0', 'test/2']));
  });
});
