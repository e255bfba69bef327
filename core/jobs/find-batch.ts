import type { Batch } from '../../prisma/_generated/client.ts';
import { permit } from '../access/permit.ts';
import type { VerbContext } from '../context.ts';
import { loadBatch } from './batch.ts';

/** A batch by its id; null when the tenant has none. */
export async function findBatch(context: VerbContext, id: string): Promise<Batch | null> {
  await permit(context, 'JOBS_READ');
  return await loadBatch(context, id);
}
