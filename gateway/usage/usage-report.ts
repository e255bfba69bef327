import { dayFrom, errorsIn, quantileMs, requestsIn, sumOf } from './day-counts.ts';
import type { ClientSnapshot, DaysSnapshot, OperationSnapshot, UsageSnapshot } from './snapshot.ts';
import { othersName } from './usage-metrics.ts';

/** Which part of usage is wanted. */
export interface UsageFilter {
  /** First day. */
  readonly since?: string | undefined;
  /** Name of a client. */
  readonly client?: string | undefined;
  /** Coordinate that operations use, e.g. `Product.price`. */
  readonly field?: string | undefined;
}

/** What one client has asked by one operation; without a name and a kind: by all that have no place of their own. */
export interface OperationReport {
  readonly client: string;
  readonly version: string;
  readonly operation: string;
  readonly kind: string;
  readonly requests: number;
  readonly errors: number;
  /** Ends of the buckets in which these shares lie, milliseconds; absent where nothing was timed. */
  readonly p50Ms?: number;
  readonly p95Ms?: number;
  readonly p99Ms?: number;
  readonly lastSeen: string;
}

/** How many requests used a part of the schema, and whose. */
export interface FieldReport {
  readonly coordinate: string;
  readonly requests: number;
  readonly clients: readonly string[];
  readonly lastSeen: string;
}

/** Usage for people and programs, busiest first. */
export interface UsageReport {
  readonly operations: readonly OperationReport[];
  readonly fields: readonly FieldReport[];
  /** False: somebody has used more than there is place for, so that what is not listed may still be used. */
  readonly isComplete: boolean;
}

const unnamedClient = '(unnamed)';
const anonymousOperation = '(anonymous)';
const restOfOperations = '(others)';

/** How one client's use of something is told. */
interface Use {
  readonly client: ClientSnapshot;
  readonly operation: OperationSnapshot | undefined;
  readonly days: DaysSnapshot;
}

export function reportUsage(usage: UsageSnapshot, filter: UsageFilter = {}): UsageReport {
  const clients = usage.clients.filter(
    (one) => filter.client === undefined || nameOf(one) === filter.client,
  );
  const uses = clients.flatMap((client) => usesOf(client, usage, filter));
  return {
    operations: uses.map(reportOperation).toSorted((a, b) => b.requests - a.requests),
    fields: reportFields(clients, usage, filter),
    isComplete: usage.clients.every(({ rest }) => rest.isComplete),
  };
}

/** Under which name a client is listed. */
export function nameOf({ name, isOthers }: ClientSnapshot): string {
  return isOthers ? othersName : (name ?? unnamedClient);
}

function usesOf(client: ClientSnapshot, usage: UsageSnapshot, filter: UsageFilter): Use[] {
  const { field, since } = filter;
  const own = Object.entries(client.operations).flatMap(([id, days]): Use[] => {
    const operation = usage.operations[id];
    if (operation === undefined) return [];
    const isWanted = field === undefined || operation.coordinates.includes(field);
    return isWanted ? [{ client, operation, days: daysSince(days, since) }] : [];
  });
  const isRestWanted = field === undefined || field in client.rest.coordinates;
  const rest = { client, operation: undefined, days: daysSince(client.rest.days, since) };
  return [...own, ...(isRestWanted ? [rest] : [])].filter(
    ({ days }) => Object.keys(days).length > 0,
  );
}

function daysSince(days: DaysSnapshot, since = ''): DaysSnapshot {
  const first = dayFrom(since) ?? 0;
  return Object.fromEntries(Object.entries(days).filter(([date]) => (dayFrom(date) ?? 0) >= first));
}

function reportOperation({ client, operation, days }: Use): OperationReport {
  const numbers = sumOf(Object.values(days));
  const [p50Ms, p95Ms, p99Ms] = [0.5, 0.95, 0.99].map((share) => quantileMs(numbers, share));
  return {
    client: nameOf(client),
    version: client.version ?? '',
    operation: operation === undefined ? restOfOperations : (operation.name ?? anonymousOperation),
    kind: operation?.kind ?? '',
    requests: requestsIn(numbers),
    errors: errorsIn(numbers),
    ...(p50Ms !== undefined && { p50Ms }),
    ...(p95Ms !== undefined && { p95Ms }),
    ...(p99Ms !== undefined && { p99Ms }),
    lastSeen: lastOf(Object.keys(days)),
  };
}

interface FieldCounts {
  requests: number;
  lastSeen: string;
  readonly clients: Set<string>;
}

function reportFields(
  clients: readonly ClientSnapshot[],
  usage: UsageSnapshot,
  filter: UsageFilter,
): FieldReport[] {
  const counted = new Map<string, FieldCounts>();
  const count = (coordinate: string, client: ClientSnapshot, use: FieldUse): void => {
    if (filter.field !== undefined && coordinate !== filter.field) return;
    const known = counted.get(coordinate) ?? { requests: 0, lastSeen: '', clients: new Set() };
    known.requests += use.requests;
    known.lastSeen = lastOf([known.lastSeen, use.lastSeen]);
    known.clients.add(nameOf(client));
    counted.set(coordinate, known);
  };
  for (const client of clients)
    for (const use of fieldUses(client, usage, filter.since)) count(use.coordinate, client, use);
  return [...counted]
    .map(([coordinate, { requests, lastSeen, clients: by }]) => ({
      ...{ coordinate, requests, lastSeen },
      clients: [...by].sort(),
    }))
    .toSorted((a, b) => b.requests - a.requests);
}

/** One client's use of one coordinate by one operation, or by its others together. */
export interface FieldUse {
  /** Of the operation. */
  readonly id: string;
  readonly coordinate: string;
  readonly operation: string;
  readonly requests: number;
  readonly lastSeen: string;
}

/** All that a client has used; its rest is known by the last day only. */
export function fieldUses(
  client: ClientSnapshot,
  usage: UsageSnapshot,
  since?: string,
): FieldUse[] {
  const own = Object.entries(client.operations).flatMap(([id, all]) => {
    const days = daysSince(all, since);
    const requests = requestsIn(sumOf(Object.values(days)));
    const { coordinates = [], name = anonymousOperation } = usage.operations[id] ?? {};
    const lastSeen = lastOf(Object.keys(days));
    if (requests === 0) return [];
    return coordinates.map((coordinate) => ({
      ...{ id, coordinate, operation: name, requests, lastSeen },
    }));
  });
  const rest = Object.entries(client.rest.coordinates).flatMap(
    ([coordinate, [requests, lastSeen]]) =>
      (dayFrom(lastSeen) ?? 0) < (dayFrom(since ?? '') ?? 0)
        ? []
        : [{ id: restOfOperations, coordinate, operation: restOfOperations, requests, lastSeen }],
  );
  return [...own, ...rest];
}

function lastOf(dates: readonly string[]): string {
  return dates.toSorted().at(-1) ?? '';
}
