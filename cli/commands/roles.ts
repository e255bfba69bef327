import { Command } from 'commander';

import {
  CreateRoleDocument,
  DeleteRoleDocument,
  ListRolesDocument,
  type PermissionConditionInput,
  UpdateRoleDocument,
} from '../../sdk/src/index.ts';
import { asksFirst } from '../confirm.ts';
import { connect, connected, type Connection } from '../connection.ts';
import { printJson } from '../json-output.ts';
import { table } from '../output.ts';
import { permissionOf, permissionsOf } from '../permission-option.ts';
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
        ...customRoles.map(({ id, name, permissions, conditions }) => [
          ...[id, name, permissions.join(' '), conditions.map(asText).join(' ')],
        ]),
      ];
      console.log(table(['id', 'role', 'permissions', 'where'], rows));
    });
}

function createCommand(): Command {
  return connected(new Command('create'))
    .description('Make a role of your own that may do at most what you may.')
    .argument('<name>', 'what it is called')
    .argument('<permission...>', 'what it allows, e.g. JOBS_READ APPROVALS_DECIDE')
    .option('--where <condition>', whereHelp, collect, [])
    .action(async (name: string, names: string[], options: Connection & Conditions) => {
      const permissions = permissionsOf('permission', names);
      const conditions = options.where.map(conditionOf);
      await using client = connect(options);
      const { createRole } = await client.request(CreateRoleDocument, {
        input: { name, permissions, conditions },
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
    .option('--where <condition>', `${whereHelp}; none keeps those there are`, collect, [])
    .option('--everywhere', 'take all conditions away')
    .action(async (id: string, names: string[], options: Connection & Conditions) => {
      const permissions = permissionsOf('permission', names);
      const conditions = options.where.map(conditionOf);
      const isSaid = conditions.length > 0 || options.everywhere === true;
      await using client = connect(options);
      const { updateRole } = await client.request(UpdateRoleDocument, {
        input: { id, permissions, ...(isSaid ? { conditions } : {}) },
      });
      throwRefusal(updateRole.userErrors);
      if (options.json) printJson(updateRole.customRole);
      else console.log(`${id} ${updateRole.customRole?.permissions.join(' ') ?? ''}`);
    });
}

interface Conditions {
  readonly where: readonly string[];
  readonly everywhere?: true;
}

const whereHelp =
  'labels for which a permission counts, e.g. JOBS_SUBMIT:team=finance,sales;tier=1; may be said again';

function collect(text: string, said: readonly string[]): readonly string[] {
  return [...said, text];
}

/** Reads `PERMISSION:label=value,value;label=value`. The platform says which labels there are. */
function conditionOf(text: string): PermissionConditionInput {
  const colon = text.indexOf(':');
  const labels = text
    .slice(colon + 1)
    .split(';')
    .map((part) => {
      const equals = part.indexOf('=');
      return { name: part.slice(0, equals), values: part.slice(equals + 1).split(','), equals };
    });
  if (colon < 1 || labels.some(({ equals }) => equals < 1))
    throw new Error(`${text} is no condition; say PERMISSION:label=value`);
  return {
    permission: permissionOf('--where', text.slice(0, colon)),
    labels: labels.map(({ name, values }) => ({ name, values })),
  };
}

function asText({ permission, labels }: PermissionConditionInput): string {
  return `${permission}:${labels.map(({ name, values }) => `${name}=${values.join(',')}`).join(';')}`;
}

function deleteCommand(): Command {
  return asksFirst(connected(new Command('delete')), 'Delete the role')
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
