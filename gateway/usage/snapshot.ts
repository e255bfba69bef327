import { z } from 'zod';

import { parseJson } from '../../kernel/json.ts';
import type { DayNumbers } from './day-counts.ts';

const numbers = z.array(z.number().min(0));
const days = z.record(z.string(), numbers);
const rest = z.object({
  days,
  coordinates: z.record(z.string(), z.tuple([z.number().min(0), z.string()])),
  isComplete: z.boolean(),
});
const client = z.object({
  name: z.string().optional(),
  version: z.string().optional(),
  isOthers: z.boolean(),
  operations: z.record(z.string(), days),
  rest,
});
const operation = z.object({
  name: z.string().optional(),
  kind: z.enum(['query', 'mutation', 'subscription']),
  coordinates: z.array(z.string()),
});

/** What a table of usage holds, as JSON. */
export const usageSnapshotSchema = z.object({
  version: z.literal(1),
  /** Operations by id, which clients name. */
  operations: z.record(z.string(), operation),
  clients: z.array(client),
});

export type UsageSnapshot = z.infer<typeof usageSnapshotSchema>;
export type ClientSnapshot = UsageSnapshot['clients'][number];
export type OperationSnapshot = UsageSnapshot['operations'][string];
/** Numbers by date. */
export type DaysSnapshot = Readonly<Record<string, DayNumbers>>;

/** Undefined for what is not a snapshot. */
export function readSnapshot(text: string): UsageSnapshot | undefined {
  try {
    return usageSnapshotSchema.safeParse(parseJson(text)).data;
  } catch {
    return undefined;
  }
}
