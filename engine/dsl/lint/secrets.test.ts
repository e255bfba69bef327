import { describe, expect, it } from 'vitest';
import { loadDefinition } from '../../load-definition.ts';

const head = "document: { dsl: '1.0.3', namespace: test, name: t, version: 1.0.0 }\n";
const http = (more: string): string =>
  `do: [{ a: { call: http, with: { method: get, endpoint: 'https://api.example', ${more} } } }]`;

function found(text: string, id: string): string[] {
  const { findings } = loadDefinition(head + text, { keptSecrets: 'error' });
  return findings.filter((finding) => finding.id === id).map(({ path }) => path);
}

const jwt = `eyJ${'a'.repeat(20)}.eyJ${'b'.repeat(20)}.${'c'.repeat(20)}`;

describe('a secret in the text of a definition', () => {
  it.each([
    [
      'a header',
      http("headers: { Authorization: 'Bearer abcdefghijkl' }"),
      '/do/0/a/with/headers/Authorization',
    ],
    [
      'a header of its own',
      http("headers: { X-Api-Key: '12345' }"),
      '/do/0/a/with/headers/X-Api-Key',
    ],
    ['a body', http('body: { clientSecret: hunter2 }'), '/do/0/a/with/body/clientSecret'],
    ['a query', http("query: { access_token: 'abc' }"), '/do/0/a/with/query/access_token'],
    [
      'an authentication',
      "use: { authentications: { x: { bearer: { token: 'abc' } } } }\ndo: [{ a: { set: { x: 1 } } }]",
      '/use/authentications/x/bearer/token',
    ],
    ['a value by its form', `do: [{ a: { set: { note: '${jwt}' } } }]`, '/do/0/a/set/note'],
    [
      'an expression',
      `do: [{ a: { set: { note: '\${ "ghp_${'a'.repeat(36)}" }' } } }]`,
      '/do/0/a/set/note',
    ],
    [
      'an address',
      "do: [{ a: { set: { note: 'https://me:hunter2@db.example/' } } }]",
      '/do/0/a/set/note',
    ],
    [
      'a private key',
      "do: [{ a: { set: { note: '-----BEGIN PRIVATE KEY----- x' } } }]",
      '/do/0/a/set/note',
    ],
  ])('is found in %s', (_, text, path) => {
    expect(found(text, 'secret/written')).toEqual([path]);
    const { findings } = loadDefinition(head + text);
    expect(findings.find(({ id }) => id === 'secret/written')).toMatchObject({
      severity: 'warning',
    });
    expect(JSON.stringify(findings)).not.toMatch(/hunter2|abcdefghijkl|ghp_a/);
  });

  it.each([
    http('headers: { Authorization: \'${ "Bearer " + $secrets.key }\', Accept: text/plain }'),
    "input: { schema: { document: { properties: { password: { type: string, default: '' } } } } }\ndo: [{ a: { set: { x: 1 } } }]",
    "do: [{ a: { set: { tokens: 7, tokenCount: '12', secretary: Ada } } }]",
  ])('is not seen where there is none: %s', (text) => {
    expect(found(`use: { secrets: [key] }\n${text}`, 'secret/written')).toEqual([]);
  });
});

describe('a secret that is read', () => {
  it.each([
    ["headers: { X-Key: '${ $secrets.key }' }"],
    ["body: { key: '${ $secrets.key }' }"],
    ["query: { key: '${ $secrets.key }' }"],
  ])('may stand in a call: %s', (more) => {
    expect(found(`use: { secrets: [key] }\n${http(more)}`, 'secret/place')).toEqual([]);
  });

  it('may not stand where its value is kept', () => {
    const text =
      "use: { secrets: [key] }\noutput: { as: '${ $secrets.key }' }\ndo: [{ a: { set: { x: '${ $secrets.key }' } } }]";
    expect(found(text, 'secret/place')).toEqual(['/output/as', '/do/0/a/set/x']);
  });
});
