import { z } from 'zod';

import type { JsonObject } from '../../kernel/json.ts';
import { documentFault } from './document-bounds.ts';

/** Settings of kinds whose operations are those of a document; `what` says which documents there are. */
export function documentSettings(isDocument: (value: unknown) => boolean, what: string) {
  const document = z.custom<JsonObject>(isDocument, what).check((context) => {
    const fault = documentFault(context.value);
    if (fault !== undefined)
      context.issues.push({ code: 'custom', input: context.value, message: fault });
  });
  return {
    /** The document itself; without one, `discoverIntegration` fetches it from `documentUrl`. */
    document: document.optional(),
    documentUrl: z
      .url({ protocol: /^https?$/ })
      .max(2048)
      .optional(),
    /** Names of the operations that are offered. Absent: all of them. */
    operations: z.array(z.string().min(1).max(63)).min(1).max(500).optional(),
  };
}
