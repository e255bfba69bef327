import { isJsonObject, type JsonObject, type JsonValue } from '../../kernel/json.ts';
import type { WorkflowDocument } from '../dsl/document.ts';
import { schemaParts } from '../schema-parts.ts';

/** Marks a part of a schema: `true`, or `{subject: <property of the input>}` that names whose data it is. */
export const sensitiveKeyword = 'x-sensitive';

/** What a definition says of the data of its jobs. */
export interface Sensitivity {
  /** Property of the input with the id of whom the data is about; absent where the definition names none. */
  readonly subject?: string;
  readonly input: JsonValue;
  readonly output: JsonValue;
}

const known = new WeakMap<WorkflowDocument, { readonly found: Sensitivity | undefined }>();

/** Undefined where neither the schema of the input nor that of the output marks anything. */
export function sensitivityOf(document: WorkflowDocument): Sensitivity | undefined {
  const { found } = known.get(document) ?? { found: find(document) };
  known.set(document, { found });
  return found;
}

function find(document: WorkflowDocument): Sensitivity | undefined {
  const input = document.input?.schema?.document ?? true;
  const output = document.output?.schema?.document ?? true;
  const marks = [...marksIn(input), ...marksIn(output)];
  if (marks.length === 0) return undefined;
  const subject = marks.map(subjectOf).find((name) => name !== undefined);
  return { input, output, ...(subject === undefined ? {} : { subject }) };
}

function marksIn(schema: JsonValue): readonly JsonValue[] {
  return schemaParts(schema)
    .filter(({ schema: part }) => isMarked(part))
    .map(({ schema: part }) => part[sensitiveKeyword] ?? null);
}

/** Anything but `false` marks: what cannot be understood hides more, not less. */
export function isMarked(part: JsonObject): boolean {
  const mark = part[sensitiveKeyword];
  return mark !== undefined && mark !== false;
}

/** The property of the input that a mark names. */
export function subjectOf(mark: JsonValue): string | undefined {
  if (!isJsonObject(mark)) return undefined;
  const { subject } = mark;
  return typeof subject === 'string' ? subject : undefined;
}
