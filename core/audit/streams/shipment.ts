import type { Egress } from '../../../connectors/egress/egress.ts';
import type { ConnectionPolicy } from '../../../connectors/egress/policy.ts';
import type { Services } from '../../context.ts';
import type { ClaimedStream } from './claim-streams.ts';
import type { Batch } from './read-batch.ts';
import type { StreamConfig } from './stream-input.ts';

/** What sending takes. */
export interface Sending extends Pick<Services, 'database' | 'keyring' | 'connectors'> {
  readonly egress: Egress;
}

/** A batch on its way. */
export interface Shipment<Kind extends StreamConfig['kind'] = StreamConfig['kind']> {
  readonly stream: Pick<ClaimedStream, 'tenantId' | 'id' | 'name' | 'sealed' | 'previousSealed'>;
  readonly config: Extract<StreamConfig, { kind: Kind }>;
  readonly policy: ConnectionPolicy;
  readonly batch: Pick<Batch, 'events' | 'id'>;
  readonly signal: AbortSignal;
}
