import { z } from 'zod';

import type { JsonObject } from '../../kernel/json.ts';
import { permitFor } from '../access/permit-for.ts';
import { permit } from '../access/permit.ts';
import { record } from '../audit/record.ts';
import type { VerbContext } from '../context.ts';
import { parse } from '../parse.ts';
import { engineLimits } from './engine-limits.ts';
import { loadPlayedJob } from './played-job.ts';
import { versionDefinition } from './version-definition.ts';

const recordInput = z.strictObject({ id: z.uuid() });

/**
 * A job as a scenario for `operandi test` and `operandi backtest`: its input, what the outside answered, and how it
 * ended. It shows what calls carried, so it takes JOBS_OPERATE, for a job with sensitive data JOBS_SENSITIVE_READ as
 * well, and is on record. Secrets stand in it as their names.
 */
export async function recordJob(context: VerbContext, input: unknown): Promise<JsonObject> {
  await permit(context, 'JOBS_OPERATE');
  const { id } = parse(recordInput, input);
  const { job, io, version, entries } = await loadPlayedJob(context, id, () => undefined);
  await permitFor(context, { kind: 'Job', id }, { permission: 'JOBS_OPERATE' });
  if (io.dataKeyId !== null) await permit(context, 'JOBS_SENSITIVE_READ');
  const { tenantId } = context.actor;
  await context.database.withTenant(tenantId, (tx) =>
    record(tx, context, { action: 'job.record', target: { kind: 'job', id }, jobId: id }),
  );
  const { document } = await versionDefinition(context, version);
  const names = document.use?.secrets ?? [];
  const played = {
    ...{ id, startedAt: (job.startedAt ?? job.createdAt).getTime(), input: io.input, entries },
    limits: engineLimits(context.limits),
    secrets: Object.fromEntries(names.map((name) => [name, name])),
  };
  return await context.documents.recordScenario({ document, job: played }, { tenantId });
}
