import { Command } from 'commander';

import {
  CreateRoleDocument,
  DeleteRoleDocument,
  ListRolesDocument,
  type Permission,
  UpdateRoleDocument,
} from '../../sdk/src/index.ts';
import { connect, connected, type Connection } from '../connection.ts';
import { printJson, table } from '../output.ts';
import { throwRefusal } from '../user-errors.ts';

/** `operandi roles …`: the built-in roles, and those that a tenant makes for itself. */
export function rolesCommand(): Command {
  const command = new Command('roles');
  command.addCommand(listCommand());
  command.addCommand(createCommand());
  command.addCommand(updateCommand());
  command.addCommand(deleteCommand());
  return command;
}

function listCommand(): Command {
  return connected(new Command('list'))
    .description('List all roles with what they allow.')
    .action(async (options: Connection) => {
      await using client = connect(options);
      const { roles, customRoles } = await client.request(ListRolesDocument, {});
      if (options.json) {
        printJson({ roles, customRoles });
        return;
      }
      const rows = [
        ...roles.map(({ name, permissions }) => ['', name, permissions.join(' ')]),
        ...customRoles.map(({ id, name, permissions }) => [id, name, permissions.join(' ')]),
      ];
      console.log(table(['id', 'role', 'permissions'], rows));
    });
}

function createCommand(): Command {
  return connected(new Command('create'))
    .description('Make a role of your own that may do at most what you may.')
    .argument('<name>', 'what it is called')
    .argument('<permission...>', 'what it allows, e.g. JOBS_READ APPROVALS_DECIDE')
    .action(async (name: string, permissions: Permission[], options: Connection) => {
      await using client = connect(options);
      const { createRole } = await client.request(CreateRoleDocument, {
        input: { name, permissions },
      });
      throwRefusal(createRole.userErrors);
      if (options.json) printJson(createRole.customRole);
      else console.log(createRole.customRole?.id ?? '');
    });
}

function updateCommand(): Command {
  return connected(new Command('update'))
    .description('Change what a role allows, for all who have it.')
    .argument('<id>', 'id of the role')
    .argument('<permission...>', 'all that it allows from now on')
    .action(async (id: string, permissions: Permission[], options: Connection) => {
      await using client = connect(options);
      const { updateRole } = await client.request(UpdateRoleDocument, {
        input: { id, permissions },
      });
      throwRefusal(updateRole.userErrors);
      if (options.json) printJson(updateRole.customRole);
      else console.log(`${id} ${updateRole.customRole?.permissions.join(' ') ?? ''}`);
    });
}

function deleteCommand(): Command {
  return connected(new Command('delete'))
    .description('Delete a role that nobody has.')
    .argument('<id>', 'id of the role')
    .action(async (id: string, options: Connection) => {
      await using client = connect(options);
      const { deleteRole } = await client.request(DeleteRoleDocument, { input: { id } });
      throwRefusal(deleteRole.userErrors);
      if (options.json) printJson({ id });
      else console.log(`${id} deleted`);
    });
}
