import { isJsonObject, type JsonValue } from '../../../kernel/json.ts';
import { WorkflowError } from '../../problem.ts';
import { isResponseFormat, type ResponseFormat } from '../../render/formats.ts';
import { namesRead } from '../../render/liquid.ts';
import {
  checkResponses,
  renderTemplate,
  settingsFor,
  type ResponseData,
} from '../../render/render.ts';
import { exampleOf } from '../../schema-example.ts';
import type { WorkflowDocument } from '../document.ts';
import { pointer, type Remark } from '../finding.ts';
import { doubt, fault } from './remarks.ts';

const root = '/document/metadata/responses';
/** What a template of a response may read. */
const known: ReadonlySet<string> = new Set(['input', 'output', 'recipient', 'job']);
/** The end of the job in examples. */
const then = '2026-01-31T12:00:00.000Z';

/** Templates that are none, that read what is not there, and that fail on an example of what the schemas describe. */
export function checkTemplates(document: WorkflowDocument): Remark[] {
  const responses = document.document.metadata?.['responses'];
  const faults = checkResponses(responses).map(({ path, message }) =>
    fault('responses/template', pointer(root, ...path), {
      message,
      hint: 'Templates are Liquid, by format and, if you like, locale.',
    }),
  );
  const broken = new Set(faults.map(({ path }) => path));
  const data = exampleData(document);
  const templates = templatesOf(responses).filter(({ path }) => !broken.has(path));
  return [...faults, ...templates.flatMap((each) => [...unknownNames(each), ...trial(each, data)])];
}

interface ResponseTemplate {
  readonly path: string;
  readonly template: string;
  readonly format: ResponseFormat;
  readonly locale?: string;
}

function templatesOf(responses: JsonValue | undefined): readonly ResponseTemplate[] {
  if (!isJsonObject(responses)) return [];
  return Object.entries(responses).flatMap(([format, model]) => {
    if (!isResponseFormat(format)) return [];
    if (typeof model === 'string')
      return [{ path: pointer(root, format), template: model, format }];
    return Object.entries(isJsonObject(model) ? model : {}).flatMap(([locale, template]) =>
      typeof template === 'string'
        ? [{ path: pointer(root, format, locale), template, format, locale }]
        : [],
    );
  });
}

function unknownNames({ path, template, format }: ResponseTemplate): Remark[] {
  return namesRead(template, format)
    .filter(({ name }) => !known.has(name))
    .map(({ name, line, column }) =>
      doubt('responses/unknown-name', path, {
        message: `the template reads ${JSON.stringify(name)}, which is nothing, line:${String(line)}, col:${String(column)}`,
        hint: `There are ${[...known].join(', ')}.`,
      }),
    );
}

function exampleData({ input, output }: WorkflowDocument): ResponseData {
  const id = '00000000-0000-7000-8000-000000000000';
  return {
    input: exampleOf(input?.schema?.document) ?? {},
    output: exampleOf(output?.schema?.document) ?? {},
    recipient: { id, name: 'Ada' },
    job: { id, createdAt: then, finishedAt: then },
  };
}

function trial({ path, template, format, locale }: ResponseTemplate, data: ResponseData): Remark[] {
  try {
    const settings = settingsFor({ locale, now: Date.parse(then) });
    renderTemplate(template, format, { data: { ...data }, settings });
    return [];
  } catch (error) {
    if (!(error instanceof WorkflowError)) throw error;
    return [
      doubt('responses/trial', path, {
        message: `with an example of what the schemas describe ${error.message}`,
        hint: 'Correct the template, or let the schema say more: format, type, examples.',
      }),
    ];
  }
}
