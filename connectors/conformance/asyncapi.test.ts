import { describe } from 'vitest';

import { connectorOf } from '../../core/integrations/connectors.ts';
import { openConnectors } from '../../core/integrations/open-connectors.ts';
import { hasBroker } from '../testing/broker.ts';
import { describeConnector } from './conformance.ts';
import { openReceiver, openMosquitto } from '../../tests/support/subjects/asyncapi.ts';

describeConnector('asyncapi over http', openReceiver, (egress) =>
  connectorOf(openConnectors(egress), 'asyncapi'),
);

describe.skipIf(!hasBroker)('a broker', () => {
  describeConnector('asyncapi over mqtt', openMosquitto, (egress) =>
    connectorOf(openConnectors(egress), 'asyncapi'),
  );
});
