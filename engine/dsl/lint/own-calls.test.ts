import { describe, expect, it } from 'vitest';
import { loadDefinition } from '../../load-definition.ts';

const head = "document: { dsl: '1.0.3', namespace: test, name: t, version: 1.0.0 }\n";

function findingsOf(tasks: string, rest = '') {
  return loadDefinition(`${head}${rest}do:\n${tasks}`).findings;
}

const withOf = (call: string, args: string): string =>
  `  - ask:\n      call: ${call}\n      with:\n        ${args.split('\n').join('\n        ')}\n`;

/** Call, arguments, pointer below `with` and the words that tell the fault. */
const faults: readonly (readonly [call: string, args: string, path: string, words: RegExp])[] = [
  ['approval', 'title: Pay?\ntimeout: 2 days', '/timeout', /^expected a duration/],
  ['approval', 'title: Pay?\ntimeout: 7', '/timeout', /^expected a duration/],
  ['approval', 'title: Pay?\ntimeout: { day: 2 }', '/timeout', /^expected a duration/],
  ['approval', 'title: Pay?\ntimeout: { days: -2 }', '/timeout/days', /must be >= 0/],
  ['approval', 'title: Pay?\ntimeout: P99999Y', '/timeout', /^not a duration/],
  ['approval', 'title: Pay?\nrole: MANAGER', '/role', /^expected one of VIEWER, OPERATOR/],
  ['approval', 'title: Pay?\nrole: admin', '/role', /^expected one of VIEWER, OPERATOR/],
  ['approval', 'title: Pay?\napprovers: anna', '/approvers', /^expected a list of ids/],
  ['approval', 'title: Pay?\napprovers: []', '/approvers', /^expected a list of ids/],
  ['approval', 'title: Pay?\napprovers: [anna]', '/approvers/0', /^expected the id of a member/],
  ['approval', 'title: Pay?\napprovers: [ADMIN, cfo]', '/approvers/1', /^expected the id of a/],
  ['approval', 'title: Pay?\napprovers: { id: ADMIN }', '/approvers', /^expected a list of ids/],
  ['approval', 'title: Pay?\nrole: [ADMIN]', '/role', /^expected one of VIEWER, OPERATOR/],
  ['approval', 'title: Pay?\nfourEyes: yes please', '/fourEyes', /^expected true or false/],
  ['approval', 'title: Pay?\nquorum: 0', '/quorum', /^expected a whole number|must be >= 1/],
  ['approval', 'title: Pay?\nquorum: all', '/quorum', /^expected a whole number/],
  [
    'approval',
    'title: Pay?\nquorum: 2\napprovers: [0198b8a0-0000-7000-8000-00000000abcd]',
    '/quorum',
    /^2 have to approve, and there are 1 approvers/,
  ],
  ['approval', 'title: Pay?\naprovers: [ADMIN]', '/aprovers', /^"aprovers" is not a property/],
  ['approval', 'title: 7', '/title', /must be string/],
  ['approval', 'title: ""', '/title', /must NOT have fewer than 1/],
  ['approval', 'description: Pay?', '', /^"title" is missing/],
  ['approval', 'title: Pay?\ndetails: x', '/details', /^"details" is not a property here/],
  ['integration', 'integration: a', '', /^"operation" is missing/],
  ['integration', 'integration: a\noperation: [b]', '/operation', /must be string/],
  ['integration', 'integration: a\noperation: b\narguments: [1]', '/arguments', /^expected an obj/],
  ['integration', 'integration: a\noperation: b\ncache: true', '/cache', /^expected false/],
  ['render', 'template: x', '', /^"format" is missing/],
  ['render', 'format: pdf\ntemplate: x', '/format', /^expected one of json, text, markdown/],
  ['render', 'format: text\ntemplate: "{% if %}"', '/template', /^invalid value expression/],
  ['render', 'format: text\ntemplate: "{{ a | nope }}"', '/template', /nope/],
  ['render', 'format: html', '/format', /^the definition has no response of format html/],
  ['render:1.0.0@default', 'format: pdf', '/format', /^expected one of json/],
];

describe('the arguments of own calls', () => {
  it.each(faults)('of %s are refused: %s', (...[call, args, path, words]) => {
    const errors = findingsOf(withOf(call, args)).filter(({ severity }) => severity === 'error');
    expect(errors.map((finding) => finding.path)).toContain(`/do/0/ask/with${path}`);
    expect(errors[0]?.message).toMatch(words);
    expect(errors).toHaveLength(1);
  });

  it('point to the property and name the one that was meant', () => {
    const text = withOf('integration', 'integration: crm\noperation: find\nargument: { id: 1 }');
    expect(findingsOf(text)).toEqual([
      {
        id: 'structure/unknown-property',
        severity: 'error',
        path: '/do/0/ask/with/argument',
        line: 8,
        column: 9,
        message: '"argument" is not a property here',
        hint: 'Did you mean "arguments"?',
      },
    ]);
  });

  it('are missed where a call has none', () => {
    expect(findingsOf('  - ask: { call: approval }\n')).toMatchObject([
      { path: '/do/0/ask', message: '"title" is missing' },
    ]);
  });

  it.each([
    ['approval', 'title: ${ .title }\ntimeout: ${ .days }\napprovers: ${ [.boss] }\nrole: ${ .r }'],
    [
      'approval',
      'title: Pay?\ntimeout: { days: 2 }\napprovers: [AUDITOR, "${ .boss }", 0198b8a0-0000-7000-8000-00000000abcd]\nquorum: 3\nfourEyes: true\nrole: ADMIN\ndata: 7',
    ],
    ['approval', 'title: Pay ${ .amount }?\ntimeout: P1DT2H'],
    ['approval', 'title: Pay?\ntimeout: PT${ .hours }H'],
    ['integration', 'integration: crm\noperation: ${ .verb }\narguments: ${ .arguments }'],
    ['render', 'format: ${ .format }\ntemplate: "{{ a }}"\ndata: [1]'],
    ['render', 'format: json'],
    ['render', 'format: text\ntemplate: "costs ${{ price | round: 2 }} or ${price"'],
  ])('of %s are fine: %s', (call, args) => {
    expect(findingsOf(withOf(call, args))).toEqual([]);
  });

  it('may leave the template to the responses of the definition', () => {
    const text = withOf('render', 'format: html');
    const own = head.replace(' }', ', metadata: { responses: { html: "{{ output }}" } } }');
    expect(loadDefinition(`${own}do:\n${text}`).findings).toEqual([]);
  });

  it('are free where a function of the definition has the name', () => {
    const use = 'use: { functions: { approval: { set: { x: 1 } } } }\n';
    expect(findingsOf(withOf('approval', 'whatever: 1'), use)).toEqual([]);
  });

  it('are looked at in functions and extensions too', () => {
    const use = `use:
  functions: { f: { call: render, with: { formt: text } } }
  extensions: [{ log: { extend: all, before: [{ g: { call: approval, with: { titel: x } } }] } }]
`;
    const hints = findingsOf('  - a: { set: { x: 1 } }\n', use).map(({ hint }) => hint);
    expect(hints).toEqual(
      expect.arrayContaining(['Did you mean "format"?', 'Did you mean "title"?']),
    );
  });
});

describe('names of the language', () => {
  it.each([
    ['call: aproval', 'Did you mean "approval"?'],
    ['sett: { x: 1 }', 'Did you mean "set"?'],
    ['set: { x: 1 }, timeout: slwo', 'Did you mean "slow"?'],
    ['set: { x: 1 }, then: lsat', 'Did you mean "last"?'],
    ["set: { x: '${ $secrets.tokne }' }", 'Did you mean "token"?'],
  ])('are named when they were probably meant: %s', (task, hint) => {
    const use = 'use: { timeouts: { slow: { after: PT1H } }, secrets: [token] }\n';
    const tasks = `  - a: { ${task} }\n  - last: { set: { x: 1 } }\n`;
    expect(findingsOf(tasks, use)[0]).toMatchObject({ severity: 'error', hint });
  });

  it('are named when they were probably meant', () => {
    const task = '  - a: { call: http, with: { method: get, endpiont: "https://a.example" } }\n';
    expect(findingsOf(task).map(({ hint }) => hint)).toContain('Did you mean "endpoint"?');
  });
});

describe('expressions of another language', () => {
  it.each([
    ['$secret.token', 'The specification has $secrets, in the plural.'],
    [".status == 'open'", 'It is jq: texts stand in double quotes.'],
    ['.a === 1', 'This is not jq: compare with == and !=.'],
    ['.a && .b', 'This is not jq: combine with and, or.'],
    ['!.a', 'This is not jq: write … | not.'],
    ['.a > 1 ? 2 : 3', 'This is not jq: write if … then … else … end.'],
    ['.items.map(x => x.id)', 'This is not jq: write jq functions.'],
    ['.name.toUpperCase()', 'This is not jq: pipe into a function, as in .items | length.'],
  ])('get a hint: %s', (source, hint) => {
    const task = `  - a: { set: { x: ${JSON.stringify(`\${ ${source} }`)} } }\n`;
    expect(findingsOf(task)).toMatchObject([{ id: 'expression/compile', hint }]);
  });
});
