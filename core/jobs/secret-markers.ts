import { createMarkers, type Markers } from '../../engine/secrets/markers.ts';
import type { Services } from '../context.ts';

/** What stands for the values of secrets in a job: the same wherever and whenever it is run. */
export function secretMarkers({ keyring }: Pick<Services, 'keyring'>, jobId: string): Markers {
  return createMarkers(keyring.keyFor('markers of secrets'), jobId);
}
