// Compiles engine/dsl/workflow.schema.json ahead into engine/dsl/_generated/, as that takes several times as long as to check
// a definition; with --check it only compares.
import { readFileSync, writeFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import standalone from 'ajv/dist/standalone/index.js';
import addFormats from 'ajv-formats';
import { isJsonObject, type JsonObject, type JsonValue } from '../kernel/json.ts';
import { builtInCalls, taskKinds } from '../engine/dsl/document.ts';

const schemaPath = new URL('../engine/dsl/workflow.schema.json', import.meta.url);
const folder = new URL('../engine/dsl/_generated/', import.meta.url);
const header =
  '// Compiled from ../workflow.schema.json by `npm run codegen:definition`. Do not edit.\n';
const id = 'operandi:workflow';

/** RFC 6570; the pattern of ajv-formats knows no dots in names. */
const uriTemplate = /^(?:[^\s"<>^`{|}\\]|\{[+#./;?&=,!@|]?[\w%.,:*]+\})*$/;

/** What is compiled, by name: everything but the tasks, each kind of task, and each kind of call. */
const places: Readonly<Record<string, string>> = {
  workflow: '',
  ...Object.fromEntries(
    taskKinds
      .filter((kind) => kind !== 'call')
      .map((kind) => [`${kind}Task`, `#/$defs/${kind}Task`]),
  ),
  ...Object.fromEntries(
    [...builtInCalls, 'function'].map((call, index) => [
      `${call}Call`,
      `#/$defs/callTask/oneOf/${String(index)}`,
    ]),
  ),
};

function compile(schema: JsonObject): Readonly<Record<string, string>> {
  const ajv = new Ajv2020({
    strict: false,
    allowUnionTypes: true,
    allErrors: true,
    logger: false,
    code: { source: true, esm: true },
  });
  addFormats.default(ajv);
  ajv.addFormat('uri-template', uriTemplate);
  ajv.addSchema(asObject(closed(shallow(schema))), id);
  // By a reference, as that is what the paths of its errors begin with.
  for (const [name, place] of Object.entries(places))
    ajv.addSchema({ $ref: `${id}${place}` }, name);
  const names = Object.keys(places);
  const code = standalone.default(ajv, Object.fromEntries(names.map((name) => [name, name])));
  const types = names.map((name) => `export const ${name}: ValidateFunction;\n`).join('');
  return {
    'validators.js': `${header}${withRequire(code)}\n`,
    'validators.d.ts': `${header}import type { ValidateFunction } from 'ajv';\n\n${types}`,
  };
}

/** ajv writes modules that call `require`, which a module has not by itself. */
function withRequire(code: string): string {
  return `import { createRequire } from 'node:module';
const require = createRequire(import.meta.url);
${code.replace('"use strict";', '')}`;
}

/** Tasks within tasks become any object: each has its own turn. */
function shallow(schema: JsonObject): JsonObject {
  const definitions = asObject(schema['$defs']);
  const item = {
    type: 'object',
    minProperties: 1,
    maxProperties: 1,
    additionalProperties: { type: 'object' },
  };
  return {
    ...schema,
    $id: id,
    $defs: { ...definitions, taskList: { type: 'array', items: item }, task: { type: 'object' } },
  };
}

/**
 * Adds the known names beside each `unevaluatedProperties: false`: `propertyNames` tells the stranger, while the
 * other one blames every property as soon as anything else is wrong.
 */
function closed(root: JsonObject): JsonValue {
  const definitions = asObject(root['$defs']);
  const close = (schema: JsonValue): JsonValue => {
    if (Array.isArray(schema)) return schema.map(close);
    if (!isJsonObject(schema)) return schema;
    const inner = Object.fromEntries(
      Object.entries(schema).map(([key, value]) => [key, close(value)]),
    );
    if (schema['unevaluatedProperties'] !== false) return inner;
    return { ...inner, propertyNames: { enum: [...new Set(propertyNames(schema, definitions))] } };
  };
  return close(root);
}

function propertyNames(schema: JsonValue | undefined, definitions: JsonObject): string[] {
  if (!isJsonObject(schema)) return [];
  const { properties, $ref } = schema;
  const referred = typeof $ref === 'string' ? definitions[$ref.replace('#/$defs/', '')] : undefined;
  const parts = ['allOf', 'oneOf', 'anyOf'].flatMap((key) => listOr(schema[key]));
  return [
    ...Object.keys(objectOr(properties)),
    ...[referred, ...parts].flatMap((part) => propertyNames(part, definitions)),
  ];
}

function objectOr(value: JsonValue | undefined): JsonObject {
  return isJsonObject(value) ? value : {};
}

function listOr(value: JsonValue | undefined): readonly JsonValue[] {
  return Array.isArray(value) ? asList(value) : [];
}

function asList(value: JsonValue): readonly JsonValue[] {
  return value as readonly JsonValue[];
}

// The schema file is JSON whose top and definitions are objects.
function asObject(value: unknown): JsonObject {
  return value as JsonObject;
}

function isCurrent(name: string, text: string): boolean {
  try {
    return readFileSync(new URL(name, folder), 'utf8') === text;
  } catch {
    return false;
  }
}

const files = compile(asObject(JSON.parse(readFileSync(schemaPath, 'utf8'))));
const stale = Object.entries(files).filter(([name, text]) => !isCurrent(name, text));
if (process.argv.includes('--check')) {
  for (const [name] of stale)
    console.error(`engine/dsl/_generated/${name} is out of date: run npm run codegen:definition`);
  process.exitCode = stale.length === 0 ? 0 : 1;
} else {
  for (const [name, text] of stale) writeFileSync(new URL(name, folder), text);
}
