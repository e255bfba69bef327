import { Command } from 'commander';

import {
  AddGroupMemberDocument,
  CreateGroupDocument,
  DeleteGroupDocument,
  ListGroupsDocument,
  RemoveGroupMemberDocument,
  type RoleName,
  UpdateGroupDocument,
} from '../../sdk/src/index.ts';
import { asksFirst } from '../confirm.ts';
import { connect, connected, type Connection } from '../connection.ts';
import { printJson } from '../json-output.ts';
import { table } from '../output.ts';
import { throwRefusal } from '../user-errors.ts';

/** `operandi groups …`: members by a common name, as approvals ask for them. */
export function groupsCommand(): Command {
  return new Command('groups')
    .addCommand(listCommand())
    .addCommand(createCommand())
    .addCommand(roleCommand())
    .addCommand(deleteCommand())
    .addCommand(memberCommand('add'))
    .addCommand(memberCommand('remove'));
}

function listCommand(): Command {
  return connected(new Command('list'))
    .description('List groups with their members, oldest first.')
    .action(async (options: Connection) => {
      await using client = connect(options);
      const { groups } = await client.request(ListGroupsDocument, {});
      if (options.json) {
        printJson(groups);
        return;
      }
      const rows = groups.map(({ id, name, role, customRole, members }) => [
        ...[id, name, customRole?.name ?? role ?? ''],
        members.map((member) => member.name).join(', '),
      ]);
      console.log(table(['group', 'name', 'role', 'members'], rows));
    });
}

function createCommand(): Command {
  return connected(new Command('create'))
    .description('Make a group; approvers name it as group:NAME.')
    .argument('<name>', 'what it is called')
    .option('--role <role>', 'a role of its members: a built-in one, or the id of one of your own')
    .action(async (name: string, options: Connection & { readonly role?: string }) => {
      await using client = connect(options);
      const { createGroup } = await client.request(CreateGroupDocument, {
        input: { name, ...roleOf(options.role) },
      });
      throwRefusal(createGroup.userErrors);
      if (options.json) printJson(createGroup.group);
      else console.log(createGroup.group?.id ?? '');
    });
}

function roleCommand(): Command {
  return connected(new Command('role'))
    .description('Give a group another role, or none.')
    .argument('<id>', 'id of the group')
    .argument('[role]', 'a built-in role, or the id of one of your own')
    .action(async (id: string, role: string | undefined, options: Connection) => {
      await using client = connect(options);
      const { updateGroup } = await client.request(UpdateGroupDocument, {
        input: { id, ...roleOf(role) },
      });
      throwRefusal(updateGroup.userErrors);
      if (options.json) printJson(updateGroup.group);
      else console.log(`${id} ${role ?? 'has no role'}`);
    });
}

function deleteCommand(): Command {
  return asksFirst(connected(new Command('delete')), 'Delete the group')
    .description('Delete a group.')
    .argument('<id>', 'id of the group')
    .action(async (id: string, options: Connection) => {
      await using client = connect(options);
      const { deleteGroup } = await client.request(DeleteGroupDocument, { input: { id } });
      throwRefusal(deleteGroup.userErrors);
      if (options.json) printJson({ id });
      else console.log(`${id} deleted`);
    });
}

function memberCommand(act: 'add' | 'remove'): Command {
  return connected(new Command(act))
    .description(act === 'add' ? 'Add a member to a group.' : 'Take a member out of a group.')
    .argument('<group>', 'id of the group')
    .argument('<member>', 'id of the member')
    .action(async (groupId: string, memberId: string, options: Connection) => {
      await using client = connect(options);
      const variables = { input: { groupId, memberId } };
      const answer =
        act === 'add'
          ? (await client.request(AddGroupMemberDocument, variables)).addGroupMember
          : (await client.request(RemoveGroupMemberDocument, variables)).removeGroupMember;
      throwRefusal(answer.userErrors);
      if (options.json) printJson(answer.group);
      else
        console.log(
          `${memberId} ${act === 'add' ? 'is in' : 'is no more in'} ${answer.group?.name ?? groupId}`,
        );
    });
}

/** An id is one of the tenant's own; the platform knows which built-in ones there are. */
function roleOf(role: string | undefined): { role?: RoleName; customRoleId?: string } {
  if (role === undefined) return {};
  if (/^[0-9a-f]{8}-/i.test(role)) return { customRoleId: role };
  return { role: role.toUpperCase() as RoleName };
}
