import { describe, expect, it } from 'vitest';

import { parseOutsideJson } from '../../kernel/json.ts';
import { serialise } from './body.ts';

const form = 'application/x-www-form-urlencoded';

describe('the body of a request', () => {
  it.each([
    [{ grant_type: 'client credentials', n: 19.99 }, 'grant_type=client+credentials&n=19.99'],
    [{ tag: ['a', 'b'], none: null, empty: '' }, 'tag=a&tag=b&empty='],
    [{ 'a&b=': 'ü&=', on: true }, 'a%26b%3D=%C3%BC%26%3D&on=true'],
    [parseOutsideJson('{"id":12345678901234567890}'), 'id=12345678901234567890'],
    [{}, ''],
    ['a=1', 'a=1'],
  ])('is the form of %j where its type says so', (value, text) => {
    expect(serialise(value, `${form}; charset=utf-8`)).toEqual({ text });
    expect(serialise(value, form.toUpperCase())).toEqual({ text });
  });

  it.each([
    [{ a: { b: 1 } }, form, 'the field "a" of a form has to be'],
    [{ a: [[1]] }, form, 'the field "a" of a form has to be'],
    [['a'], form, 'a form is made from an object'],
    [{ a: 1 }, 'multipart/form-data', 'a body of type multipart/form-data has to be a text'],
    [{ a: 1 }, 'application/soap+xml; charset=utf-8', 'application/soap+xml has to be a text'],
  ])('is refused for %j as %s', (value, type, detail) => {
    expect(() => serialise(value, type)).toThrow(detail);
  });

  it.each([undefined, 'application/json', 'application/merge-patch+json', 'text/plain'])(
    'is JSON for what is no text with the type %s',
    (type) => {
      expect(serialise({ a: 1 }, type)).toEqual({
        text: '{"a":1}',
        contentType: 'application/json',
      });
      expect(serialise(null, type)).toBeUndefined();
    },
  );
});
