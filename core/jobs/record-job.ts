import { z } from 'zod';

import type { JsonObject } from '../../kernel/json.ts';
import { permitFor } from '../access/permit-for.ts';
import { permit } from '../access/permit.ts';
import { record } from '../audit/record.ts';
import type { VerbContext } from '../context.ts';
import { parse } from '../parse.ts';
import { loadPlayedJob } from './played-job.ts';
import { recordedJob } from './recorded-job.ts';
import { versionDefinition } from './version-definition.ts';

const recordInput = z.strictObject({ id: z.uuid() });

/**
 * A job as a scenario for `operandi test`: its input, what the outside answered, and how it
 * ended. It shows what calls carried, so it takes JOBS_OPERATE, for a job with sensitive data JOBS_SENSITIVE_READ as
 * well, and is on record. Secrets stand in it as their names.
 */
export async function recordJob(context: VerbContext, input: unknown): Promise<JsonObject> {
  await permit(context, 'JOBS_OPERATE');
  const { id } = parse(recordInput, input);
  const played = await loadPlayedJob(context, id, () => undefined);
  await permitFor(context, { kind: 'Job', id }, { permission: 'JOBS_OPERATE' });
  if (played.io.dataKeyId !== null) await permit(context, 'JOBS_SENSITIVE_READ');
  const { tenantId } = context.actor;
  await context.database.withTenant(tenantId, (tx) =>
    record(tx, context, { action: 'job.record', target: { kind: 'job', id }, jobId: id }),
  );
  const { document } = await versionDefinition(context, played.version);
  const job = recordedJob(context, played, document);
  return await context.documents.recordScenario({ document, job }, { tenantId });
}
