import type { Metrics } from '../../kernel/telemetry.ts';
import { breakerStates } from './circuit.ts';
import type { Egress } from './egress.ts';

/** Puts the breakers of all connections among the metrics of the process, by state: connections belong to tenants. */
export function observeBreakers(metrics: Metrics, egress: Pick<Egress, 'breakers'>): void {
  metrics.gauge({
    name: 'operandi_egress_breakers',
    help: 'Connections to outside systems that this process has used, by the state of their breaker.',
    labels: ['state'],
    collect: () => {
      const found = egress.breakers();
      return breakerStates.map((state) => ({
        labels: { state },
        value: found.filter((each) => each === state).length,
      }));
    },
  });
}
