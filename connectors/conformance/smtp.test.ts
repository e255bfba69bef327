import { connectorOf } from '../../core/integrations/connectors.ts';
import { openConnectors } from '../../core/integrations/open-connectors.ts';
import { mailPassword, openMailServer } from '../testing/mail-server.ts';
import { describeConnector } from './conformance.ts';
import { mailSubject } from './mail-subject.ts';
import type { Subject } from './subject.ts';

describeConnector('smtp', openMail, (egress) => connectorOf(openConnectors(egress), 'smtp'));

async function openMail(): Promise<Subject> {
  const server = await openMailServer();
  return mailSubject({
    ...server,
    username: 'agent',
    password: mailPassword,
    taken: /^250 kept$/u,
  });
}
