import { afterAll, beforeAll, vi } from 'vitest';

import { connectorOf } from '../../core/integrations/connectors.ts';
import { openConnectors } from '../../core/integrations/open-connectors.ts';
import { describeConnector } from './conformance.ts';
import { openEcho } from '../../tests/support/subjects/a2a.ts';

// The peer tells the console of each request.
beforeAll(() => void vi.spyOn(console, 'log').mockReturnValue());
afterAll(() => void vi.restoreAllMocks());

describeConnector('a2a', openEcho, (egress) => connectorOf(openConnectors(egress), 'a2a'));
