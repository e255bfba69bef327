import { once } from 'node:events';
import { Command } from 'commander';
import type { suspendTenant } from '../../core/access/tenant-suspension.ts';
import { systemClock } from '../../kernel/clock.ts';
import { readConfig } from '../../kernel/config/config.ts';
import { createLogger } from '../../kernel/logger.ts';
import { keeping } from '../key-file.ts';
import { showCommand, updateCommand } from './own-tenant.ts';
import { plainLine } from '../plain-text.ts';

/** `operandi tenant`: one's own over the API; the rest only whoever runs the platform may do, by way of the database. */
export function tenantCommand(): Command {
  return new Command('tenant')
    .addCommand(showCommand())
    .addCommand(updateCommand())
    .addCommand(createCommand())
    .addCommand(listCommand())
    .addCommand(
      changing(
        'suspend',
        'Refuse the keys of a tenant and hold its jobs.',
        'suspended; its jobs are held',
      ),
    )
    .addCommand(
      changing(
        'resume',
        'Let a suspended tenant in again and its jobs go on.',
        'resumed; its jobs go on',
      ),
    )
    .addCommand(quotaCommand())
    .addCommand(exportCommand())
    .addCommand(deleteCommand());
}

function createCommand(): Command {
  return new Command('create')
    .description('Make a tenant with its first admin key.')
    .argument('<name>', 'what it is called')
    .option('--key-file <file>', 'write the key to this new file, mode 0600, instead of the screen')
    .action(async (name: string, { keyFile }: { readonly keyFile?: string }) => {
      const { createTenant } = await import('../../core/access/create-tenant.ts');
      const made = await overServices((services) =>
        createTenant(services, { name, keep: keeping(keyFile) }),
      );
      console.log(`Tenant ${name} (${made.tenantId})`);
      console.log(
        keyFile === undefined ? `First admin key, shown once: ${made.key}` : `Key in ${keyFile}.`,
      );
    });
}

function listCommand(): Command {
  return new Command('list').description('List the tenants.').action(async () => {
    const tenants = await overServices(({ database }) =>
      database.asSystem((tx) => tx.tenant.findMany({ orderBy: { id: 'asc' } }), {
        isReadOnly: true,
      }),
    );
    for (const { id, name, suspendedAt, deleteAfter } of tenants) {
      const suspended = suspendedAt === null ? '' : `  suspended ${suspendedAt.toISOString()}`;
      const ends = deleteAfter === null ? '' : `  deletable from ${deleteAfter.toISOString()}`;
      console.log(`${id}  ${plainLine(name)}${suspended}${ends}`);
    }
  });
}

function changing(name: 'suspend' | 'resume', description: string, done: string): Command {
  return new Command(name)
    .description(description)
    .argument('<tenant>', 'its name or its id')
    .option('--reason <text>', 'why, for the audit log')
    .action(async (tenant: string, { reason }: { readonly reason?: string }) => {
      const { suspendTenant, resumeTenant } =
        await import('../../core/access/tenant-suspension.ts');
      const change = name === 'suspend' ? suspendTenant : resumeTenant;
      const changed = await overServices((services) => change(services, { tenant, reason }));
      console.log(`Tenant ${changed.name} (${changed.id}) is ${done}.`);
    });
}

function quotaCommand(): Command {
  return new Command('quota')
    .description(
      'Change how much of each kind a tenant may have; without changes, say what is its own.',
    )
    .argument('<tenant>', 'its name or its id')
    .argument('[change...]', 'e.g. keys=500 members=default')
    .action(async (tenant: string, changes: readonly string[]) => {
      const { setQuotas } = await import('../../core/access/set-quotas.ts');
      const { id, quotas } = await overServices((services) =>
        setQuotas(services, { tenant, changes }),
      );
      const own = Object.entries(quotas).map(([kind, most]) => `${kind}=${String(most)}`);
      console.log(`${id}  ${own.length === 0 ? 'as OPERANDI_TENANT_QUOTAS says' : own.join(' ')}`);
    });
}

function exportCommand(): Command {
  return new Command('export')
    .description('Write all that a tenant has to the standard output, one JSON text a line.')
    .argument('<tenant>', 'its name or its id')
    .action(async (tenant: string) => {
      const { exportTenant } = await import('../../core/access/export-tenant.ts');
      const write = async (line: string): Promise<void> => {
        if (!process.stdout.write(line)) await once(process.stdout, 'drain');
      };
      const { id, rows } = await overServices((services) => exportTenant(services, tenant, write));
      console.error(`${rows} rows of tenant ${id}`);
    });
}

function deleteCommand(): Command {
  return new Command('delete')
    .description(
      'Begin the time after which a suspended tenant can be deleted; after that, delete it.',
    )
    .argument('<tenant>', 'its name or its id')
    .option('--confirm <id>', 'its id, once more')
    .option('--grace-days <days>', 'how long it can still be resumed', '30')
    .action(async (tenant: string, { confirm, graceDays }: DeleteOptions, command: Command) => {
      if (!/^\d{1,4}$/.test(graceDays)) command.error('error: --grace-days must be a whole number');
      const { deleteTenant } = await import('../../core/access/delete-tenant.ts');
      const wish = { tenant, confirmed: confirm, graceDays: Number(graceDays) };
      const done = await overServices((services) => deleteTenant(services, wish), 'owner');
      console.log(
        'deletedRows' in done
          ? `Tenant ${done.id} is deleted, ${done.deletedRows} rows.`
          : `Tenant ${done.id} can be deleted from ${done.deletableFrom.toISOString()} on; run this again then.`,
      );
    });
}

interface DeleteOptions {
  readonly confirm?: string;
  readonly graceDays: string;
}

type Services = Parameters<typeof suspendTenant>[0];

/** As an owner it takes the migrator's URL: what nobody else may do. */
async function overServices<T>(
  work: (services: Services) => Promise<T>,
  as: 'operator' | 'owner' = 'operator',
): Promise<T> {
  const { openDatabase } = await import('../../kernel/database/database.ts');
  const { createDoorbell } = await import('../../kernel/doorbell/create-doorbell.ts');
  const config = readConfig(process.env, {}, 'operator');
  const log = createLogger({
    level: config.logLevel,
    name: 'tenant',
    pretty: !config.isProduction,
  });
  const databaseUrl = as === 'owner' ? config.databaseMigrationUrl : config.databaseUrl;
  await using database = await openDatabase({ ...config, databaseUrl }, log);
  await using doorbell = createDoorbell(config.redisUrl, log);
  return await work({ database, doorbell, clock: systemClock });
}
