import { z } from 'zod';

import type { JsonValue } from '../../kernel/json.ts';
import type { VerbContext } from '../context.ts';

/** A configuration as anybody may see it; of a kind that this process does not know nothing is shown. */
export function shownConfig(
  { connectors }: Pick<VerbContext, 'connectors'>,
  { kind, config }: { readonly kind: string; readonly config: unknown },
): JsonValue {
  const connector = connectors.get(kind);
  return connector === undefined ? {} : connector.hideSecrets(z.json().parse(config)).shown;
}
