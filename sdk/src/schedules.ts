import {
  BackfillScheduleDocument,
  type BackfillScheduleInput,
  type BackfillScheduleMutation,
  CreateScheduleDocument,
  type CreateScheduleInput,
  DeleteScheduleDocument,
  GetScheduleDocument,
  ListSchedulesDocument,
  PauseScheduleDocument,
  ResumeScheduleDocument,
  type ScheduleFieldsFragment,
  type ScheduleFilter,
  TriggerScheduleDocument,
  UpdateScheduleDocument,
  type UpdateScheduleInput,
} from './_generated/documents.ts';
import { OperandiError, type Problem, RefusedError } from './errors.ts';
import { type HttpOptions, send } from './http.ts';

/** What starts jobs of an agent by itself. */
export type Schedule = ScheduleFieldsFragment;

/** What a backfill started, or would. */
export type Backfill = Omit<BackfillScheduleMutation['backfillSchedule'], 'userErrors'>;

/** Schedules of the tenant; each call throws `RefusedError` with every problem. */
export interface Schedules {
  create(schedule: CreateScheduleInput): Promise<Schedule>;
  /** Changes what is said; the rest stays. */
  update(changes: UpdateScheduleInput): Promise<Schedule>;
  /** One with its next ticks, or null. */
  get(
    id: string,
    options?: { readonly ticks?: number },
  ): Promise<(Schedule & { readonly nextTicks: readonly string[] }) | null>;
  /** All that the filter shows, page after page. */
  list(filter?: ScheduleFilter): AsyncGenerator<Schedule, void>;
  pause(id: string, reason?: string): Promise<Schedule>;
  resume(id: string): Promise<Schedule>;
  /** Starts one job now and answers its id. */
  trigger(id: string): Promise<string>;
  backfill(range: BackfillScheduleInput): Promise<Backfill>;
  delete(id: string): Promise<void>;
}

export function openSchedules(http: HttpOptions): Schedules {
  return {
    create: async (input) => {
      const variables = { input };
      const { createSchedule } = await send(http, { document: CreateScheduleDocument, variables });
      return accepted(createSchedule.schedule, createSchedule.userErrors);
    },
    update: async (input) => {
      const variables = { input };
      const { updateSchedule } = await send(http, { document: UpdateScheduleDocument, variables });
      return accepted(updateSchedule.schedule, updateSchedule.userErrors);
    },
    get: async (id, { ticks = 5 } = {}) => {
      const variables = { id, ticks };
      return (await send(http, { document: GetScheduleDocument, variables })).schedule;
    },
    list: (filter = {}) => listAll(http, filter),
    pause: async (id, reason) => {
      const variables = { input: { id, ...(reason === undefined ? {} : { reason }) } };
      const { pauseSchedule } = await send(http, { document: PauseScheduleDocument, variables });
      return accepted(pauseSchedule.schedule, pauseSchedule.userErrors);
    },
    resume: async (id) => {
      const variables = { input: { id } };
      const { resumeSchedule } = await send(http, { document: ResumeScheduleDocument, variables });
      return accepted(resumeSchedule.schedule, resumeSchedule.userErrors);
    },
    trigger: async (id) => {
      const variables = { input: { id } };
      const { triggerSchedule } = await send(http, {
        document: TriggerScheduleDocument,
        variables,
      });
      return accepted(triggerSchedule.job, triggerSchedule.userErrors).id;
    },
    backfill: async (input) => {
      const variables = { input };
      // A tick that has its job starts no other.
      const { backfillSchedule } = await send(
        http,
        { document: BackfillScheduleDocument, variables },
        { isRepeatable: true },
      );
      const { userErrors, ...backfill } = backfillSchedule;
      return accepted(backfill, userErrors);
    },
    delete: async (id) => {
      const variables = { input: { id } };
      const { deleteSchedule } = await send(http, { document: DeleteScheduleDocument, variables });
      accepted(deleteSchedule.schedule, deleteSchedule.userErrors);
    },
  };
}

function accepted<Answer>(answer: Answer | null, userErrors: readonly Problem[]): Answer {
  if (userErrors.length > 0) throw new RefusedError(userErrors);
  if (answer === null) throw new OperandiError('INTERNAL', 'the schedule was not answered');
  return answer;
}

async function* listAll(http: HttpOptions, filter: ScheduleFilter): AsyncGenerator<Schedule, void> {
  for (let after: string | null = null; ;) {
    const variables = { filter, first: 100, ...(after === null ? {} : { after }) };
    const page: Awaited<ReturnType<typeof pageOf>> = await pageOf(http, variables);
    yield* page.nodes;
    if (!page.pageInfo.hasNextPage) return;
    after = page.pageInfo.endCursor;
  }
}

async function pageOf(
  http: HttpOptions,
  variables: { readonly filter: ScheduleFilter; readonly first: number; readonly after?: string },
) {
  return (await send(http, { document: ListSchedulesDocument, variables })).schedules;
}
