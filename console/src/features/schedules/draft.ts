import type { CreateScheduleInput, UpdateScheduleInput } from '../../_generated/documents.ts';
import { isoOf, type Schedule } from './schedule.ts';

export const triggers = ['cron', 'every', 'after'] as const;
export type Trigger = (typeof triggers)[number];
export const skippedTimes = ['RUN', 'SKIP'] as const;
export const repeatedTimes = ['ONCE', 'TWICE', 'SKIP'] as const;
export const overlaps = ['ALLOW', 'SKIP', 'BUFFER_ONE', 'CANCEL'] as const;
export const catchUps = ['NONE', 'LAST', 'ALL'] as const;
export const priorities = ['LOW', 'NORMAL', 'HIGH', 'URGENT'] as const;

/** A schedule as it is being written: texts as they stand in their fields. */
export interface Draft {
  readonly name: string;
  readonly agent: string;
  readonly description: string;
  readonly trigger: Trigger;
  readonly cron: string;
  readonly every: string;
  readonly after: string;
  readonly timeZone: string;
  readonly onSkippedTime: '' | (typeof skippedTimes)[number];
  readonly onRepeatedTime: '' | (typeof repeatedTimes)[number];
  /** One a line. */
  readonly exceptDates: string;
  readonly overlap: (typeof overlaps)[number];
  readonly catchUp: (typeof catchUps)[number];
  readonly catchUpWindow: string;
  readonly jitter: string;
  readonly priority: (typeof priorities)[number];
  readonly tickAs: string;
  /** `key=value`, one a line. */
  readonly labels: string;
  readonly input: unknown;
  readonly isPaused: boolean;
}

export function newDraft(agent: string, timeZone: string): Draft {
  return {
    ...{ name: '', agent, description: '', trigger: 'cron', cron: '0 6 * * *' },
    ...{ every: 'PT1H', after: 'PT1H', timeZone, onSkippedTime: '', onRepeatedTime: '' },
    ...{ exceptDates: '', overlap: 'ALLOW', catchUp: 'LAST', catchUpWindow: 'P1D' },
    ...{ jitter: 'PT0S', priority: 'NORMAL', tickAs: '', labels: '', input: {}, isPaused: false },
  };
}

export function draftOf(schedule: Schedule): Draft {
  const { agent } = schedule;
  return {
    ...newDraft(`${agent.namespace}/${agent.name}`, schedule.timeZone ?? ''),
    name: schedule.name ?? '',
    description: schedule.description ?? '',
    ...triggerOf(schedule),
    onSkippedTime: schedule.onSkippedTime ?? '',
    onRepeatedTime: schedule.onRepeatedTime ?? '',
    exceptDates: schedule.exceptDates.join('\n'),
    overlap: schedule.overlap,
    catchUp: schedule.catchUp,
    catchUpWindow: isoOf(schedule.catchUpWindowMs),
    jitter: isoOf(schedule.jitterMs),
    priority: schedule.priority,
    tickAs: schedule.tickAs ?? '',
    labels: schedule.labels.map(({ key, value }) => `${key}=${value}`).join('\n'),
    input: schedule.input,
  };
}

function triggerOf({ cron, every, after }: Schedule): Partial<Draft> {
  if (every !== null) return { trigger: 'every', every };
  if (after !== null) return { trigger: 'after', after };
  return cron === null ? {} : { trigger: 'cron', cron };
}

/** When it is due, as the API takes it. */
export function timingOf(draft: Draft) {
  const { trigger, timeZone, onSkippedTime, onRepeatedTime } = draft;
  const isCron = trigger === 'cron';
  return {
    [trigger]: draft[trigger].trim(),
    ...(timeZone.trim() !== '' && { timeZone: timeZone.trim() }),
    ...(isCron && onSkippedTime !== '' && { onSkippedTime }),
    ...(isCron && onRepeatedTime !== '' && { onRepeatedTime }),
    exceptDates: linesOf(draft.exceptDates),
  };
}

export function createInput(draft: Draft): CreateScheduleInput {
  const { name, agent, isPaused } = draft;
  return { name, agent, ...settingsOf(draft), isPaused };
}

/** Only what was changed: an interval whose length is said anew begins anew. */
export function updateInput(id: string, before: Draft, draft: Draft): UpdateScheduleInput {
  const old: Readonly<Record<string, unknown>> = settingsOf(before);
  const isSame = (name: string, value: unknown) =>
    JSON.stringify(old[name]) === JSON.stringify(value);
  const changed = Object.entries(settingsOf(draft)).filter(([name, value]) => !isSame(name, value));
  return { id, ...Object.fromEntries(changed) };
}

function settingsOf(draft: Draft) {
  const { description, overlap, catchUp, catchUpWindow, jitter, priority, tickAs, input } = draft;
  return {
    ...timingOf(draft),
    ...{ description, overlap, catchUp, jitter, priority, input },
    ...(catchUp === 'ALL' && { catchUpWindow }),
    ...(tickAs.trim() !== '' && { tickAs: tickAs.trim() }),
    labels: linesOf(draft.labels).map((line) => {
      const at = line.indexOf('=');
      return at === -1
        ? { key: line, value: '' }
        : { key: line.slice(0, at), value: line.slice(at + 1) };
    }),
  };
}

function linesOf(text: string): string[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
}
