import { Command } from 'commander';

import {
  CreateDecisionLinkDocument,
  ListDecisionLinksDocument,
  RevokeDecisionLinkDocument,
} from '../../sdk/src/index.ts';
import { connect, connected, type Connection, endpointOf } from '../connection.ts';
import { printJson } from '../json-output.ts';
import { table } from '../output.ts';
import { throwRefusal } from '../user-errors.ts';

interface LinkOptions {
  readonly member?: string;
  readonly email?: string;
  readonly expires: string;
}

/** `operandi approvals link ID`: an address by which a member decides without signing in. */
export function linkCommand(): Command {
  return connected(new Command('link'))
    .description('Print an address by which a member decides once, without signing in.')
    .argument('<id>', 'id of the approval')
    .option('--member <id>', 'id of the member who decides by it')
    .option('--email <address>', 'their e-mail address, instead of the id')
    .option('--expires <seconds>', 'how long it may be used', '86400')
    .action(async (approvalId: string, options: Connection & LinkOptions) => {
      const { member: memberId, email, expires } = options;
      await using client = connect(options);
      const { createDecisionLink } = await client.request(CreateDecisionLinkDocument, {
        input: {
          ...{ approvalId, expiresInSeconds: Number(expires) },
          ...(memberId !== undefined && { memberId }),
          ...(email !== undefined && { email }),
        },
      });
      throwRefusal(createDecisionLink.userErrors);
      const { decisionLink, path } = createDecisionLink;
      if (decisionLink === null || path === null) throw new Error(`${approvalId} got no link`);
      const url = new URL(path, endpointOf(options)).href;
      if (options.json) printJson({ ...decisionLink, url });
      else console.log(url);
    });
}

/** `operandi approvals links ID`: what became of the links of an approval. */
export function linksCommand(): Command {
  return connected(new Command('links'))
    .description('List the links by which an approval may be decided or was.')
    .argument('<id>', 'id of the approval')
    .action(async (approvalId: string, options: Connection) => {
      await using client = connect(options);
      const { decisionLinks } = await client.request(ListDecisionLinksDocument, { approvalId });
      if (options.json) {
        printJson(decisionLinks);
        return;
      }
      if (decisionLinks.length === 0) {
        console.log('No links.');
        return;
      }
      console.log(
        table(
          ['link', 'decides', 'state', 'made by', 'until', 'used'],
          decisionLinks.map(({ id, member, state, createdBy, expiresAt, usedAt }) => [
            ...[id, member, state, createdBy, expiresAt, usedAt ?? ''],
          ]),
        ),
      );
    });
}

/** `operandi approvals unlink ID`: takes a link back. */
export function unlinkCommand(): Command {
  return connected(new Command('unlink'))
    .description('Take a link to decide back.')
    .argument('<id>', 'id of the link')
    .action(async (id: string, options: Connection) => {
      await using client = connect(options);
      const { revokeDecisionLink } = await client.request(RevokeDecisionLinkDocument, {
        input: { id },
      });
      throwRefusal(revokeDecisionLink.userErrors);
      const { decisionLink } = revokeDecisionLink;
      if (options.json) printJson(decisionLink);
      else console.log(`${id} ${decisionLink?.state ?? ''}`);
    });
}
