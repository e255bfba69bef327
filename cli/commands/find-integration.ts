import { FindIntegrationDocument } from '../../sdk/src/index.ts';
import type { connect } from '../connection.ts';

/** Id of the integration with the name; throws when there is none. */
export async function findId(client: ReturnType<typeof connect>, name: string): Promise<string> {
  const { integration } = await client.request(FindIntegrationDocument, { name });
  if (integration === null) throw new Error(`there is no integration ${name}`);
  return integration.id;
}
