import { isJsonObject, type JsonValue } from '../../../kernel/json.ts';
import { isJsonArray } from '../../json-text.ts';
import { schemaParts } from '../../schema-parts.ts';
import { isMarked, sensitiveKeyword, subjectOf } from '../../sensitive/marks.ts';
import type { SchemaModel, WorkflowDocument } from '../document.ts';
import type { Remark } from '../finding.ts';
import { fault } from './remarks.ts';

interface Mark {
  readonly path: string;
  readonly mark: JsonValue;
}

/** Marks of sensitive data are understood, and agree on whom the data is about. */
export function checkSensitivity({ input, output }: WorkflowDocument): Remark[] {
  const marks = [...marksOf(input?.schema, '/input'), ...marksOf(output?.schema, '/output')];
  const unreadable = marks.filter(({ mark }) => mark !== true && !isSubject(mark));
  return [
    ...unreadable.map(({ path }) =>
      fault('sensitive/mark', path, {
        message: `${sensitiveKeyword} is true or {subject: <property of the input>}`,
        hint: 'Write true, or name the property with the id of whom the data is about.',
      }),
    ),
    ...checkSubjects(marks, input?.schema?.document),
  ];
}

function checkSubjects(marks: readonly Mark[], schema: JsonValue | undefined): Remark[] {
  const subjects = new Map<string, Mark>();
  for (const each of marks) {
    const subject = subjectOf(each.mark);
    if (subject !== undefined && !subjects.has(subject)) subjects.set(subject, each);
  }
  const [first, second] = [...subjects];
  if (first === undefined) return [];
  const [name, { path }] = first;
  if (second === undefined) return checkSubject(name, path, schema);
  return [
    fault('sensitive/subject', second[1].path, {
      message: `the data of a job is about one subject, and ${JSON.stringify(name)} is named too`,
      hint: 'Name the same property everywhere.',
    }),
  ];
}

/** Marks in the schema of a task would be kept by nobody. */
export function misplacedMarks(schema: SchemaModel | undefined, path: string): Remark[] {
  return marksOf(schema, path).map(({ path: at }) =>
    fault('sensitive/place', at, {
      message: `${sensitiveKeyword} counts only in the input and the output of the whole definition`,
      hint: 'Mark the property there: then all that its jobs hold is sealed.',
    }),
  );
}

function checkSubject(name: string, path: string, schema: JsonValue | undefined): Remark[] {
  const { properties, required } = isJsonObject(schema) ? schema : {};
  const isDeclared = isJsonObject(properties) && Object.hasOwn(properties, name);
  if (isDeclared && isJsonArray(required) && required.includes(name)) return [];
  return [
    fault('sensitive/subject', path, {
      message: `the subject ${JSON.stringify(name)} is no required property of the input`,
      hint: 'Declare it under input.schema.document.properties, and list it under required.',
    }),
  ];
}

function marksOf(schema: SchemaModel | undefined, path: string): readonly Mark[] {
  return schemaParts(schema?.document ?? true)
    .filter(({ schema: part }) => isMarked(part))
    .map(({ schema: part, path: at }) => ({
      path: `${path}/schema/document${at}/${sensitiveKeyword}`,
      mark: part[sensitiveKeyword] ?? null,
    }));
}

function isSubject(mark: JsonValue): boolean {
  return isJsonObject(mark) && Object.keys(mark).length === 1 && (subjectOf(mark) ?? '') !== '';
}
