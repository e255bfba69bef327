import { describe, expect, it } from 'vitest';
import { parseJson } from '../kernel/json.ts';
import { compileSchema, SchemaError } from './schema.ts';

/** The messages for a value, both given as JSON text. */
function faults(schema: string, value: string): string[] {
  return compileSchema(parseJson(schema))(parseJson(value)).map(
    ({ path, message }) => `${path} ${message}`,
  );
}

describe('a step', () => {
  it.each([
    '19.99',
    '4.35',
    '0.07',
    '1.13',
    '0',
    '-4.35',
    '10',
    '1e2',
    '12345678901234567.89',
    '1e300',
  ])('of a cent fits %s', (value) => {
    expect(faults('{"multipleOf":0.01}', value)).toEqual([]);
  });

  it.each(['19.995', '0.001', '1e-3', '0.1000000000000000001', '12345678901234567.891'])(
    'of a cent does not fit %s',
    (value) => {
      expect(faults('{"multipleOf":0.01}', value)).toEqual([' must be multiple of 0.01']);
    },
  );

  it.each([
    ['0.05', '1.15', true],
    ['0.05', '1.16', false],
    ['0.1', '0.3', true],
    ['1e-8', '12391239123', true],
    ['0.123456789', '1e308', false],
    ['0.0001', '0.0075', true],
    ['0.0001', '0.00751', false],
    ['3', '9007199254740993', true],
    ['2', '9007199254740993', false],
    ['12345678901234567890', '24691357802469135780', true],
    ['12345678901234567890', '24691357802469135781', false],
  ])('of %s and %s: %s', (step, value, fits) => {
    expect(faults(`{"multipleOf":${step}}`, value)).toHaveLength(fits ? 0 : 1);
  });
});

describe('limits', () => {
  it.each([
    ['minimum', '9007199254740993', '9007199254740992', false],
    ['minimum', '9007199254740993', '9007199254740993', true],
    ['maximum', '9007199254740992', '9007199254740993', false],
    ['exclusiveMinimum', '12345678901234567890', '12345678901234567890', false],
    ['exclusiveMinimum', '12345678901234567890', '12345678901234567891', true],
    ['exclusiveMaximum', '0.1', '0.09999999999999999999', true],
    ['exclusiveMaximum', '0.1', '0.10000000000000000001', false],
    ['maximum', '0.1', '0.10000000000000000001', false],
    ['maximum', '5', '4.5', true],
    ['minimum', '5', '4.5', false],
  ])('%s %s for %s: %s', (...[keyword, limit, value, fits]) => {
    expect(faults(`{"${keyword}":${limit}}`, value)).toHaveLength(fits ? 0 : 1);
  });

  it('are told in their own digits, with the place', () => {
    const schema = '{"properties":{"a/b":{"items":{"maximum":12345678901234567890}}}}';
    expect(faults(schema, '{"a/b":[1,12345678901234567891]}')).toEqual([
      '/a~1b/1 must be <= 12345678901234567890',
    ]);
  });
});

describe('equality', () => {
  it.each([
    ['{"const":12345678901234567890}', '12345678901234567890', true],
    ['{"const":12345678901234567890}', '12345678901234567891', false],
    ['{"const":1}', '1.0', true],
    ['{"const":1}', '1.00000000000000000001', false],
    ['{"const":10000000000000000000000}', '1e22', true],
    ['{"const":{"a":[0.1]}}', '{"a":[0.10]}', true],
    ['{"const":{"a":[0.1]}}', '{"a":[0.10000000000000000001]}', false],
    ['{"const":{"a":1,"b":2}}', '{"b":2,"a":1}', true],
    ['{"const":false}', '0', false],
    ['{"const":"1"}', '1', false],
    ['{"const":-0}', '0', true],
    ['{"const":null}', 'null', true],
    ['{"enum":[1,12345678901234567890]}', '12345678901234567890', true],
    ['{"enum":[1,12345678901234567890]}', '12345678901234567000', false],
    ['{"uniqueItems":true}', '[12345678901234567890,12345678901234567891]', true],
    ['{"uniqueItems":true}', '[12345678901234567890,12345678901234567890]', false],
    ['{"uniqueItems":true}', '[1.5000000000000000000010,1.500000000000000000001]', false],
    ['{"uniqueItems":true}', '[10000000000000000000000,1e22]', false],
  ])('%s of %s: %s', (schema, value, fits) => {
    expect(faults(schema, value)).toHaveLength(fits ? 0 : 1);
  });

  it('names what is allowed', () => {
    expect(faults('{"enum":["a",12345678901234567890]}', '2')).toEqual([
      ' must be equal to one of the allowed values: ["a",12345678901234567890]',
    ]);
  });
});

describe('types', () => {
  it.each([
    ['integer', '12345678901234567890', true],
    ['integer', '9007199254740993.5', false],
    ['integer', '1.00000000000000000001', false],
    ['integer', '12345678901234567890.0', true],
    ['number', '0.12345678901234567890123', true],
    ['object', '12345678901234567890', false],
    ['string', '12345678901234567890', false],
    ['array', '12345678901234567890', false],
  ])('%s for %s: %s', (type, value, fits) => {
    expect(faults(`{"type":"${type}"}`, value)).toHaveLength(fits ? 0 : 1);
    const within = `{"properties":{"a":{"type":"${type}"}}}`;
    expect(faults(within, `{"a":${value}}`)).toHaveLength(fits ? 0 : 1);
  });

  it('are asked of schemas as well', () => {
    expect(() => compileSchema(parseJson('{"minimum":12345678901234567890}'))).not.toThrow();
    expect(() => compileSchema(parseJson('{"minLength":"a"}'))).toThrow(SchemaError);
  });
});
