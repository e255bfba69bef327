import { describe, expect, it } from 'vitest';
import { loadDefinition } from '../../load-definition.ts';

const source = (model: string): string =>
  `document: { dsl: '1.0.3', namespace: test, name: t, version: 1.0.0 }
do: [{ ask: { call: mcp, with: { method: tools/list, ${model} } } }]`;

const findingsOf = (model: string, mcpServers?: readonly string[] | 'any') =>
  loadDefinition(source(model), { allow: mcpServers === undefined ? {} : { mcpServers } }).findings;

describe('call: mcp of a program', () => {
  it('is taken where the operator has one of the name', () => {
    expect(findingsOf('transport: { stdio: { command: notes } }', ['notes'])).toEqual([]);
    expect(findingsOf('transport: { stdio: { command: notes } }', 'any')).toEqual([]);
  });

  it.each([
    ['another name', "{ command: 'sh' }", '/command', ['notes'], /there are: notes/],
    ['none set up', '{ command: notes }', '/command', undefined, /has set up none/],
    ['an expression', "{ command: '${ .program }' }", '/command', 'any', /no server/],
    ['arguments', '{ command: notes, arguments: [a] }', '/arguments', ['notes'], /the operator's/],
    ['variables', '{ command: notes, environment: { A: b } }', '/environment', ['notes'], /the op/],
  ] as const)('is refused with %s, at its place', (...[, stdio, place, servers, words]) => {
    expect(findingsOf(`transport: { stdio: ${stdio} }`, servers)).toMatchObject([
      {
        path: `/do/0/ask/with/transport/stdio${place}`,
        id: 'unsupported/call',
        message: expect.stringMatching(words) as string,
      },
    ]);
  });

  it('has a timeout that is a duration', () => {
    const http = "transport: { http: { endpoint: 'https://tools.example/mcp' } }";
    expect(findingsOf(`${http}, timeout: { seconds: 3 }`)).toEqual([]);
    expect(findingsOf(`${http}, timeout: P99999Y`)).toMatchObject([
      { path: '/do/0/ask/with/timeout' },
    ]);
  });
});
