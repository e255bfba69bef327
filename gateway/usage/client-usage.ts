import { DayCounts, dateOf, dayFrom, type Outcome, requestsIn } from './day-counts.ts';
import type { OperationUsage } from './operation-usage.ts';
import type { ClientSnapshot, DaysSnapshot, UsageSnapshot } from './snapshot.ts';
import { createTopTable, type TopTable } from './top-table.ts';

/** Sizes of what is kept of one client. */
export interface ClientSizes {
  readonly maxOperations: number;
  readonly retentionDays: number;
}

/** Operations that use more are counted with the rest of their client. */
const maxCoordinatesPerOperation = 500;
/** Coordinates of the rest of a client. */
const maxCoordinatesOfRest = 3_000;

type KnownOperation = Pick<OperationUsage, 'id' | 'name' | 'kind' | 'coordinates'>;

interface OperationCounts {
  readonly days: DayCounts;
  readonly operation: KnownOperation | undefined;
}

interface Used {
  requests: number;
  lastDay: number;
}

/** What one client, or all who have no place of their own, have asked. */
export class ClientUsage {
  readonly name: string | undefined;
  readonly version: string | undefined;
  /** Since this process began, for Prometheus. */
  readonly sinceStart = { requests: 0, errors: 0 };
  readonly #sizes: ClientSizes;
  readonly #operations: TopTable<{ counts: OperationCounts | undefined }>;
  readonly #restDays: DayCounts;
  readonly #restUsed = new Map<string, Used>();
  #isRestComplete = true;

  constructor(client: Pick<ClientSnapshot, 'name' | 'version'>, sizes: ClientSizes) {
    this.name = client.name;
    this.version = client.version;
    this.#sizes = sizes;
    this.#restDays = new DayCounts(sizes.retentionDays);
    this.#operations = createTopTable<{ counts: OperationCounts | undefined }>({
      max: sizes.maxOperations,
      make: () => ({ counts: undefined }),
      onLeave: ({ counts }) => counts && this.#addToRest(counts),
    });
  }

  count(operation: OperationUsage, day: number, outcome: Outcome): void {
    this.sinceStart.requests++;
    if (outcome.hasErrors) this.sinceStart.errors++;
    const days = this.#daysOf(operation, 1);
    if (days !== undefined) {
      days.count(day, outcome);
      return;
    }
    this.#restDays.count(day, outcome);
    for (const one of operation.coordinates) this.#use(one, { requests: 1, lastDay: day });
  }

  /** Takes over what another has counted for it. */
  absorb(client: ClientSnapshot, operations: UsageSnapshot['operations']): void {
    const busiestFirst = Object.entries(client.operations)
      .map(([id, days]) => ({ id, days, weight: weightOf(days) }))
      .toSorted((a, b) => b.weight - a.weight);
    for (const { id, days, weight } of busiestFirst) {
      const known = operations[id];
      if (known !== undefined)
        this.#absorbOperation({ ...known, id, name: known.name }, days, weight);
    }
    addDays(this.#restDays, client.rest.days);
    for (const [one, [requests, date]] of Object.entries(client.rest.coordinates))
      this.#use(one, { requests, lastDay: dayFrom(date) ?? 0 });
    this.#isRestComplete &&= client.rest.isComplete;
  }

  /** Takes over what one who leaves its place has counted. */
  absorbLeaving(leaving: ClientUsage): void {
    this.sinceStart.requests += leaving.sinceStart.requests;
    this.sinceStart.errors += leaving.sinceStart.errors;
    const operations: Record<string, UsageSnapshot['operations'][string]> = {};
    this.absorb(leaving.snapshot(operations), operations);
  }

  /** Forgets what is older than the days that are kept; says how many requests are left. */
  forgetBefore(day: number): number {
    this.#operations.reweigh(({ counts }) => requestsIn(counts?.days.total(day) ?? []));
    for (const [one, { lastDay }] of this.#restUsed) if (lastDay < day) this.#restUsed.delete(one);
    let left = requestsIn(this.#restDays.total(day));
    for (const [, { counts }] of this.#operations.entries())
      left += requestsIn(counts?.days.total(day) ?? []);
    return left;
  }

  /** Operations that it names are written to `operations`. */
  snapshot(operations: UsageSnapshot['operations'], since = 0): ClientSnapshot {
    const own: Record<string, Record<string, number[]>> = {};
    for (const [id, { counts }] of this.#operations.entries()) {
      if (counts?.operation === undefined) continue;
      const { name, kind, coordinates } = counts.operation;
      operations[id] = { ...(name !== undefined && { name }), kind, coordinates: [...coordinates] };
      own[id] = writeDays(counts.days, since);
    }
    return {
      ...(this.name !== undefined && { name: this.name }),
      ...(this.version !== undefined && { version: this.version }),
      isOthers: false,
      operations: own,
      rest: {
        days: writeDays(this.#restDays, since),
        coordinates: Object.fromEntries(
          [...this.#restUsed].map(([one, { requests, lastDay }]) => [
            one,
            [requests, dateOf(lastDay)],
          ]),
        ),
        isComplete: this.#isRestComplete,
      },
    };
  }

  /** Undefined: it is counted with the rest. */
  #daysOf(operation: KnownOperation, weight: number): DayCounts | undefined {
    if (operation.coordinates.length > maxCoordinatesPerOperation) return undefined;
    const place = this.#operations.take(operation.id, weight);
    if (place === undefined) return undefined;
    place.counts ??= { operation, days: new DayCounts(this.#sizes.retentionDays) };
    return place.counts.days;
  }

  #absorbOperation(operation: KnownOperation, days: DaysSnapshot, weight: number): void {
    const own = this.#daysOf(operation, weight);
    if (own !== undefined) {
      addDays(own, days);
      return;
    }
    const counts = new DayCounts(this.#sizes.retentionDays);
    addDays(counts, days);
    this.#addToRest({ operation, days: counts });
  }

  #addToRest({ days, operation }: OperationCounts): void {
    this.#restDays.addAll(days);
    const requests = requestsIn(days.total());
    const lastDay = Math.max(0, ...[...days.entries()].map(([day]) => day));
    for (const one of operation?.coordinates ?? []) this.#use(one, { requests, lastDay });
  }

  #use(coordinate: string, { requests, lastDay }: Used): void {
    const known = this.#restUsed.get(coordinate);
    if (known !== undefined) {
      known.requests += requests;
      known.lastDay = Math.max(known.lastDay, lastDay);
    } else if (this.#restUsed.size < maxCoordinatesOfRest) {
      this.#restUsed.set(coordinate, { requests, lastDay });
    } else {
      this.#isRestComplete = false;
    }
  }
}

function addDays(counts: DayCounts, days: DaysSnapshot): void {
  for (const [date, numbers] of Object.entries(days)) {
    const day = dayFrom(date);
    if (day !== undefined && day >= 0) counts.add(day, numbers);
  }
}

function writeDays(counts: DayCounts, since: number): Record<string, number[]> {
  const days: Record<string, number[]> = {};
  for (const [day, numbers] of counts.entries(since)) days[dateOf(day)] = [...numbers];
  return days;
}

function weightOf(days: DaysSnapshot): number {
  return Object.values(days).reduce((sum, numbers) => sum + requestsIn(numbers), 0);
}
