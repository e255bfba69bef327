import { Command } from 'commander';

import type {
  FieldReport,
  OperationReport,
  UsageReport,
} from '../../gateway/usage/usage-report.ts';
import { printJson, printsJson } from '../json-output.ts';
import { table } from '../output.ts';

interface Options {
  readonly json?: true;
  readonly client?: string;
  readonly field?: string;
  readonly since?: string;
}

/** `operandi gateway usage`: which clients use what. */
export function gatewayUsageCommand(): Command {
  return printsJson(new Command('usage'))
    .description('Show which clients use which operations and fields of a gateway.')
    .argument('[source]', 'path usage.report of a running gateway, or the file of usage.file')
    .option('--client <name>', 'of this client only')
    .option('--field <coordinate>', 'who uses this, e.g. Product.price')
    .option('--since <when>', 'since 7d, 24h or a date, by whole days (UTC)')
    .addHelpText('after', '\nThe key of usage.report is taken from OPERANDI_USAGE_KEY.')
    .action((source: string | undefined, _options: Options, command: Command) =>
      // `gateway` has a --json of its own, which takes this one.
      showUsage(source, command.optsWithGlobals()),
    );
}

async function showUsage(source: string | undefined, options: Options): Promise<void> {
  const { firstDay, readUsage, usualUsageSource } = await import('../usage-source.ts');
  const { reportUsage } = await import('../../gateway/usage/usage-report.ts');
  const { client, field } = options;
  const since = firstDay(options.since);
  const { usage } = await readUsage(source ?? usualUsageSource);
  const report = reportUsage(usage, { client, field, since });
  if (options.json) printJson(report);
  else console.log(describe(report));
}

/** Beyond them a terminal shows nothing that helps. */
const mostFields = 50;

function describe({ operations, fields, isComplete }: UsageReport): string {
  if (operations.length === 0) return 'No operation has run.';
  const hidden = fields.length - mostFields;
  return [
    describeOperations(operations),
    describeFields(fields.slice(0, mostFields)),
    ...(hidden > 0 ? [`… and ${hidden} more; --json shows all`] : []),
    ...(isComplete ? [] : ['Somebody has used more than there is place for: the list has gaps.']),
  ].join('\n\n');
}

function describeOperations(operations: readonly OperationReport[]): string {
  const headings = [
    'client',
    'version',
    'operation',
    'kind',
    'requests',
    'errors',
    'p50',
    'p95',
    'p99',
    'last',
  ];
  return table(
    headings,
    operations.map((one) => [
      ...[one.client, one.version, one.operation, one.kind],
      ...[String(one.requests), String(one.errors)],
      ...[one.p50Ms, one.p95Ms, one.p99Ms].map(milliseconds),
      one.lastSeen,
    ]),
  );
}

function describeFields(fields: readonly FieldReport[]): string {
  return table(
    ['field', 'requests', 'clients', 'last'],
    fields.map(({ coordinate, requests, clients, lastSeen }) => [
      ...[coordinate, String(requests), clients.join(', '), lastSeen],
    ]),
  );
}

function milliseconds(ms: number | undefined): string | undefined {
  if (ms === undefined) return undefined;
  return ms === Infinity ? 'longer' : `≤ ${ms} ms`;
}
