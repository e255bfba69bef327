import { Command } from 'commander';
import type { suspendTenant } from '../../core/access/tenant-suspension.ts';
import { systemClock } from '../../kernel/clock.ts';
import { readConfig } from '../../kernel/config/config.ts';
import { createLogger } from '../../kernel/logger.ts';

interface Options {
  readonly reason?: string;
}

/** `operandi tenant`: what only whoever runs the platform may do to a tenant, by way of the database. */
export function tenantCommand(): Command {
  return new Command('tenant')
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
    );
}

function changing(name: 'suspend' | 'resume', description: string, done: string): Command {
  return new Command(name)
    .description(description)
    .argument('<tenant>', 'its name or its id')
    .option('--reason <text>', 'why, for the audit log')
    .action(async (tenant: string, { reason }: Options) => {
      const { suspendTenant, resumeTenant } =
        await import('../../core/access/tenant-suspension.ts');
      const change = name === 'suspend' ? suspendTenant : resumeTenant;
      const changed = await overServices((services) => change(services, { tenant, reason }));
      console.log(`Tenant ${changed.name} (${changed.id}) is ${done}.`);
    });
}

type Services = Parameters<typeof suspendTenant>[0];

async function overServices<T>(work: (services: Services) => Promise<T>): Promise<T> {
  const { openDatabase } = await import('../../kernel/database/database.ts');
  const { createDoorbell } = await import('../../kernel/doorbell/create-doorbell.ts');
  const config = readConfig(process.env, {}, 'operator');
  const log = createLogger({
    level: config.logLevel,
    name: 'tenant',
    pretty: !config.isProduction,
  });
  await using database = await openDatabase(config, log);
  await using doorbell = createDoorbell(config.redisUrl, log);
  return await work({ database, doorbell, clock: systemClock });
}
