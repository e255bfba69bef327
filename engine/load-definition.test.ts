import { describe, expect, it } from 'vitest';
import { loadDefinition } from './load-definition.ts';
import type { Finding } from './dsl/finding.ts';

const head = 'document: {dsl: 1.0.3, namespace: tests, name: test, version: 1.0.0}\n';

function findingsOf(body: string): readonly Finding[] {
  return loadDefinition(head + body).findings;
}

function ids(body: string): string[] {
  return findingsOf(body).map((finding) => finding.id);
}

const http = "call: http, with: { method: get, endpoint: 'https://example.com' }";
const attempt = (rest: string): string =>
  `do: [{ t: { try: [{ a: { ${http} } }], catch: { ${rest} } } }]`;

/** A definition, and the findings it has to have. */
const cases: Readonly<Record<string, readonly [body: string, ...ids: string[]]>> = {
  'unknown kind': ['do: [{ a: { nope: 1 } }]', 'structure/unknown-task'],
  'two kinds': ['do: [{ a: { set: { a: 1 }, wait: PT1S } }]', 'structure/two-kinds'],
  'unknown property': ['do: [{ a: { set: { a: 1 }, sett: 1 } }]', 'structure/unknown-property'],
  'missing property': [
    'do: [{ a: { call: http, with: { method: get } } }]',
    'structure/missing-property',
  ],
  'bad duration': ['do: [{ a: { wait: 5 seconds } }]', 'structure/form'],
  'negative duration': ['do: [{ a: { wait: { seconds: -1 } } }]', 'duration/invalid'],
  'duration beyond all calendars': ['do: [{ a: { wait: P99999999Y } }]', 'duration/invalid'],
  'schedule beyond all calendars': [
    'schedule: { every: { days: 1.0e+15 } }\ndo: [{ a: { set: { a: 1 } } }]',
    'duration/invalid',
  ],
  'task called by NUL': ['do: [{ "a\\0": { set: { a: 1 } } }]', 'source/unstorable'],
  'branch called by half a pair': [
    'do: [{ a: { fork: { branches: [{ "\\ud800": { set: { a: 1 } } }] } } }]',
    'source/unstorable',
  ],
  'version with NUL': [
    'do: [{ a: { run: { workflow: { namespace: a, name: b, version: "1\\0" } } } }]',
    'source/unstorable',
  ],
  'task called end': ['do: [{ end: { set: { a: 1 } } }]', 'name/reserved'],
  'duplicate names': ['do: [{ a: { set: { a: 1 } } }, { a: { set: { a: 1 } } }]', 'name/duplicate'],
  'then to nowhere': ['do: [{ a: { set: { a: 1 }, then: b } }]', 'then/unknown-target'],
  'then to another depth': [
    'do: [{ a: { do: [{ b: { set: { x: 1 }, then: c } }] } }, { c: { set: { x: 1 } } }]',
    'then/unknown-target',
  ],
  'case to nowhere': ['do: [{ a: { switch: [{ x: { then: b } }] } }]', 'then/unknown-target'],
  'catch to nowhere': [attempt('then: b'), 'then/unknown-target'],
  'jump between branches': [
    'do: [{ f: { fork: { branches: [{ a: { set: { x: 1 }, then: b } }, { b: { set: { x: 1 } } }] } } }]',
    'then/concurrent',
  ],
  'unreachable task': [
    'do: [{ a: { set: { x: 1 }, then: c } }, { b: { set: { x: 1 } } }, { c: { set: { x: 1 } } }]',
    'then/unreachable',
  ],
  'two defaults': [
    'do: [{ a: { switch: [{ x: { then: exit } }, { y: { then: end } }] } }]',
    'switch/defaults',
  ],
  'unknown retry': [attempt('retry: nope'), 'reference/retry'],
  'unknown error': ['do: [{ a: { raise: { error: nope } } }]', 'reference/error'],
  'unknown timeout': ['do: [{ a: { set: { x: 1 }, timeout: nope } }]', 'reference/timeout'],
  'unknown workflow timeout': ['timeout: nope\ndo: []', 'reference/timeout'],
  'unknown function': ['do: [{ a: { call: nope } }]', 'reference/function'],
  'unknown catalog': ["do: [{ a: { call: 'x:1.0.0@nope' } }]", 'reference/catalog'],
  'unknown authentication': [
    "do: [{ a: { call: http, with: { method: get, endpoint: { uri: 'https://x', authentication: { use: nope } } } } }]",
    'reference/authentication',
  ],
  'function cycle': [
    'use: { functions: { f: { do: [{ x: { call: g } }] }, g: { call: f } } }\ndo: []',
    'reference/function-cycle',
  ],
  'undeclared secret in jq': [
    "do: [{ a: { set: { x: '${ $secrets.token }' } } }]",
    'secret/undeclared',
  ],
  'undeclared secret in a policy': [
    "do: [{ a: { call: http, with: { method: get, endpoint: { uri: 'https://x', authentication: { basic: { use: login } } } } } }]",
    'secret/undeclared',
  ],
  'jq that does not compile': ["do: [{ a: { if: '.a ==', set: { x: 1 } } }]", 'expression/compile'],
  'variable where it is not bound': [
    "do: [{ a: { if: '$input.x', set: { x: '${ $output }' } } }]",
    'expression/compile',
    'expression/compile',
  ],
  'environment in jq': [
    "do: [{ a: { set: { x: '${ $ENV }', y: '${ env }', z: '${ input }' } } }]",
    'expression/compile',
    'expression/compile',
  ],
  'unclosed expression': ["do: [{ a: { set: { x: 'a ${ .b' } } }]", 'expression/unclosed'],
  'literal like an expression': [
    'do: [{ a: { set: { x: .customer } } }]',
    'expression/looks-unwrapped',
  ],
  'reserved variable': [
    'do: [{ a: { for: { each: task, in: .x }, do: [] } }]',
    'variable/reserved',
  ],
  'same variables': ['do: [{ a: { for: { each: x, at: x, in: .x }, do: [] } }]', 'variable/same'],
  'retry without limit': [attempt('retry: { delay: PT1S }'), 'retry/unlimited'],
  'jitter backwards': [
    attempt('retry: { limit: { attempt: { count: 1 } }, jitter: { from: PT2S, to: PT1S } }'),
    'retry/jitter',
  ],
  'negative count': [attempt('retry: { limit: { attempt: { count: -1 } } }'), 'retry/count'],
  'misspelled error type': [
    attempt(
      "errors: { with: { type: 'https://serverlessworkflow.io/spec/1.0.0/errors/timeouts' } }",
    ),
    'catch/unknown-type',
  ],
  'empty schedule': ['schedule: {}\ndo: []', 'schedule/empty'],
  'bad cron': ["schedule: { cron: '99 * * * *' }\ndo: []", 'schedule/cron'],
  'empty cron': ["schedule: { cron: '' }\ndo: []", 'schedule/cron'],
  'short cron': ["schedule: { cron: '5' }\ndo: []", 'schedule/cron'],
  'cron of Jenkins': ["schedule: { cron: 'H * * * *' }\ndo: []", 'schedule/cron'],
  'cron for 30 February': ["schedule: { cron: '0 0 30 2 *' }\ndo: []", 'schedule/never'],
  'interval by an expression': [
    "schedule: { every: '${ .pause }' }\ndo: []",
    'schedule/expression',
  ],
  'schedule for no event': ['schedule: { on: { all: [] } }\ndo: []', 'schedule/never'],
  'interval of nothing': ['schedule: { every: PT0S }\ndo: []', 'schedule/too-often'],
  'pause of nothing': ['schedule: { after: { seconds: 0 } }\ndo: []', 'schedule/too-often'],
  'emit without with': ['do: [{ a: { emit: { event: {} } } }]', 'emit/with'],
  'other language': ['evaluate: { language: python }\ndo: []', 'document/language'],
  'unknown root property': ['extra: 1\ndo: []', 'document/unknown-property'],
  'schema that does not compile': [
    'input: { schema: { document: { type: nope } } }\ndo: []',
    'schema/compile',
  ],
  'schema of another format': [
    'input: { schema: { format: avro, document: {} } }\ndo: []',
    'schema/format',
  ],
  'grant that needs a person': [
    "use: { authentications: { a: { oauth2: { authority: 'https://x', grant: authorization_code, client: { id: i } } } } }\ndo: []",
    'authentication/grant',
  ],
  'unsupported call': ['do: [{ a: { call: llm, with: { prompt: x } } }]', 'unsupported/call'],
  'shell without allowance': [
    'do: [{ a: { run: { shell: { command: ls } } } }]',
    'unsupported/run',
  ],
};

describe('a property that is missed', () => {
  it.each([
    ['doo: [{ a: { set: { x: 1 } } }]', 'Is it what "doo" should be?'],
    ['title: x', 'Add do.'],
    ['Do: []', 'Is it what "Do" should be?'],
  ])('is told with what may be meant by it: %s', (body, hint) => {
    expect(findingsOf(body)).toContainEqual(expect.objectContaining({ hint }));
  });
});

describe('findings', () => {
  it.each([
    ['name: My_Agent', 'a name has 1 to 63 letters'],
    ["version: '1.0'", 'a version is made of three numbers'],
  ])('say in words what %s should be', (line, message) => {
    const [name, version] = line.startsWith('name')
      ? [line, "version: '1.0.0'"]
      : ['name: mine', line];
    const text = `document: { dsl: '1.0.3', namespace: t, ${name}, ${version} }\ndo: []`;
    const { findings } = loadDefinition(text);
    expect(findings.map(({ id }) => id)).toEqual(['structure/pattern']);
    expect(findings[0]?.message).toContain(message);
  });

  it('ask a listener without a strategy for one', () => {
    const { findings } = loadDefinition(`${head}do: [{ a: { listen: { to: {} } } }]`);
    expect(findings).toMatchObject([
      { id: 'structure/form', message: 'expected exactly one of all, any, one' },
    ]);
  });

  it.each(Object.entries(cases))('names %s', (_, [body, ...expected]) => {
    expect(ids(body)).toEqual(expected);
  });

  it('point to line and column and say what to do', () => {
    const [finding] = findingsOf('do:\n  - a:\n      set: { x: 1 }\n      then: nowhere\n');
    expect(finding).toMatchObject({
      path: '/do/0/a/then',
      line: 5,
      column: 7,
      severity: 'error',
      hint: 'Jump within the same list only.',
    });
  });

  it('stand in the order of the text', () => {
    const lines = findingsOf(
      'do:\n  - a: { nope: 1 }\n  - b: { set: { x: 1 }, foo: 1 }\n  - c: { wait: 7 }\n',
    ).map(({ line }) => line);
    expect(lines).toEqual([3, 4, 5]);
  });

  it('do not keep a definition with warnings only from loading', () => {
    expect(
      loadDefinition(`${head}do: [{ a: { set: { x: .customer } } }]`).definition,
    ).toBeDefined();
  });

  it('lets the operator say how often a schedule may start jobs', () => {
    const idsOf = (schedule: string) =>
      loadDefinition(`${head}schedule: ${schedule}\ndo: []`, {
        limits: { scheduleIntervalMs: 300_000 },
      }).findings.map(({ id }) => id);
    expect(idsOf("{ every: PT299S, cron: '*/4 * * * *' }")).toEqual([
      'schedule/too-often',
      'schedule/too-often',
    ]);
    expect(idsOf("{ every: PT5M, after: PT300S, cron: '*/5 * * * *' }")).toEqual([]);
  });

  it.each<[string, string, ...(string | number)[]]>([
    ['a number under a tag', '!!float 3'],
    ['a truth under a tag', '!!bool TRUE'],
    ['a text under a tag', '!!str 3'],
    ['a name that is quoted', "{ '<<': 1 }"],
    [
      'digits that are kept',
      '[9007199254740991, 0.1, 1.50, 1e3, 0xFF, 0o17, -0.0, 123456789012345000]',
    ],
    ['tags of types that JSON lacks', '!!timestamp 2024-01-01', 'error', 'source/tag', 24],
    ['tags of nobody', '!foo 1', 'error', 'source/tag', 17],
    ['what is not what its tag says', '!!int 3.5', 'error', 'source/tag', 18],
    ['a list under the tag of a map', '!!map [1]', 'error', 'source/tag', 18],
    ['numbers without end', '-.inf', 'error', 'source/not-json', 12],
    ['no number', '.NaN', 'error', 'source/not-json', 12],
    ['numbers beyond all others', '123e456', 'error', 'source/not-json', 12],
    ['a key that is a list', '{ [1]: a }', 'error', 'source/key', 14],
    ['a key that is a number', '{ 1: a }', 'warning', 'source/key', 14],
    ['a key that is nothing', '{ ~: a }', 'warning', 'source/key', 14],
    ['a merge key', '{ <<: { a: 1 } }', 'warning', 'source/merge-key', 14],
    [
      'a whole number beyond those that are kept',
      '9007199254740993',
      'warning',
      'source/number',
      12,
    ],
    ['the same in hexadecimal', '0x20000000000001', 'warning', 'source/number', 12],
    ['a decimal with more digits', '0.12345678901234567890', 'warning', 'source/number', 12],
    ['a number that comes to nothing', '1e-400', 'warning', 'source/number', 12],
    ['a control character', '"\u0007"', 'warning', 'source/doubtful', 13],
  ])('tell of YAML with %s', (...[, value, severity, id, column]) => {
    const { findings } = loadDefinition(`${head}do:\n  - x:\n      set:\n        a: ${value}\n`);
    const expected = id === undefined ? [] : [{ severity, id, line: 5, column }];
    expect(findings).toMatchObject(expected);
    expect(findings).toHaveLength(expected.length);
  });

  it('tell of directives and of more than one document', () => {
    const body = `${head}do: []\n`;
    const idsOf = (text: string) => loadDefinition(text).findings.map(({ id, line }) => [id, line]);
    expect(idsOf(`%YAML 1.1\n---\n${body}`)).toEqual([['source/doubtful', 1]]);
    expect(idsOf(`%FOO bar\n---\n${body}`)).toEqual([['source/doubtful', 1]]);
    expect(idsOf(`\ufeff---\n${body}...\n`)).toEqual([]);
    expect(idsOf(`${body}---\na: 1\n`)).toEqual([['source/syntax', 3]]);
    expect(idsOf(`do:\n\t- a: 1\n`)).toEqual([['source/syntax', 2]]);
  });

  it('tell of bytes that are no text', () => {
    const bytes = Buffer.concat([Buffer.from(`${head}# `), Buffer.from([0xff]), Buffer.from('\n')]);
    expect(loadDefinition(bytes).findings).toMatchObject([
      { id: 'source/encoding', line: 2, column: 3 },
    ]);
    expect(loadDefinition(Buffer.from(`${head}do: []`)).findings).toEqual([]);
    expect(loadDefinition(`${head}# \ud800`).findings).toMatchObject([
      { id: 'source/unstorable', line: 2, column: 3 },
    ]);
  });

  it('of the linter keep nothing that is published from running', () => {
    const text = `${head}do: [{ a: { call: approval, with: { titel: x } } }]`;
    expect(loadDefinition(text).definition).toBeUndefined();
    expect(loadDefinition(text, { isPublished: true })).toMatchObject({ findings: [] });
    expect(loadDefinition(text, { isPublished: true }).definition).toBeDefined();
    expect(loadDefinition(`${head}do: [{ a: {} }]`, { isPublished: true }).definition).toBe(
      undefined,
    );
  });

  it('come from JSON as well', () => {
    const json = JSON.stringify(
      {
        document: { dsl: '1.0.3', namespace: 'n', name: 'n', version: '1.0.0' },
        do: [{ a: { set: {} } }],
      },
      null,
      '\t',
    );
    expect(loadDefinition(json, { format: 'json' }).findings).toMatchObject([
      { id: 'structure/form', path: '/do/0/a/set', line: 11 },
    ]);
  });

  it('name broken rules and templates of the metadata', () => {
    const metadata =
      '{ rules: [{ code: A }, { code: B, message: m, check: ".a ==" }], responses: { html: "{% if %}", pdf: x } }';
    const { findings } = loadDefinition(
      `document: {dsl: 1.0.3, namespace: a, name: b, version: 1.0.0, metadata: ${metadata}}\ndo: []`,
    );
    expect(findings.map(({ id, path }) => [id, path])).toEqual([
      ['rules/invalid', '/document/metadata/rules/0'],
      ['rules/compile', '/document/metadata/rules/1/check'],
      ['responses/template', '/document/metadata/responses/html'],
      ['responses/template', '/document/metadata/responses/pdf'],
    ]);
  });

  it('try templates with an example of what the schemas describe', () => {
    const idsOf = (template: string, total: string) =>
      loadDefinition(
        `document: {dsl: 1.0.3, namespace: a, name: b, version: 1.0.0, metadata: {responses: {text: {de: ${JSON.stringify(template)}}}}}
output: { schema: { document: { $ref: '#/$defs/o', $defs: { o: { properties: { total: ${total}, due: { type: string, format: date } } } } } } }
do: []`,
      ).findings.map(({ id, severity, path }) => [id, severity, path]);
    const path = '/document/metadata/responses/text/de';
    const sum = '{{ output.total | times: 2 }}';
    expect(idsOf(sum, '{ type: number }')).toEqual([]);
    expect(idsOf(sum, '{ type: string, examples: ["12.50"] }')).toEqual([]);
    expect(idsOf(sum, '{ type: string, examples: ["1,234.50"] }')).toEqual([
      ['responses/trial', 'warning', path],
    ]);
    expect(idsOf("{{ output.due | date: '%F' }}", '{}')).toEqual([]);
    expect(idsOf('{{ outptu.total }}', '{}')).toEqual([
      ['responses/unknown-name', 'warning', path],
    ]);
    expect(
      idsOf('{% assign a = 1 %}{% for i in output.list %}{{ i }}{{ a }}{% endfor %}', '{}'),
    ).toEqual([]);
    for (const broken of [
      '{{ a | nope }}',
      '{% nope %}',
      '{% include "x" %}',
      "{{ a | date: '%E' }}",
      '{{ a',
    ])
      expect(idsOf(broken, '{}'), broken).toEqual([['responses/template', 'error', path]]);
  });

  it('refuse versions of the language that are not 1.0', () => {
    expect(
      loadDefinition('document: {dsl: 2.0.0, namespace: a, name: b, version: 1.0.0}\ndo: []')
        .findings,
    ).toMatchObject([{ id: 'document/dsl' }]);
  });
});

describe('hostile documents', { timeout: 60_000 }, () => {
  const bomb = [
    'a0: &a0 [x,x,x,x,x,x,x,x,x]',
    ...Array.from(
      { length: 12 },
      (_, i) => `a${i + 1}: &a${i + 1} [${Array.from({ length: 9 }, () => `*a${i}`).join(',')}]`,
    ),
  ].join('\n');
  const steps = `${head}do:\n${Array.from({ length: 10_000 }, (_, i) => `  - t${i}: { set: { a: '\${ .x${i} }' } }`).join('\n')}`;
  const texts: Readonly<Record<string, readonly [text: string, id: string]>> = {
    'an alias bomb': [bomb, 'source/alias-bomb'],
    'an alias to itself': ['a: &a [*a]', 'source/alias-bomb'],
    'brackets without end': ['['.repeat(200_000), 'source/too-deep'],
    'dashes without end': ['- '.repeat(200_000), 'source/too-deep'],
    'deep indentation': [
      Array.from({ length: 1_300 }, (_, i) => `${' '.repeat(i)}a:`).join('\n'),
      'source/too-deep',
    ],
    'deep tasks': [
      `${head}do: ${'[{ t: { do: '.repeat(60)}[]${' } }]'.repeat(60)}`,
      'source/too-deep',
    ],
    'ten thousand steps': [steps, 'structure/too-many-tasks'],
    'duplicate keys': [`${head}do: []\ndo: []`, 'source/duplicate-key'],
    'no object': ['- 1', 'source/not-an-object'],
    'an unknown alias': [`${head}do: [{ a: { set: { b: *nothing } } }]`, 'source/unknown-alias'],
    'a number that JSON lacks': [`${head}do: [{ a: { set: { b: .inf } } }]`, 'source/not-json'],
    'a tag that JSON lacks': [`${head}do: [{ a: { set: { b: !!set { c } } } }]`, 'source/tag'],
    'keys of equal text': [`${head}do: []\nuse: { 1: a, '1': b }`, 'source/duplicate-key'],
    'more values than allowed': [
      `- ${'1,'.repeat(500_000)}`.replace('- ', '- ['),
      'source/too-many-values',
    ],
    'an alias of a long text': [
      `a: &a ${'x'.repeat(100_000)}\nb: [${'*a,'.repeat(1_000)}]`,
      'source/alias-bomb',
    ],
    'no YAML': ['a: [1, 2', 'source/syntax'],
    'too much text': ['#'.repeat(1_100_000), 'source/too-large'],
    'an empty text': ['', 'source/not-an-object'],
  };

  it.each(Object.entries(texts))('end with a finding for %s', (_, [text, id]) => {
    const { findings, definition } = loadDefinition(text);
    expect(definition).toBeUndefined();
    expect(findings.map((finding) => finding.id)).toContain(id);
    expect(findings.every(({ line, column }) => line >= 1 && column >= 1)).toBe(true);
  });

  it('stay harmless with keys of prototypes', () => {
    const { definition } = loadDefinition(
      `${head}do: [{ a: { set: { __proto__: { polluted: true } } } }]`,
    );
    expect(definition).toBeDefined();
    expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false);
  });
});

describe('hints of expressions', () => {
  it.each([
    ['$secret.key', /has \$secrets/],
    [".a == 'x'", /double quotes/],
    ['.a === 1 && .b', /not jq: compare with ==/],
    ['.a +', /^It is jq/],
    ['"\'" +', /^It is jq/],
  ])('tell who writes %s what to write', (source, hint) => {
    const text = JSON.stringify(`\${ ${source} }`);
    const [finding] = findingsOf(`do: [{ a: { set: { b: ${text} } } }]`);
    expect(finding).toMatchObject({ id: 'expression/compile' });
    expect(finding?.hint).toMatch(hint);
  });
});
