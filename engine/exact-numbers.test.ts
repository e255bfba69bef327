import { describe, expect, it } from 'vitest';
import { parseJson, type JsonValue } from '../kernel/json.ts';
import { compileJq } from './jq/compile.ts';
import { outputOf, runJob } from './testing/run-job.ts';
import { scriptedHost } from './testing/scripted-host.ts';
import { renderTemplate } from './render/render.ts';

const long = '12345678901234567890';
const fine = '3.14159265358979323846264338327950288';

/** What a program gives, as text. */
function jq(program: string, input: string): string {
  return compileJq(program)
    .run(parseJson(input))
    .map((value) => JSON.stringify(value))
    .join('\n');
}

describe('numbers in expressions', () => {
  it.each([
    ['.', long, long],
    ['.a.b[0]', `{"a":{"b":[${fine}]}}`, fine],
    ['{b: .a}', `{"a":-${long}}`, `{"b":-${long}}`],
    ['[.[] | select(. > 1)]', `[1,${long}]`, `[${long}]`],
    ['tojson', `[${long},${fine}]`, `"[${long},${fine}]"`],
    ['tostring', fine, `"${fine}"`],
    ['"id-\\(.)"', long, `"id-${long}"`],
    ['@csv', `[${long}]`, `"${long}"`],
    ['@text', long, `"${long}"`],
    ['@uri', long, `"${long}"`],
    ['@sh', long, `"${long}"`],
    ['join("-")', `[${long},1]`, `"${long}-1"`],
    ['tonumber', `"${long}"`, long],
    ['fromjson', `"{\\"a\\":${long}}"`, `{"a":${long}}`],
    [long, 'null', long],
    ['-.', long, `-${long}`],
    ['abs', `-${long}`, long],
    ['type', long, '"number"'],
    ['numbers', long, long],
    ['length, abs', `-${long}`, `${long}\n${long}`],
    ['map(scalars)', `[${long}]`, `[${long}]`],
    ['iterables', long, ''],
    ['to_entries[0].value', `{"a":${long}}`, long],
    ['.a |= .', `{"a":${long}}`, `{"a":${long}}`],
    ['.b = .a', `{"a":${long}}`, `{"a":${long},"b":${long}}`],
    ['[paths]', `{"a":${long}}`, '[["a"]]'],
    ['[.. | numbers]', `{"a":[${long}]}`, `[${long}]`],
    ['walk(.)', `[${long}]`, `[${long}]`],
    ['[tostream]', `[${long}]`, `[[[0],${long}],[[0]]]`],
    ['[limit(2; .[])]', `[${long},${fine},1]`, `[${long},${fine}]`],
  ])('%s keeps the digits', (program, input, output) => {
    expect(jq(program, input)).toBe(output);
  });

  it.each([
    ['.[0] == .[1]', '[12345678901234567890,12345678901234567891]', 'false'],
    ['.[0] < .[1]', '[12345678901234567890,12345678901234567891]', 'true'],
    ['.[0] == .[1]', '[9007199254740993,9007199254740992]', 'false'],
    ['.[0] == .[1]', '[10000000000000000000000,1e22]', 'true'],
    ['.[0] == .[1]', '[0.10000000000000000001,0.1]', 'false'],
    ['.[0] > .[1]', '[0.10000000000000000001,0.1]', 'true'],
    ['sort', '[9007199254740995,9007199254740993,1]', '[1,9007199254740993,9007199254740995]'],
    [
      'unique',
      '[9007199254740993,9007199254740992,9007199254740993]',
      '[9007199254740992,9007199254740993]',
    ],
    ['max', '[9007199254740993,9007199254740992]', '9007199254740993'],
    ['group_by(.) | length', '[9007199254740993,9007199254740992]', '2'],
    ['index(9007199254740993)', '[9007199254740992,9007199254740993]', '1'],
    ['contains([9007199254740993])', '[9007199254740992]', 'false'],
    ['. - [9007199254740993]', '[9007199254740992,9007199254740993]', '[9007199254740992]'],
    ['13911860366432393 == 13911860366432392', 'null', 'false'],
  ])('%s of %s is %s', (program, input, output) => {
    expect(jq(program, input)).toBe(output);
  });

  it.each([
    ['. + 0', long, '12345678901234567000'],
    ['. * 1', long, '12345678901234567000'],
    ['. - 1', long, '12345678901234567000'],
    ['1 - .', long, '-12345678901234567000'],
    ['. / 10', long, '1234567890123456800'],
    ['. % 7', '9007199254740993', '4'],
    ['add', `[${long},1]`, '12345678901234567000'],
    ['floor', fine, '3'],
    ['sqrt', '100000000000000000001', '10000000000'],
    ['isnormal', long, 'true'],
    ['[range(3)][.]', '1.00000000000000000001', '1'],
    ['have_decnum', 'null', 'true'],
  ])('%s of %s calculates with doubles', (program, input, output) => {
    expect(jq(program, input)).toBe(output);
  });

  it('clamps what is out of range as jq does', () => {
    expect(jq('fromjson', '"1e1000"')).toBe('1.7976931348623157e+308');
    expect(jq('"1e1000" | tonumber', 'null')).toBe('1.7976931348623157e+308');
  });

  it('does not take an exact number for an object', () => {
    expect(() => jq('.text', long)).toThrow('Cannot index number with string ("text")');
    expect(() => jq('keys', long)).toThrow('has no keys');
    expect(jq('[.[]?]', long)).toBe('[]');
  });
});

describe('numbers on their way through a job', () => {
  const input = parseJson(`{"id":${long},"price":${fine},"rows":[{"n":9007199254740993}]}`);
  const text = (value: JsonValue) => JSON.stringify(value);

  it('keeps them through set, export, for and output', async () => {
    const source = `
do:
  - keep: {set: {id: '\${ .id }', price: '\${ .price }', rows: '\${ .rows }', fixed: 98765432109876543210}, export: {as: '{kept: .}'}}
  - each:
      for: {each: row, in: .rows}
      do:
        - one: {set: {n: '\${ $row.n }', same: '\${ $context.kept.id }'}}
output: {as: '{last: ., id: $context.kept.id, price: $context.kept.price, fixed: $context.kept.fixed}'}`;
    expect(text(await outputOf(source, { input }))).toBe(
      `{"last":{"n":9007199254740993,"same":${long}},"id":${long},"price":${fine},"fixed":98765432109876543210}`,
    );
  });

  it('keeps them in URLs, queries, bodies and the answers of calls', async () => {
    const host = scriptedHost({
      call: () => ({
        request: { method: 'post', uri: 'https://example.com', headers: {} },
        statusCode: 200,
        headers: { 'content-type': 'application/json' },
        bodyBase64: Buffer.from(`{"id":${long}1}`).toString('base64'),
      }),
    });
    const source = `
do:
  - send:
      call: http
      with:
        method: post
        endpoint: https://example.com/orders/{id}
        query: {price: '\${ .price }'}
        body: {order: '\${ .id }'}
  - again: {set: {seen: '\${ .id }'}}`;
    const report = await runJob(source, { input, host });
    expect(text((report.outcome as { output: JsonValue }).output)).toBe(`{"seen":${long}1}`);
    const sent = JSON.stringify(host.calls);
    expect(sent).toContain(`/orders/${long}?price=${fine}`);
    expect(sent).toContain(`{\\"order\\":${long}}`);
    expect(JSON.stringify(report.journal)).toContain(`{"id":${long}1}`);
  });

  it('refuses by name what a call answers and nothing can work with', async () => {
    const host = scriptedHost({
      call: () => ({
        request: { method: 'get', uri: 'https://example.com', headers: {} },
        statusCode: 200,
        headers: { 'content-type': 'application/json' },
        bodyBase64: Buffer.from('{"rows":[{"n":1e400}]}').toString('base64'),
      }),
    });
    const source = `
do:
  - ask:
      try: [{send: {call: http, with: {method: get, endpoint: https://example.com}}}]
      catch: {as: problem, do: [{tell: {set: {detail: '\${ $problem.detail }'}}}]}`;
    expect(await outputOf(source, { host })).toEqual({
      detail: 'the number 1e400 at rows.0.n is out of range',
    });
  });

  it('keeps them in templates', () => {
    const data = { output: input };
    expect(renderTemplate('{{ output.id }} {{ output.price }}', 'text', { data })).toBe(
      `${long} ${fine}`,
    );
    expect(renderTemplate('{{ output.id }}', 'html', { data })).toBe(long);
    expect(renderTemplate('{{ output.id }}', 'csv', { data })).toBe(long);
    expect(renderTemplate('{{ output.id }}', 'json', { data })).toBe(long);
    expect(renderTemplate('{{ output | json }}', 'text', { data })).toContain(long);
  });
});
