import type {
  BackfillScheduleInput,
  BackfillScheduleMutation,
  CreateScheduleInput,
  PreviewScheduleInput,
  PreviewScheduleQuery,
  ScheduleFieldsFragment,
  ScheduleFilter,
  UpdateScheduleInput,
} from './_generated/documents.ts';
import {
  BackfillScheduleOperation,
  CreateScheduleOperation,
  DeleteScheduleOperation,
  GetScheduleOperation,
  ListSchedulesOperation,
  PauseScheduleOperation,
  PreviewScheduleOperation,
  ResumeScheduleOperation,
  TriggerScheduleOperation,
  UpdateScheduleOperation,
} from './_generated/operations.ts';
import type { CallOptions } from './calls.ts';
import { type Listing, listingOf, type ListOptions } from './listing.ts';
import { callsOver, given, type Transport } from './transport.ts';

/** What starts jobs of an agent by itself. */
export type Schedule = ScheduleFieldsFragment;

/** What a backfill started, or would. */
export type Backfill = Omit<BackfillScheduleMutation['backfillSchedule'], 'userErrors'>;

/** When a schedule would be due, and what becomes of it as clocks change. */
export type SchedulePreview = Omit<PreviewScheduleQuery['previewSchedule'], 'userErrors'>;

/** Schedules of the tenant; each call throws `RefusedError` with every problem. */
export interface Schedules {
  create(schedule: CreateScheduleInput, options?: CallOptions): Promise<Schedule>;
  /** Changes what is said; the rest stays. */
  update(changes: UpdateScheduleInput, options?: CallOptions): Promise<Schedule>;
  /** One with its next ticks, or null. */
  get(
    id: string,
    options?: CallOptions & { readonly ticks?: number },
  ): Promise<(Schedule & { readonly nextTicks: readonly string[] }) | null>;
  /** All that the filter shows, oldest first. */
  list(filter?: ScheduleFilter, options?: ListOptions): Listing<Schedule>;
  /** When one with this timing would be due; nothing is kept. */
  preview(timing: PreviewScheduleInput, options?: CallOptions): Promise<SchedulePreview>;
  pause(id: string, reason?: string, options?: CallOptions): Promise<Schedule>;
  resume(id: string, options?: CallOptions): Promise<Schedule>;
  /** Starts one job now and answers its id. */
  trigger(id: string, options?: CallOptions): Promise<string>;
  /** Starts the jobs of ticks in the past; a tick that has its job starts no other. */
  backfill(range: BackfillScheduleInput, options?: CallOptions): Promise<Backfill>;
  delete(id: string, options?: CallOptions): Promise<void>;
}

export function openSchedules(transport: Transport): Schedules {
  const { query, mutate } = callsOver(transport);
  return {
    create: async (input, options) =>
      given((await mutate(CreateScheduleOperation, input, options)).schedule),
    update: async (input, options) =>
      given((await mutate(UpdateScheduleOperation, input, options)).schedule),
    get: async (id, { ticks = 5, ...options } = {}) =>
      (await query(GetScheduleOperation, { id, ticks }, options)).schedule,
    list: (filter = {}, options = {}) =>
      listingOf(transport, { operation: ListSchedulesOperation, variables: { filter } }, options),
    preview: async (input, options) => {
      const { ticks, clockChanges } = await mutate(PreviewScheduleOperation, input, options);
      return { ticks, clockChanges };
    },
    pause: async (id, reason, options) => {
      const input = { id, ...(reason === undefined ? {} : { reason }) };
      return given((await mutate(PauseScheduleOperation, input, options)).schedule);
    },
    resume: async (id, options) =>
      given((await mutate(ResumeScheduleOperation, { id }, options)).schedule),
    trigger: async (id, options) =>
      given((await mutate(TriggerScheduleOperation, { id }, options)).job).id,
    backfill: async (input, options) => {
      const sent = { ...options, isRepeatable: true };
      const answer = await mutate(BackfillScheduleOperation, input, sent);
      const { ticks, jobs, startedCount } = answer;
      return { ticks, jobs, startedCount };
    },
    delete: async (id, options) => {
      await mutate(DeleteScheduleOperation, { id }, options);
    },
  };
}
