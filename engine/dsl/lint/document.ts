import { isJsonObject, type JsonValue } from '../../../kernel/json.ts';
import type { Limits } from '../../limits.ts';
import { labelFault } from '../../labels.ts';
import { asRule } from '../../rules.ts';
import type { InputModel, OutputModel, SchemaModel, Task, WorkflowDocument } from '../document.ts';
import { pointer, type Remark } from '../finding.ts';
import type { LintedTask } from './places.ts';
import { checkPlacement } from './placement.ts';
import { checkPolicies, checkPolicy, timeoutReference } from './references.ts';
import { doubt, fault } from './remarks.ts';
import { schemaRemarks } from './schemas.ts';
import { checkTemplates } from './responses.ts';
import { checkSchedule } from './schedule.ts';
import { checkSensitivity, misplacedMarks } from './sensitive.ts';
import { duration } from './durations.ts';
import { checkRetry } from './tasks.ts';

const rootProperties: ReadonlySet<string> = new Set([
  'document',
  'input',
  'use',
  'do',
  'timeout',
  'output',
  'schedule',
  'evaluate',
]);

/** What concerns the document as a whole and its `use`. */
export function checkDocument(document: WorkflowDocument, limits: Limits): Remark[] {
  const { dsl } = document.document;
  const { language = 'jq' } = document.evaluate ?? {};
  return [
    ...(/^1\.0\.\d+/.test(dsl)
      ? []
      : [
          fault('document/dsl', '/document/dsl', {
            message: `dsl ${dsl} is not supported`,
            hint: 'This runtime runs 1.0.x.',
          }),
        ]),
    ...(language === 'jq'
      ? []
      : [
          fault('document/language', '/evaluate/language', {
            message: `expressions in ${language} are not supported`,
            hint: 'Use jq.',
          }),
        ]),
    ...Object.keys(document)
      .filter((key) => !rootProperties.has(key))
      .map((key) =>
        doubt('document/unknown-property', pointer('', key), {
          message: `${JSON.stringify(key)} means nothing here`,
          hint: 'Remove it, or move it to document.metadata.',
        }),
      ),
    ...timeoutReference(document.timeout, document, ''),
    ...(typeof document.timeout === 'object'
      ? duration(document.timeout.after, '/timeout/after')
      : []),
    ...(document.schedule === undefined ? [] : checkSchedule(document.schedule, limits)),
    ...checkUse(document),
    ...checkLabels(document.document.metadata?.['labels']),
    ...checkRules(document.document.metadata?.['rules']),
    ...checkPlacement(document.document.metadata),
    ...checkTemplates(document),
    ...checkSchema(document.input, '/input'),
    ...checkSchema(document.output, '/output'),
    ...checkSensitivity(document),
  ];
}

/** Roles may be limited by them, so they have to be what they look like. */
function checkLabels(labels: JsonValue | undefined): Remark[] {
  const problem = labels === undefined ? undefined : (labelFault(labels) ?? readingFault(labels));
  if (problem === undefined) return [];
  const path = '/document/metadata/labels';
  return [
    fault('labels/invalid', problem.name === undefined ? path : pointer(path, problem.name), {
      message: problem.message,
      hint: 'At most 16, each a plain text of 1 to 63 characters by a name of lower-case letters, digits, dots and dashes. Labels of jobs, which read the input, are metadata.jobLabels.',
    }),
  ];
}

/** Nobody reads an input for them. */
function readingFault(labels: JsonValue): ReturnType<typeof labelFault> {
  const entries = isJsonObject(labels) ? Object.entries(labels) : [];
  const reading = entries.find(([, value]) => typeof value === 'string' && value.includes('${'));
  if (reading === undefined) return undefined;
  return { message: 'labels of an agent are plain texts', name: reading[0] };
}

/** Business rules are this platform's own; their form is told here. */
function checkRules(rules: JsonValue | undefined): Remark[] {
  const path = '/document/metadata/rules';
  const hint = 'A rule is {code, message, path?} with exactly one of when and check.';
  if (rules === undefined) return [];
  if (!isList(rules)) return [fault('rules/invalid', path, { message: 'rules is a list', hint })];
  return rules.flatMap((rule, index) =>
    asRule(rule) === undefined
      ? [fault('rules/invalid', pointer(path, index), { message: 'not a business rule', hint })]
      : [],
  );
}

function isList(value: JsonValue): value is readonly JsonValue[] {
  return Array.isArray(value);
}

function checkUse(document: WorkflowDocument): Remark[] {
  const { retries = {}, timeouts = {}, authentications = {}, catalogs = {} } = document.use ?? {};
  return [
    ...Object.entries(retries).flatMap(([name, retry]) =>
      checkRetry(retry, pointer('/use/retries', name)),
    ),
    ...Object.entries(timeouts).flatMap(([name, { after }]) =>
      duration(after, pointer('/use/timeouts', name, 'after')),
    ),
    ...Object.entries(authentications).flatMap(([name, policy]) =>
      checkPolicy(policy, pointer('/use/authentications', name), document),
    ),
    ...checkPolicies(catalogs, '/use/catalogs', document),
  ];
}

/** Inline JSON Schemas of a task compile. */
export function checkSchemas({ task, path }: LintedTask): Remark[] {
  return [
    ...misplacedMarks(task.input?.schema, `${path}/input`),
    ...misplacedMarks(task.output?.schema, `${path}/output`),
    ...misplacedMarks(task.export?.schema, `${path}/export`),
    ...checkSchema(task.input, `${path}/input`),
    ...checkSchema(task.output, `${path}/output`),
    ...checkSchema(task.export, `${path}/export`),
    ...checkIteratorSchemas(task, path),
  ];
}

function checkIteratorSchemas(task: Task, path: string): Remark[] {
  if (!('listen' in task)) return [];
  return [
    ...checkSchema(task.foreach?.output, `${path}/foreach/output`),
    ...checkSchema(task.foreach?.export, `${path}/foreach/export`),
  ];
}

function checkSchema(model: InputModel | OutputModel | undefined, path: string): Remark[] {
  const schema: SchemaModel | undefined = model?.schema;
  if (schema === undefined) return [];
  const format = schema.format?.split(':')[0] ?? 'json';
  if (format !== 'json')
    return [
      fault('schema/format', `${path}/schema/format`, {
        message: `schemas of format ${format} are not supported`,
        hint: 'Use JSON Schema.',
      }),
    ];
  if (schema.document === undefined) return [];
  return schemaRemarks(schema.document, `${path}/schema/document`);
}
