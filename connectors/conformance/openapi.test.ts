import { connectorOf } from '../../core/integrations/connectors.ts';
import { openConnectors } from '../../core/integrations/open-connectors.ts';
import { describeConnector } from './conformance.ts';
import { openPets } from '../../tests/support/subjects/openapi.ts';

describeConnector('openapi', openPets, (egress) => connectorOf(openConnectors(egress), 'openapi'));
