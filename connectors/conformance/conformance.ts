import { afterAll, afterEach, beforeAll, describe } from 'vitest';

import type { Connector } from '../connector.ts';
import { createEgress, type Egress } from '../egress/egress.ts';
import { type FaultProxy, openFaultProxy } from '../testing/fault-proxy.ts';
import { describeAbsence } from './absence.ts';
import { describeCalls } from './calls.ts';
import { describeFaults } from './faults.ts';
import { describeIsolation } from './isolation.ts';
import { describeLimits } from './limits.ts';
import { describeOffers } from './offers.ts';
import { describeSettings } from './settings.ts';
import type { Stand } from './stand.ts';
import type { Subject } from './subject.ts';

/** How the kit makes the connector that it tries; the same way as the process does. */
export type CreateConnector = (egress: Egress) => Connector;

/** All that a kind of integration has to keep, tried on a real system behind a proxy that spoils its answers. */
export function describeConnector(
  kind: string,
  openSubject: () => Promise<Subject>,
  create: CreateConnector,
): void {
  describe(`connector ${kind}`, () => {
    const opened: AsyncDisposable[] = [];
    let subject: Subject;
    let proxy: FaultProxy;

    beforeAll(async () => {
      subject = await openSubject();
      proxy = await openFaultProxy(subject.endpoint);
    });

    afterEach(async () => {
      for (const egress of opened.splice(0)) await egress[Symbol.asyncDispose]();
      proxy.fault = 'none';
    });

    afterAll(async () => {
      await proxy[Symbol.asyncDispose]();
      await subject[Symbol.asyncDispose]();
    });

    const stand = (): Stand => ({
      subject,
      proxy,
      connectorFor(options) {
        const egress = createEgress({ allow: [proxy.host], random: () => 0, ...options });
        opened.push(egress);
        return create(egress);
      },
    });

    describeSettings(stand);
    describeOffers(stand);
    describeCalls(stand);
    describeFaults(stand);
    describeAbsence(stand);
    describeLimits(stand);
    describeIsolation(stand);
  });
}
