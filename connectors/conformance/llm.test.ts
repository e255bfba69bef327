import { afterAll, beforeAll, vi } from 'vitest';

import { connectorOf } from '../../core/integrations/connectors.ts';
import { openConnectors } from '../../core/integrations/open-connectors.ts';
import { describeConnector } from './conformance.ts';
import { openLlm, openStreaming } from '../../tests/support/subjects/llm.ts';

// The peer tells the console of each request.
beforeAll(() => void vi.spyOn(console, 'log').mockReturnValue());
afterAll(() => void vi.restoreAllMocks());

describeConnector('llm', openLlm, (egress) => connectorOf(openConnectors(egress), 'llm'));
describeConnector('llm, streamed', openStreaming, (egress) =>
  connectorOf(openConnectors(egress), 'llm'),
);
