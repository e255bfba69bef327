import type { ConnectLink } from '../../prisma/_generated/client.ts';
import { idInput } from '../access/names.ts';
import { permit } from '../access/permit.ts';
import type { VerbContext } from '../context.ts';
import { parse } from '../parse.ts';
import { read } from '../read.ts';

/** A connect link, which never tells its address again; null when there is none. */
export async function getConnectLink(
  context: VerbContext,
  input: unknown,
): Promise<ConnectLink | null> {
  await permit(context, 'INTEGRATIONS_MANAGE');
  const { id } = parse(idInput, input, '');
  const { tenantId } = context.actor;
  return read(context, (tx) => tx.connectLink.findFirst({ where: { tenantId, id } }));
}
