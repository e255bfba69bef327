import { Command } from 'commander';

import {
  InviteMemberDocument,
  type JobsPolicy,
  ListMembersDocument,
  RemoveMemberDocument,
  type RoleName,
  SetMemberRoleDocument,
} from '../../sdk/src/index.ts';
import { asksFirst } from '../confirm.ts';
import { connect, connected, type Connection } from '../connection.ts';
import { printJson } from '../json-output.ts';
import { paged, type Part, partOf, printPage } from '../paged.ts';
import { throwRefusal } from '../user-errors.ts';

/** `operandi members …`: the people and machines of the tenant that sign in. */
export function membersCommand(): Command {
  const command = new Command('members');
  command.addCommand(listCommand());
  command.addCommand(inviteCommand());
  command.addCommand(roleCommand());
  command.addCommand(removeCommand());
  return command;
}

function listCommand(): Command {
  return paged(new Command('list'))
    .description('List members, oldest first.')
    .action(async (options: Connection & Part) => {
      await using client = connect(options);
      const { members } = await client.request(ListMembersDocument, partOf(options));
      printPage(options, members, {
        headings: ['member', 'e-mail', 'name', 'role'],
        cellsOf: ({ id, email, name, role, customRole }) => [
          ...[id, email, name, customRole?.name ?? role],
        ],
        none: 'No members.',
      });
    });
}

interface InviteOptions {
  readonly name: string;
  readonly role: RoleName;
  readonly provider?: string;
  readonly subject?: string;
}

function inviteCommand(): Command {
  return connected(new Command('invite'))
    .description('Add somebody who signs in, or a machine with tokens of an identity provider.')
    .argument('<email>', 'their address; of a machine that of who looks after it')
    .requiredOption('--name <name>', 'what they are called')
    .requiredOption('--role <role>', 'VIEWER, OPERATOR, AUTHOR, APPROVER, AUDITOR or ADMIN')
    .option('--provider <id>', 'identity provider of --subject')
    .option('--subject <text>', 'what tokens say in sub; of a machine mostly its client id')
    .action(async (email: string, options: Connection & InviteOptions) => {
      await using client = connect(options);
      const { name, role, provider: providerId, subject } = options;
      if ((providerId === undefined) !== (subject === undefined))
        throw new Error('--provider and --subject belong together');
      const { inviteMember } = await client.request(InviteMemberDocument, {
        input: {
          ...{ email, name, role },
          ...(providerId !== undefined &&
            subject !== undefined && { identity: { providerId, subject } }),
        },
      });
      throwRefusal(inviteMember.userErrors);
      if (options.json) printJson(inviteMember.member);
      else console.log(inviteMember.member?.id ?? '');
    });
}

function roleCommand(): Command {
  return connected(new Command('role'))
    .description('Change what a member may do.')
    .argument('<id>', 'id of the member')
    .argument('<role>', 'a built-in role, or the id of one of your own')
    .action(async (id: string, role: string, options: Connection) => {
      await using client = connect(options);
      const isOwn = /^[0-9a-f]{8}-/i.test(role);
      const { setMemberRole } = await client.request(SetMemberRoleDocument, {
        input: { id, ...(isOwn ? { role: 'VIEWER', customRoleId: role } : { role: roleOf(role) }) },
      });
      throwRefusal(setMemberRole.userErrors);
      if (options.json) printJson(setMemberRole.member);
      else console.log(`${id} ${setMemberRole.member?.customRole?.name ?? role}`);
    });
}

const roles = ['VIEWER', 'OPERATOR', 'AUTHOR', 'APPROVER', 'AUDITOR', 'ADMIN'] as const;

function roleOf(text: string): RoleName {
  const role = roles.find((each) => each === text.toUpperCase());
  if (role === undefined) throw new Error(`${text} is no role; there are ${roles.join(', ')}`);
  return role;
}

function removeCommand(): Command {
  return asksFirst(connected(new Command('remove')), 'Remove the member')
    .description('End a membership at once, with its sessions.')
    .argument('<id>', 'id of the member')
    .option('--jobs <policy>', 'their jobs: STOP, FINISH or ASK', 'STOP')
    .action(async (id: string, options: Connection & { readonly jobs: JobsPolicy }) => {
      await using client = connect(options);
      const { removeMember } = await client.request(RemoveMemberDocument, {
        input: { id, jobs: options.jobs },
      });
      throwRefusal(removeMember.userErrors);
      if (options.json) printJson({ id });
      else console.log(`${id} removed`);
    });
}
