import { readFile } from 'node:fs/promises';

import { z } from 'zod';

import { dateOf, dayFrom, dayOf } from '../gateway/usage/day-counts.ts';
import {
  readSnapshot,
  type UsageSnapshot,
  usageSnapshotSchema,
} from '../gateway/usage/snapshot.ts';
import { readUsageKey } from '../kernel/config/client.ts';

/** Where a gateway tells its usage if nobody names another place. */
export const usualUsageSource = 'http://127.0.0.1:4000/usage';

/** What a gateway, or the file it keeps, tells of its clients. */
export interface UsageFound {
  readonly usage: UsageSnapshot;
  /** Of the running gateway. */
  readonly supergraphSdl?: string | undefined;
}

const told = z.object({ usage: usageSnapshotSchema, supergraphSdl: z.string() });
const refused = z.object({ error: z.object({ message: z.string() }) });
const waitMs = 30_000;

/** Reads from the address of a running gateway, or from the file of `usage.file`. */
export async function readUsage(source: string): Promise<UsageFound> {
  if (/^https?:/.test(source)) return askGateway(source);
  const usage = readSnapshot(await readFile(source, 'utf8'));
  if (usage === undefined) throw new Error(`${source} is not a file of usage`);
  return { usage };
}

async function askGateway(url: string): Promise<UsageFound> {
  const key = readUsageKey(process.env);
  const response = await fetch(url, {
    headers: { ...(key !== undefined && { authorization: key }) },
    signal: AbortSignal.timeout(waitMs),
  }).catch((cause: unknown) => {
    throw new Error(`no gateway answers at ${url}; is it running, and usage.report configured?`, {
      cause,
    });
  });
  const body: unknown = await response.json().catch(() => undefined);
  const { data } = told.safeParse(body);
  if (response.ok && data !== undefined) return data;
  const said = refused.safeParse(body).data?.error.message;
  const why = response.status === 404 ? 'it has no such path: configure usage.report' : said;
  throw new Error(`${url} answered ${response.status}${why === undefined ? '' : `: ${why}`}`);
}

const msPerUnit: Readonly<Record<string, number>> = { d: 86_400_000, h: 3_600_000, w: 604_800_000 };

/** The first day of `7d`, `24h`, `2w` back, or of a date. */
export function firstDay(since: string | undefined): string | undefined {
  if (since === undefined) return undefined;
  const [, count, unit = ''] = /^(\d{1,4})([dhw])$/.exec(since) ?? [];
  if (count !== undefined)
    return dateOf(dayOf(new Date(Date.now() - Number(count) * (msPerUnit[unit] ?? 0))));
  const day = /^\d{4}-\d{2}-\d{2}/.test(since) ? dayFrom(since) : undefined;
  if (day === undefined) throw new Error('--since is a time back like 7d or 24h, or a date');
  return dateOf(day);
}
