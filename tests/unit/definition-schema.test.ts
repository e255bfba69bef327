import { globSync, readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { roleNames } from '../../core/access/permissions.ts';
import { documentSchema } from '../../engine/dsl/document-schema.ts';
import { loadDefinition } from '../../engine/load-definition.ts';
import { responseFormats } from '../../engine/render/formats.ts';

const ajv = new Ajv2020({ strict: false, allowUnionTypes: true, logger: false });
addFormats.default(ajv);
// Names with dots, which the pattern of the library does not know, are left to the linter.
ajv.addFormat('uri-template', true);
const schema = documentSchema();
const validate = ajv.compile(schema);

const head = { dsl: '1.0.3', namespace: 'test', name: 't', version: '1.0.0' };
const task = (call: string, args: unknown) => ({
  document: head,
  do: [{ ask: { call, with: args } }],
});

describe('the JSON Schema of definitions', () => {
  it.each(globSync('examples/*/*.yaml').filter((path) => path.endsWith('sop.yaml')))(
    'accepts %s',
    (path) => {
      expect(validate(parse(readFileSync(path, 'utf8'))), JSON.stringify(validate.errors)).toBe(
        true,
      );
    },
  );

  it.each([
    ['approval', { title: 'Pay?', timeout: 'P2D', role: 'ADMIN' }],
    ['approval', { title: 'Pay?', timeout: '${ .days }', role: '${ .role }' }],
    ['integration', { integration: 'crm', operation: 'find', arguments: { id: 1 } }],
    ['render', { format: 'text', template: '{{ a }}' }],
    ['render:1.0.0@default', { format: 'text', template: '{{ a }}' }],
    ['http', { method: 'get', endpoint: 'https://a.example' }],
  ])('accepts call: %s with %j, as the linter does', (call, args) => {
    const document = task(call, args);
    expect(validate(document), JSON.stringify(validate.errors)).toBe(true);
    expect(loadDefinition(JSON.stringify(document)).findings).toEqual([]);
  });

  it.each([
    ['approval', { title: 'Pay?', timeout: '2 days' }],
    ['approval', { title: 'Pay?', role: 'MANAGER' }],
    ['integration', { integration: 'crm', operation: 'find', argument: { id: 1 } }],
    ['render', { template: '{{ a }}' }],
    ['render:1.0.0@default', { template: '{{ a }}' }],
    ['http', { method: 'get' }],
  ])('refuses call: %s with %j, as the linter does', (call, args) => {
    const document = task(call, args);
    expect(validate(document)).toBe(false);
    expect(loadDefinition(JSON.stringify(document)).definition).toBeUndefined();
  });

  it.each([
    [{ rules: [{ code: 'A', message: 'm', check: '.a' }], owner: 'team-7' }, true],
    [{ rules: [{ code: 'A', message: 'm' }] }, false],
    [{ rules: [{ code: 'A', message: 'm', check: '.a', when: '.b' }] }, false],
    [{ responses: { html: '{{ output }}', text: { en: 'x', de: 'y' } } }, true],
    [{ responses: { pdf: 'x' } }, false],
    [{ responses: { text: { en: 7 } } }, false],
  ])('judges the metadata %j as the linter does', (metadata, isValid) => {
    const document = { document: { ...head, metadata }, do: [] };
    expect(validate(document)).toBe(isValid);
    expect(loadDefinition(JSON.stringify(document)).definition !== undefined).toBe(isValid);
  });

  it('knows the roles of members and the formats of responses', () => {
    const text = JSON.stringify(schema);
    expect(text).toContain(JSON.stringify({ enum: roleNames }));
    expect(text).toContain(JSON.stringify({ enum: responseFormats }));
    for (const names of [roleNames, responseFormats])
      expect(text).toContain(`one of ${names.join(', ')}, or an expression`);
  });
});
