import type { Definition } from '../../engine/definition.ts';
import { sensitiveKeyword, sensitivityOf } from '../../engine/sensitive/marks.ts';
import { sha256Hex } from '../../kernel/crypto/hash.ts';
import { AppError } from '../../kernel/errors.ts';
import { newId } from '../../kernel/ids.ts';
import type { JsonValue } from '../../kernel/json.ts';
import { workerActor } from '../access/actor.ts';
import { lineageData, type Lineage } from '../audit/lineage.ts';
import { auditRow } from '../audit/record.ts';
import type { Services } from '../context.ts';
import { checkInput } from './check-input.ts';
import { childKey } from './child-key.ts';
import { nextDepth } from './next-depth.ts';
import { placeJob } from './place-job.ts';
import { findRunnableAgent, type RunnableAgent } from './runnable-agent.ts';
import { sealInput } from './sensitive/seal-input.ts';

/** A job that another job starts. */
export interface ChildStart {
  readonly tenantId: string;
  readonly parentId: string;
  /** Of the parent. */
  readonly depth: number;
  /** Name of the worker, for the record. */
  readonly worker: string;
  /** Of the document, which is the agent's. */
  readonly namespace: string;
  readonly name: string;
  /** A number of the agent's versions, the version of a document, or `latest`. */
  readonly version: string;
  readonly input: JsonValue;
  /** Of the effect: a parent that is replayed gets the child it has. */
  readonly idempotencyKey: string;
  /** Names the key by which the data of the parent is sealed. */
  readonly dataKeyId?: string | undefined;
  /** Which run of the parent's definition starts it. */
  readonly lineage: Lineage;
  /** The parent is told how it ends. */
  readonly isAwaited: boolean;
}

type Needs = Pick<Services, 'database' | 'doorbell' | 'queue' | 'limits' | 'documents' | 'keyring'>;

/** Queues a child and answers its id. No permission is asked for: whoever submitted the job may run what its agent does. */
export async function startChild(services: Needs, start: ChildStart): Promise<string> {
  const { tenantId, parentId, input, namespace, name } = start;
  const depth = nextDepth(start.depth, services.limits);
  const { agentId, versionId, definition } = await findAgent(services, start);
  await checkInput(services, definition, { tenantId, input, path: 'input' });
  requireTold(start, definition);
  const place = placeJob(definition, { input, path: 'job' });
  const actor = workerActor(tenantId, start.worker);
  const jobId = newId();
  const sealed = await services.database.asSystem((tx) =>
    sealInput(tx, services.keyring, {
      ...{ tenantId, jobId, input, definition, path: 'input', parentKeyId: start.dataKeyId },
    }),
  );
  const effect = sha256Hex(start.idempotencyKey);
  const [result] = await services.queue.submit([
    {
      ...{ jobId, tenantId, agentId, agentVersionId: versionId, parentId, depth, ...sealed },
      ...place,
      idempotencyKey: childKey(start.idempotencyKey),
      // The effect alone decides which child it is, whatever the agent's newest version is by now.
      inputHash: `child:${effect}`,
      createdBy: actor.name,
      audit: auditRow(
        { actor },
        {
          action: 'job.submit',
          target: { kind: 'job', id: jobId },
          jobId,
          data: {
            ...{ agent: `${namespace}/${name}`, agentVersionId: versionId, parentId },
            startedBy: lineageData(start.lineage)['lineage'] ?? null,
          },
        },
      ),
    },
  ]);
  if (result instanceof AppError) throw result;
  if (result === undefined) throw new AppError('INTERNAL', 'a child was not answered');
  return result.jobId;
}

/** What a child makes known would stand in the plain rows of its parent. */
function requireTold({ dataKeyId, isAwaited }: ChildStart, { document }: Definition): void {
  if (!isAwaited || dataKeyId !== undefined || sensitivityOf(document) === undefined) return;
  throw new AppError(
    'FORBIDDEN',
    `agent ${document.document.namespace}/${document.document.name} handles sensitive data: a job that waits for it needs ${sensitiveKeyword} in the schema of its own input or output`,
  );
}

async function findAgent(services: Needs, start: ChildStart): Promise<RunnableAgent> {
  const { tenantId, namespace, name, version } = start;
  const actor = { tenantId };
  const wanted = { agent: `${namespace}/${name}`, path: 'workflow', ...wish(version) };
  const found = await findRunnableAgent({ ...services, actor }, wanted);
  const what = `workflow ${namespace}/${name} ${version}`;
  if (found === undefined) throw new AppError('NOT_FOUND', `${what} is not published`);
  if (found.isArchived) throw new AppError('NOT_FOUND', `${what} is archived`);
  return found;
}

function wish(version: string): { readonly version?: number; readonly documentVersion?: string } {
  if (version === 'latest') return {};
  return /^[1-9]\d{0,8}$/.test(version)
    ? { version: Number(version) }
    : { documentVersion: version };
}
