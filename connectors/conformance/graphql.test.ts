import { connectorOf } from '../../core/integrations/connectors.ts';
import { openConnectors } from '../../core/integrations/open-connectors.ts';
import { describeConnector } from './conformance.ts';
import { openGraphql } from '../../tests/support/subjects/graphql.ts';

describeConnector('graphql', openGraphql, (egress) =>
  connectorOf(openConnectors(egress), 'graphql'),
);
