import type { Connector } from '../../connectors/connector.ts';
import { permit } from '../access/permit.ts';
import type { VerbContext } from '../context.ts';

/** Every kind of integration that this process can call, in the order of the registry. */
export async function listKinds(context: VerbContext): Promise<readonly Connector[]> {
  await permit(context, 'INTEGRATIONS_READ', 'integration.kinds');
  return [...context.connectors.values()];
}
