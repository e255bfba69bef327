import { connectorOf } from '../../core/integrations/connectors.ts';
import { openConnectors } from '../../core/integrations/open-connectors.ts';
import { describeConnector } from './conformance.ts';
import { openWorkspace } from '../../tests/support/subjects/slack.ts';

describeConnector('slack', openWorkspace, (egress) => connectorOf(openConnectors(egress), 'slack'));
