import { connectorOf } from '../../core/integrations/connectors.ts';
import { openConnectors } from '../../core/integrations/open-connectors.ts';
import { describeConnector } from './conformance.ts';
import { openBucket } from '../../tests/support/subjects/s3.ts';

describeConnector('s3', openBucket, (egress) => connectorOf(openConnectors(egress), 's3'));
