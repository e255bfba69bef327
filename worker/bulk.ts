import type { Services } from '../core/context.ts';
import { claimOperations, forgetOperations } from '../core/jobs/bulk/bulk-rows.ts';
import { workChunk } from '../core/jobs/bulk/work-bulk.ts';
import { createPortionWorker, type PortionWorker } from './portions.ts';

/** Works off bulk operations. */
export function createBulkWorker(services: Services): PortionWorker {
  return createPortionWorker(services, {
    name: 'bulk-operations',
    claim: (limit) => claimOperations(services, limit),
    work: (operation) => workChunk(services, operation),
    forget: () => forgetOperations(services),
  });
}
