import { connectorOf } from '../../core/integrations/connectors.ts';
import { openConnectors } from '../../core/integrations/open-connectors.ts';
import { describeConnector } from './conformance.ts';
import { openGrpc } from '../../tests/support/subjects/grpc.ts';

describeConnector('grpc', openGrpc, (egress) => connectorOf(openConnectors(egress), 'grpc'));
