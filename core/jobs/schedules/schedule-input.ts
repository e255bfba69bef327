import { z } from 'zod';

import { parseDuration } from '../../../engine/duration.ts';
import { timeZoneOf } from '../../../engine/time-zone.ts';
import { jsonValue } from '../../parse.ts';
import { labelList } from '../labels.ts';
import { agentName, words } from '../names.ts';
import { catchUps } from './plan-tick.ts';

export const overlaps = ['ALLOW', 'SKIP', 'BUFFER_ONE', 'CANCEL'] as const;

/** What becomes of a tick while the last job of its schedule is not over. */
export type Overlap = (typeof overlaps)[number];

const hourMs = 3_600_000;
const weekMs = 168 * hourMs;

const scheduleName = z
  .string()
  .regex(
    /^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/,
    'must be letters, digits, dots, dashes and underscores, 1 to 63 characters',
  );

/** A length of time in ISO 8601 without months, as milliseconds. */
const length = (maxMs: number, words: string) =>
  z
    .string()
    .max(40)
    .transform((text, context) => {
      const duration = parseDuration(text);
      if (duration?.months === 0 && duration.milliseconds <= maxMs)
        return Math.round(duration.milliseconds);
      context.addIssue({
        code: 'custom',
        message: `must be a duration such as PT5M, at most ${words}`,
      });
      return z.NEVER;
    });

const day = z.iso.date('must be a day such as 2026-12-24');

/** When jobs are due. */
export const timingSettings = {
  cron: z.string().min(1).max(200).nullish(),
  every: z.string().min(1).max(40).nullish(),
  after: z.string().min(1).max(40).nullish(),
  timeZone: z
    .string()
    .max(64)
    .refine((name) => timeZoneOf(name) !== undefined, 'is no time zone such as Europe/Berlin')
    .nullish(),
  onSkippedTime: z.enum(['RUN', 'SKIP']).nullish(),
  onRepeatedTime: z.enum(['ONCE', 'TWICE', 'SKIP']).nullish(),
  exceptDates: z.array(day).max(366).nullish(),
};

const settings = {
  ...timingSettings,
  description: words(500),
  version: z.int().min(1).nullish(),
  input: jsonValue.nullish(),
  tickAs: z
    .string()
    .regex(/^[A-Za-z_]\w{0,62}$/, 'must be a name of letters, digits and underscores')
    .nullish(),
  priority: z.enum(['LOW', 'NORMAL', 'HIGH', 'URGENT']).nullish(),
  labels: labelList.nullish(),
  overlap: z.enum(overlaps).nullish(),
  catchUp: z.enum(catchUps).nullish(),
  catchUpWindow: length(weekMs, 'a week').nullish(),
  jitter: length(hourMs, 'an hour').nullish(),
};

const timingInput = z.strictObject(timingSettings);

/** What a caller says of when jobs are due; what is null is left out. */
export type TimingSettings = z.infer<typeof timingInput>;

export const createScheduleInput = z.strictObject({
  ...settings,
  name: scheduleName,
  agent: agentName,
  isPaused: z.boolean().nullish(),
});

export const updateScheduleInput = z.strictObject({
  ...settings,
  id: z.uuid(),
  /** True: the agent's current version again. */
  usesCurrentVersion: z.boolean().nullish(),
});
