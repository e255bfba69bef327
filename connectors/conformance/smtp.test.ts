import { connectorOf } from '../../core/integrations/connectors.ts';
import { openConnectors } from '../../core/integrations/open-connectors.ts';
import { describeConnector } from './conformance.ts';
import { openMail } from '../../tests/support/subjects/smtp.ts';

describeConnector('smtp', openMail, (egress) => connectorOf(openConnectors(egress), 'smtp'));
