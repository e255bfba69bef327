import { connectorOf } from '../../core/integrations/connectors.ts';
import { openConnectors } from '../../core/integrations/open-connectors.ts';
import { describeConnector } from './conformance.ts';
import { openMcp } from '../../tests/support/subjects/mcp.ts';

describeConnector('mcp', openMcp, (egress) => connectorOf(openConnectors(egress), 'mcp'));
