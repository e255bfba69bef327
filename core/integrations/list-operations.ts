import { z } from 'zod';

import type { OperationDescription } from '../../connectors/connector.ts';
import type { Integration } from '../../prisma/_generated/client.ts';
import type { VerbContext } from '../context.ts';

/** What an integration can do; nothing, when this process lacks the connector of its kind. */
export function listOperations(
  { connectors }: Pick<VerbContext, 'connectors'>,
  { kind, config }: Integration,
): readonly OperationDescription[] {
  return connectors.get(kind)?.operations(z.json().parse(config)) ?? [];
}
