import { documentSchema } from '../engine/dsl/document-schema.ts';
import { compileJq } from '../engine/jq/compile.ts';

/** What the console's editor completes: the schema of definitions, and the functions of expressions as `name/arity`. */
export function editorLanguage(): string {
  const [functions] = [
    ...compileJq('[builtins[] | select(startswith("_") | not)] | sort').run(null),
  ];
  return `${JSON.stringify({ schema: documentSchema(), functions })}\n`;
}
