import { describeConnector } from '../../connectors/conformance/conformance.ts';
import { connectorOf } from '../../core/integrations/connectors.ts';
import { openConnectors } from '../../core/integrations/open-connectors.ts';
import { findProgram } from '../support/process.ts';
import { openMariadbPeer, openPostgresPeer } from '../support/sql-peers.ts';
import { sqlSubject } from '../support/subjects/sql.ts';

const peers = [
  { dialect: 'postgresql', program: 'initdb', open: openPostgresPeer },
  { dialect: 'mariadb', program: 'mariadbd', open: openMariadbPeer },
] as const;

for (const { dialect, program, open } of peers) {
  if (findProgram(program) === undefined) continue;
  describeConnector(
    `sql (${dialect})`,
    async () => sqlSubject(await open()),
    (egress) => connectorOf(openConnectors(egress), 'sql'),
  );
}
