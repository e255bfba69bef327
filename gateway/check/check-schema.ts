import { CriticalityLevel, diff } from '@graphql-inspector/core';
import type { GraphQLSchema } from 'graphql';

import type { UsageSnapshot } from '../usage/snapshot.ts';
import { type FieldUse, fieldUses, nameOf } from '../usage/usage-report.ts';
import { affectedBy, type IsAffected, type ToldChange } from './affected.ts';

/** How much a change may hurt; unused: it would break clients, and none that was seen uses what it changes. */
export type ChangeLevel = 'breaking' | 'unused' | 'dangerous' | 'safe';

/** A client that a change hits. */
export interface HitClient {
  readonly name: string;
  readonly version: string;
  readonly requests: number;
  readonly operations: readonly string[];
  readonly lastSeen: string;
}

/** One change of a schema. */
export interface SchemaChange {
  readonly level: ChangeLevel;
  readonly type: string;
  /** Coordinate, where it has one. */
  readonly path?: string;
  readonly message: string;
  /** Of breaking changes where usage is known. Absent: usage does not tell who is hit. */
  readonly clients?: readonly HitClient[];
}

interface CheckOptions {
  /** Absent: every breaking change counts. */
  readonly usage?: UsageSnapshot | undefined;
  readonly since?: string | undefined;
}

/** Compares what clients see; the worst changes come first. */
export async function compareSchemas(
  before: GraphQLSchema,
  after: GraphQLSchema,
  options: CheckOptions = {},
): Promise<readonly SchemaChange[]> {
  const changes: readonly FoundChange[] = await diff(before, after);
  return changes
    .map((change): SchemaChange => {
      const { type, path, message, criticality } = change;
      const told = { type, message, ...(path !== undefined && { path }) };
      const level = levels[criticality.level];
      if (level !== 'breaking' || options.usage === undefined) return { level, ...told };
      return { ...judge(affectedBy(change, before), options.usage, options.since), ...told };
    })
    .toSorted((a, b) => order.indexOf(a.level) - order.indexOf(b.level));
}

/** What is read of a change; the library's type of it leaves `meta` open. */
interface FoundChange extends ToldChange {
  readonly message: string;
  readonly criticality: { readonly level: CriticalityLevel };
}

const order: readonly ChangeLevel[] = ['breaking', 'unused', 'dangerous', 'safe'];

const levels: Readonly<Record<CriticalityLevel, ChangeLevel>> = {
  [CriticalityLevel.Breaking]: 'breaking',
  [CriticalityLevel.Dangerous]: 'dangerous',
  [CriticalityLevel.NonBreaking]: 'safe',
};

/** Unused is said only where nothing that was used may have gone uncounted. */
function judge(
  isAffected: IsAffected,
  usage: UsageSnapshot,
  since: string | undefined,
): Pick<SchemaChange, 'level' | 'clients'> {
  if (isAffected === undefined) return { level: 'breaking' };
  const clients = hitBy(isAffected, usage, since);
  const isCertain = usage.clients.every(({ rest }) => rest.isComplete);
  return { level: clients.length === 0 && isCertain ? 'unused' : 'breaking', clients };
}

function hitBy(
  isAffected: NonNullable<IsAffected>,
  usage: UsageSnapshot,
  since: string | undefined,
): HitClient[] {
  return usage.clients
    .flatMap((client): HitClient[] => {
      const uses = fieldUses(client, usage, since).filter(({ coordinate }) =>
        isAffected(coordinate),
      );
      if (uses.length === 0) return [];
      return [
        {
          name: nameOf(client),
          version: client.version ?? '',
          requests: requestsOf(uses),
          operations: [...new Set(uses.map(({ operation }) => operation))].sort(),
          lastSeen:
            uses
              .map(({ lastSeen }) => lastSeen)
              .toSorted()
              .at(-1) ?? '',
        },
      ];
    })
    .toSorted((a, b) => b.requests - a.requests);
}

/** An operation that uses two of the affected parts is still one, and of the others together nobody knows which did. */
function requestsOf(uses: readonly FieldUse[]): number {
  const byOperation = new Map<string, number>();
  for (const { id, requests } of uses)
    byOperation.set(id, Math.max(requests, byOperation.get(id) ?? 0));
  return [...byOperation.values()].reduce((sum, requests) => sum + requests, 0);
}

/** Whether any operation was seen. */
export function hasUsage(usage: UsageSnapshot, since: string | undefined): boolean {
  return usage.clients.some((client) => fieldUses(client, usage, since).length > 0);
}
