import { describe } from 'vitest';

import { describeConnector } from '../../connectors/conformance/conformance.ts';
import { mailSubject } from '../../connectors/conformance/mail-subject.ts';
import type { Subject } from '../../connectors/conformance/subject.ts';
import { connectorOf } from '../../core/integrations/connectors.ts';
import { openConnectors } from '../../core/integrations/open-connectors.ts';
import { eximUser, hasExim, startExim } from '../support/start-exim.ts';

describe.skipIf(!hasExim)('a mail transfer agent', () => {
  describeConnector('smtp (exim)', openExim, (egress) =>
    connectorOf(openConnectors(egress), 'smtp'),
  );
});

async function openExim(): Promise<Subject> {
  return mailSubject({ ...(await startExim()), ...eximUser, taken: /^250 OK id=/u });
}
