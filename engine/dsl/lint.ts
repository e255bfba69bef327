import type { Allowances } from '../definition.ts';
import type { Limits } from '../limits.ts';
import type { WorkflowDocument } from './document.ts';
import type { Remark, Severity } from './finding.ts';
import { checkDocument, checkSchemas } from './lint/document.ts';
import { checkExpressions } from './lint/expressions.ts';
import { checkFlow } from './lint/flow.ts';
import { checkOwnCall } from './lint/own-calls.ts';
import { listsOf, tasksOf } from './lint/places.ts';
import { calleeOf, checkFunctionCycles, checkReferences } from './lint/references.ts';
import { checkTask } from './lint/tasks.ts';
import { checkWrittenSecrets } from './lint/written-secrets.ts';

interface LintOptions {
  readonly allow?: Allowances;
  /** How bad it is to read a secret where its value would be kept. */
  readonly keptSecrets?: Severity;
}

/** What the schema cannot see: names, jumps, references, expressions, and what this platform does not run. */
export function lintDocument(
  document: WorkflowDocument,
  { allow = {}, keptSecrets = 'warning' }: LintOptions,
  limits: Limits,
): Remark[] {
  const lists = listsOf(document);
  const tasks = tasksOf(lists);
  const callsOf = (path: string): string[] =>
    tasks
      .filter((place) => place.path === path || place.path.startsWith(`${path}/`))
      .flatMap(({ task }) => calleeOf(task) ?? []);
  return [
    ...checkDocument(document, limits),
    ...checkWrittenSecrets(document),
    ...lists.flatMap(checkFlow),
    ...tasks.flatMap((place) => [
      ...checkTask(place, allow),
      ...checkReferences(place, document),
      ...checkOwnCall(place, document),
      ...checkSchemas(place),
    ]),
    ...checkFunctionCycles(document, callsOf),
    ...checkExpressions(tasks, document, keptSecrets),
  ];
}
