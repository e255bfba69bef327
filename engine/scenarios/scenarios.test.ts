import { describe, expect, it } from 'vitest';
import { definitionOf } from '../testing/run-job.ts';
import { coverageOf } from './coverage.ts';
import { judge, type Miss } from './judge.ts';
import { playScenario, type Played } from './run-scenario.ts';
import { readScenarios, scenariosOf } from './scenario-document.ts';

/** Plays the only scenario of a text. */
async function play(source: string, scenario: string): Promise<Played & { misses: Miss[] }> {
  const { file, findings } = readScenarios(`scenarios:\n  - name: it\n${indented(scenario)}`);
  if (file === undefined) throw new Error(JSON.stringify(findings));
  const [only] = scenariosOf(file);
  if (only === undefined) throw new Error('there is no scenario');
  const played = await playScenario(definitionOf(source), only);
  return { ...played, misses: judge(only.expect, played) };
}

function indented(text: string): string {
  return text
    .trim()
    .split('\n')
    .map((line) => `    ${line}`)
    .join('\n');
}

/** What a scenario missed, as text. */
async function missesOf(source: string, scenario: string): Promise<string[]> {
  const { misses } = await play(source, scenario);
  return misses.map(({ path, message }) => `${path} ${message}`.trim());
}

const look = `
do:
  - look: { call: integration, with: { integration: shop, operation: find, arguments: { id: '\${ .id }' } } }
`;

describe('what the outside answers', () => {
  it('is the first answer that fits and is not used up', async () => {
    const source = `
do:
  - first: { call: integration, with: { integration: shop, operation: find, arguments: { id: 1 } }, export: { as: '{a: .}' } }
  - second: { call: integration, with: { integration: shop, operation: find, arguments: { id: 1 } }, export: { as: '$context + {b: .}' } }
  - third: { call: integration, with: { integration: shop, operation: find, arguments: { id: 2 } } }
  - all: { set: { all: '\${ [$context.a, $context.b, .] }' } }
`;
    const scenario = `
calls:
  - { integration: shop.find, with: { id: 2 }, returns: two }
  - { integration: shop.find, returns: once, times: 1 }
  - { integration: 'shop.*', returns: later }
expect: { output: { all: [once, later, two] } }
`;
    expect(await missesOf(source, scenario)).toEqual([]);
  });

  it('is missed by name, with what to add, and ends the scenario', async () => {
    const [miss] = await missesOf(look, 'input: { id: 7 }');
    expect(miss).toBe(
      'nothing answers integration shop.find of /do/0/look, called with {"id":7}; add one: calls: [{integration: shop.find, returns: …}]',
    );
    const [used] = await missesOf(
      look,
      'input: { id: 7 }\ncalls: [{ integration: shop.find, with: { id: 8 }, returns: 1 }]',
    );
    expect(used).toContain('none of its answers fits, or they are used up: integration shop.find');
  });

  it('may be an error that the definition catches, by its standard name or a type of its own', async () => {
    const source = `
do:
  - attempt:
      try:
        - look: { call: integration, with: { integration: shop, operation: find } }
      catch:
        as: problem
        do:
          - tell: { set: { status: '\${ $problem.status }', type: '\${ $problem.type | split("/") | last }' } }
`;
    expect(
      await missesOf(
        source,
        'calls: [{ integration: shop.find, fails: { error: timeout } }]\nexpect: { output: { status: 408, type: timeout } }',
      ),
    ).toEqual([]);
    expect(
      await missesOf(
        source,
        'calls: [{ integration: shop.find, status: 404, returns: { reason: gone } }]\nexpect: { output: { status: 404, type: communication } }',
      ),
    ).toEqual([]);
    expect(
      await missesOf(
        source,
        'calls: [{ integration: shop.find, fails: { error: https://example.com/errors/shut, status: 423 } }]\nexpect: { output: { status: 423, type: shut } }',
      ),
    ).toEqual([]);
  });

  it('is what a server answers to calls of HTTP, body, status and headers', async () => {
    const source = `
do:
  - send:
      call: http
      with:
        method: post
        endpoint: https://api.example.com/orders/7
        body: { sku: A, amount: 12345678901234567890 }
        output: response
  - seen: { set: { code: '\${ .statusCode }', tag: '\${ .headers.etag }', id: '\${ .content.id }' } }
`;
    const scenario = `
calls:
  - http: POST https://api.example.com/orders/*
    with: { body: { amount: 12345678901234567890 } }
    status: 201
    headers: { ETag: '"7"' }
    returns: { id: 98765432109876543210 }
expect:
  output: { code: 201, tag: '"7"', id: 98765432109876543210 }
  calls:
    - { http: POST https://api.example.com/orders/7, with: { body: { sku: A } }, times: 1 }
    - { http: GET *, times: 0 }
`;
    expect(await missesOf(source, scenario)).toEqual([]);
  });

  it('is what other workflows and processes come to', async () => {
    const source = `
do:
  - child: { run: { workflow: { namespace: shop, name: pack, version: latest, input: { id: 1 } } }, export: { as: '{child: .}' } }
  - process: { run: { shell: { command: 'date' } } }
  - both: { set: { child: '\${ $context.child }', process: '\${ . }' } }
`;
    const scenario = `
calls:
  - { workflow: shop/pack, with: { id: 1 }, returns: packed, after: PT1H }
  - { process: shell, returns: { code: 0, stdout: monday, stderr: '' } }
expect: { output: { child: packed, process: monday }, elapsed: PT1H }
`;
    const { file } = readScenarios(`scenarios:\n  - name: it\n${indented(scenario)}`);
    const [only] = scenariosOf(file ?? { scenarios: [], calls: [], secrets: {} });
    if (only === undefined) throw new Error('unreadable');
    const definition = definitionOf(source, { allow: { shell: true } });
    expect(judge(only.expect, await playScenario(definition, only))).toEqual([]);
  });
});

describe('time', () => {
  it('jumps to what is due next, through waits, retries, timeouts and slow answers', async () => {
    const source = `
do:
  - rest: { wait: P30D }
  - attempt:
      try:
        - slow:
            call: integration
            with: { integration: shop, operation: find }
            timeout: { after: PT10S }
      catch:
        errors: { with: { status: 408 } }
        retry: { delay: PT1M, backoff: { exponential: {} }, limit: { attempt: { count: 3 } } }
`;
    const scenario = `
at: 2026-02-28T12:00:00Z
calls:
  - { integration: shop.find, after: PT1H, returns: late, times: 2 }
  - { integration: shop.find, after: PT5S, returns: in time }
expect: { output: in time, elapsed: P30DT3M25S }
`;
    expect(await missesOf(source, scenario)).toEqual([]);
  });

  it('passes for all branches at once', async () => {
    const branches = Array.from(
      { length: 50 },
      (_, index) => `          - b${String(index)}: { wait: PT${String(50 - index)}M }`,
    );
    const source = `do:\n  - all:\n      fork:\n        branches:\n${branches.join('\n')}\n  - done: { set: { ok: true } }\n`;
    expect(await missesOf(source, 'expect: { output: { ok: true }, elapsed: PT50M }')).toEqual([]);
  });

  it('is the same however often a scenario is played', async () => {
    const source = `
do:
  - race:
      fork:
        compete: true
        branches:
          - one: { call: integration, with: { integration: a, operation: one } }
          - two: { listen: { to: { one: { with: { type: go } } } } }
          - three: { wait: PT5S }
`;
    const scenario = `
calls: [{ integration: a.one, after: PT4S, returns: 1 }]
events: [{ type: go, after: PT3S, data: 2 }]
expect: { output: [2], elapsed: PT3S }
`;
    const played = await Promise.all(Array.from({ length: 20 }, () => missesOf(source, scenario)));
    expect(played.flat()).toEqual([]);
  });

  it('does not pass for a procedure that waits for what never comes, which is said', async () => {
    const source = `do:\n  - await: { listen: { to: { one: { with: { type: never } } } } }\n`;
    expect(await missesOf(source, 'events: [{ type: other }]')).toEqual([
      '/state expected completed, but it waits for ever: for an event at /do/0/await (send it under events:)',
    ]);
    expect(await missesOf(source, 'expect: { state: waiting }')).toEqual([]);
    const approval = `do:\n  - ask: { call: approval, with: { title: Pay it } }\n`;
    expect(await missesOf(approval, 'approvals: [{ task: other, decision: approved }]')).toEqual([
      '/state expected completed, but it waits for ever: for the approval "Pay it" at /do/0/ask (answer it under approvals:)',
    ]);
  });
});

describe('what is expected', () => {
  const set = `do:\n  - done: { set: { a: 1, b: [1, 2], long: 12345678901234567890 } }\n`;

  it('is compared exactly, or only in what is named; numbers by value', async () => {
    expect(
      await missesOf(set, 'expect: { output: { long: 12345678901234567890, b: [1, 2.0], a: 1 } }'),
    ).toEqual([]);
    expect(await missesOf(set, 'expect: { outputIncludes: { a: 1.00 } }')).toEqual([]);
    expect(
      await missesOf(set, 'expect: { output: { a: 2, b: [1], long: 12345678901234567891, c: 0 } }'),
    ).toEqual([
      '/output/a expected 2, but was 1',
      '/output/b/1 expected nothing, but was 2',
      '/output/long expected 12345678901234567891, but was 12345678901234567890',
      '/output/c expected 0, but was nothing',
    ]);
  });

  it('is an error by name and particulars', async () => {
    const source = `do:\n  - fail: { raise: { error: { type: https://example.com/no, status: 409, title: No } } }\n`;
    expect(
      await missesOf(source, 'expect: { error: { type: https://example.com/no, status: 409 } }'),
    ).toEqual([]);
    expect(await missesOf(source, 'expect: { error: { status: 410 } }')).toEqual([
      '/error/status expected 410, but was 409',
    ]);
    expect(await missesOf(source, '')).toEqual([
      '/state expected completed, but it faulted: No at /do/0/fail',
    ]);
  });

  it('tells of calls that were made otherwise', async () => {
    expect(
      await missesOf(
        look,
        `
input: { id: 7 }
calls: [{ integration: shop.find, returns: 1 }]
expect: { calls: [{ integration: shop.find, with: { id: 8 } }, { integration: shop.buy }] }`,
      ),
    ).toEqual([
      '/calls/0 expected at least one of integration shop.find with {"id":8}, but 0 were made; 1 of that name, the first with {"id":7}',
      '/calls/1 expected at least one of integration shop.buy, but 0 were made',
    ]);
  });

  it('tells of tasks that ran in another order, or should not have', async () => {
    const source = `do:\n  - one: { set: { a: 1 } }\n  - two: { set: { a: 2 } }\n`;
    expect(
      await missesOf(source, 'expect: { tasks: [two, one], neverTasks: [two, three] }'),
    ).toEqual(['/tasks/1 expected one to run then, but ran: one, two', '/neverTasks/0 two ran']);
  });
});

describe('a file of scenarios', () => {
  it('is refused with the place of each mistake', () => {
    const { findings } = readScenarios(`
scenarios:
  - name: it
    inputs: {}
    calls:
      - { returns: 1 }
      - { integration: a.b, http: GET x }
    events: [{ type: go, after: soon }]
`);
    expect(findings.map(({ line, message }) => `${String(line)} ${message}`)).toEqual([
      '6 names no call: give one of integration, http, grpc, mcp, asyncapi, resource, process, workflow',
      '7 names integration and http: give one of integration, http, grpc, mcp, asyncapi, resource, process, workflow',
      '8 is no duration of ISO 8601, e.g. PT30S',
      '3 Unrecognized key: "inputs"',
    ]);
  });

  it.each(['', '[]', 'scenarios: []', 'scenarios: [', 'scenarios: 7', '\0'])(
    'never throws for what it says: %j',
    (text) => {
      const { file, findings } = readScenarios(text);
      expect(file).toBeUndefined();
      expect(findings.length).toBeGreaterThan(0);
    },
  );
});

describe('coverage', () => {
  it('names tasks that never ran and cases that were never taken', async () => {
    const source = `
do:
  - pick:
      switch:
        - small: { when: .n < 10, then: low }
        - large: { when: .n >= 1000, then: high }
        - other: { then: exit }
  - low: { set: { low: true }, then: exit }
  - high: { set: { high: true } }
`;
    const played = await play(source, 'input: { n: 5 }');
    expect(coverageOf(definitionOf(source), [played])).toEqual({
      ...{ tasks: 3, ranTasks: 2, cases: 3, takenCases: 1 },
      never: ['/do/0/pick case large', '/do/0/pick case other', '/do/2/high'],
    });
    const more = await play(source, 'input: { n: 5000 }');
    expect(coverageOf(definitionOf(source), [played, more]).never).toEqual([
      '/do/0/pick case other',
    ]);
  });

  it.each([
    ['{ decision: approved }', '"Pay it" asks for data'],
    [
      '{ decision: approved, data: { amount: much } }',
      'data of "Pay it" does not fit: /amount must be number',
    ],
    ['{ decision: rejected, data: { amount: 1 } }', '"Pay it" asks for no data'],
  ])('nobody could decide like %s', async (decision, miss) => {
    const form = '{ type: object, properties: { amount: { type: number } } }';
    const source = `do:\n  - ask: { call: approval, with: { title: Pay it, form: ${form} } }\n`;
    expect(await missesOf(source, `approvals: [${decision}]`)).toEqual([miss]);
    const good = 'approvals: [{ decision: approved, data: { amount: 1 } }]';
    expect(await missesOf(source, good)).toEqual([]);
  });
});
