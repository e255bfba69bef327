import type { JsonValue } from '../../../kernel/json.ts';
import { lintSchema } from '../../schema-lint.ts';
import type { Remark } from '../finding.ts';
import { doubt, fault } from './remarks.ts';

/** What is wrong with a JSON Schema at a path of the document, or doubtful. */
export function schemaRemarks(schema: JsonValue, path: string): Remark[] {
  return lintSchema(schema).map(({ id, path: at, message, hint }) =>
    (id === 'schema/compile' ? fault : doubt)(id, `${path}${at}`, { message, hint }),
  );
}
