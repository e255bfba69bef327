import { mailPassword, openMailServer } from '../../../connectors/testing/mail-server.ts';
import { mailSubject } from '../../../connectors/conformance/mail-subject.ts';
import type { Subject } from '../../../connectors/conformance/subject.ts';

export async function openMail(): Promise<Subject> {
  const server = await openMailServer();
  return mailSubject({
    ...server,
    username: 'agent',
    password: mailPassword,
    taken: /^250 kept$/u,
  });
}
