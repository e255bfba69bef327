import type { Clock } from '../../kernel/clock.ts';
import { type ClientSizes, ClientUsage } from './client-usage.ts';
import { dayOf, type Outcome, requestsIn } from './day-counts.ts';
import type { OperationUsage } from './operation-usage.ts';
import type { ClientSnapshot, UsageSnapshot } from './snapshot.ts';
import { createTopTable } from './top-table.ts';

/** How a client calls itself. */
export interface ClientName {
  readonly name: string | undefined;
  readonly version: string | undefined;
}

/** Which clients use what, in a table whose size does not depend on what clients send. */
export interface UsageTable {
  count(client: ClientName, operation: OperationUsage, outcome: Outcome): void;
  /** Takes over what another table has counted, or this one before a restart. */
  absorb(snapshot: UsageSnapshot): void;
  snapshot(): UsageSnapshot;
  /** Clients that have a place of their own, then the others together. */
  clients(): readonly ClientUsage[];
  /** Those who have no place of their own. */
  readonly others: ClientUsage;
}

interface TableOptions extends ClientSizes {
  readonly maxClients: number;
  readonly clock: Clock;
}

export function createUsageTable(options: TableOptions): UsageTable {
  const { maxClients, retentionDays, clock } = options;
  const others = new ClientUsage({}, options);
  const clients = createTopTable<ClientUsage>({
    max: maxClients,
    make: (key) => new ClientUsage(nameFrom(key), options),
    onLeave: (leaving) => others.absorbLeaving(leaving),
  });
  let today = dayOf(clock.now());
  const forget = (): void => {
    const oldest = today - retentionDays + 1;
    others.forgetBefore(oldest);
    clients.reweigh((client) => client.forgetBefore(oldest));
  };
  const all = (): ClientUsage[] => [...[...clients.entries()].map(([, client]) => client), others];
  return {
    others,
    clients: all,
    count: ({ name, version }, operation, outcome) => {
      const day = dayOf(clock.now());
      if (day > today) {
        today = day;
        forget();
      }
      const client = clients.take(keyOf(name, version), 1) ?? others;
      client.count(operation, day, outcome);
    },
    absorb: (snapshot) => {
      const busiestFirst = snapshot.clients
        .map((client) => ({ client, weight: weightOf(client) }))
        .toSorted((a, b) => b.weight - a.weight);
      for (const { client, weight } of busiestFirst) {
        const { name, version, isOthers } = client;
        const own = isOthers ? undefined : clients.take(keyOf(name, version), weight);
        (own ?? others).absorb(client, snapshot.operations);
      }
      forget();
    },
    snapshot: () => {
      const operations: UsageSnapshot['operations'] = {};
      const since = today - retentionDays + 1;
      return {
        version: 1,
        clients: all().map((client) => ({
          ...client.snapshot(operations, since),
          isOthers: client === others,
        })),
        operations,
      };
    },
  };
}

/** Longer names are cut. */
const maxTextLength = 64;
// Neither part can have one: it is no printable character.
const between = '\n';

function keyOf(name: string | undefined, version: string | undefined): string {
  return `${printable(name)}${between}${printable(version)}`;
}

function nameFrom(key: string): Pick<ClientSnapshot, 'name' | 'version'> {
  const [name = '', version = ''] = key.split(between);
  return { ...(name !== '' && { name }), ...(version !== '' && { version }) };
}

const printableAscii = /^[ -~]{0,64}$/;
const notPrintable = /[^ -~]/g;

function printable(text = ''): string {
  if (printableAscii.test(text)) return text;
  return text.slice(0, maxTextLength).replace(notPrintable, '?');
}

function weightOf({ operations, rest }: ClientSnapshot): number {
  return [rest.days, ...Object.values(operations)]
    .flatMap((days) => Object.values(days))
    .reduce((sum, numbers) => sum + requestsIn(numbers), 0);
}
