import { Command } from 'commander';

import {
  GetIntegrationDocument,
  type IntegrationHealthFieldsFragment,
  ListIntegrationsDocument,
} from '../../sdk/src/index.ts';
import { connect, connected, type Connection } from '../connection.ts';
import { printJson } from '../json-output.ts';
import { facts } from '../output.ts';
import { paged, type Part, partOf, printPage } from '../paged.ts';

type Health = IntegrationHealthFieldsFragment;

/** `operandi integrations list`: each with how it has been of late. */
export function listCommand(): Command {
  return paged(new Command('list'))
    .description('List integrations by name, how they are and what they can do.')
    .addHelpText(
      'after',
      `\nCalls are those of the last hour, by all workers.

Examples:
  operandi integrations list
  operandi integrations list --json | jq '.nodes[] | select(.health.breaker == "OPEN") | .name'`,
    )
    .action(async (options: Connection & Part) => {
      await using client = connect(options);
      const { integrations } = await client.request(ListIntegrationsDocument, partOf(options));
      printPage(options, integrations, {
        headings: [
          ...['integration', 'kind', 'credential', 'breaker', 'calls', 'p95', 'operations'],
        ],
        cellsOf: ({ name, kind, credential, operations, health }) => [
          ...[name, kind, credential.state ?? (credential.isSet ? 'set' : '')],
          ...[health.breaker ?? '?', callsOf(health), timeOf(health.p95Ms)],
          operations.map((operation) => operation.name).join(', '),
        ],
        wide: {
          id: ({ id }) => id,
          p50: ({ health }) => timeOf(health.p50Ms),
          'under way': ({ health }) => String(health.underWay),
          cache: ({ health }) => cacheOf(health),
        },
        none: 'No integrations. Connect a system with: operandi integrations create --help',
      });
    });
}

/** `operandi integrations get NAME`. */
export function getCommand(): Command {
  return connected(new Command('get'))
    .description('Show one integration: its configuration, its credential and how it has been.')
    .argument('<name>', 'name of the integration')
    .addHelpText(
      'after',
      `\nCalls are those of the last hour, by all workers.

Examples:
  operandi integrations get ledger
  operandi integrations get ledger --json | jq .health`,
    )
    .action(async (name: string, options: Connection) => {
      await using client = connect(options);
      const { integration } = await client.request(GetIntegrationDocument, { name });
      if (integration === null) throw new Error(`there is no integration ${name}`);
      if (options.json) {
        printJson(integration);
        return;
      }
      const { kind, credential, health, operations } = integration;
      const known: readonly (readonly [string, string])[] = [
        ['name', name],
        ['kind', kind],
        ['credential', credential.state ?? (credential.isSet ? 'set' : 'none')],
        ['breaker', health.breaker ?? 'not known without Redis'],
        ['rate', health.ratePerSecond === null ? 'any' : `${String(health.ratePerSecond)}/s`],
        ['calls', callsOf(health)],
        ['under way', String(health.underWay)],
        ...health.failures.map(({ kind: way, count }) => [way, String(count)] as const),
        ['p50', timeOf(health.p50Ms)],
        ['p95', timeOf(health.p95Ms)],
        ['cache', cacheOf(health)],
        ['operations', operations.map((operation) => operation.name).join(', ')],
      ];
      console.log(facts(known));
    });
}

function callsOf({ calls, failures, isWhole }: Health): string {
  const failed = failures.reduce((sum, { count }) => sum + count, 0);
  return `${isWhole ? '' : 'last '}${String(calls)}, ${String(failed)} failed`;
}

function cacheOf({ cache: { hits, revalidated, stale, misses } }: Health): string {
  const used = [`${String(hits)} hits`, `${String(revalidated)} revalidated`];
  return [...used, `${String(stale)} stale`, `${String(misses)} misses`].join(', ');
}

function timeOf(ms: number | null): string {
  return ms === null ? '' : `${String(ms)} ms`;
}
