import { connectorOf } from '../../core/integrations/connectors.ts';
import { openConnectors } from '../../core/integrations/open-connectors.ts';
import { describeConnector } from './conformance.ts';
import { openLedger } from '../../tests/support/subjects/http.ts';

describeConnector('http', openLedger, (egress) => connectorOf(openConnectors(egress), 'http'));
