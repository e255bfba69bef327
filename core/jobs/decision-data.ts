import { AppError, NotFoundError, type Problem } from '../../kernel/errors.ts';
import { parseJson, type JsonValue } from '../../kernel/json.ts';
import type { VerbContext } from '../context.ts';
import { read } from '../read.ts';
import { joined } from './check-input.ts';
import { loadDataKey } from './sensitive/load-data-keys.ts';
import { sealData } from './sensitive/sealed-data.ts';

/** What somebody says to an approval and fills in. */
interface Wish {
  readonly id: string;
  readonly approve: boolean;
  readonly data?: JsonValue | undefined;
}

/** What was filled in, judged by the form of the approval. */
export interface FilledIn {
  readonly problems: readonly Problem[];
  /** As it is stored and told to the job: sealed where the job's data is. */
  readonly stored?: JsonValue;
}

const field = 'input.data';

/** Looks at what was filled in, before anything is locked for it; NOT_FOUND where there is no such approval. */
export async function fillIn(context: VerbContext, wish: Wish): Promise<FilledIn> {
  const { id, approve, data } = wish;
  const { jobId, form, dataKeyId } = await findQuestion(context, id);
  if (!approve || form === null) {
    const message = approve ? 'the approval asks for no data' : 'who rejects fills in nothing';
    return { problems: data === undefined ? [] : [problem(message)] };
  }
  if (data === undefined)
    return { problems: [problem('the approval asks for data: see its form')] };
  const problems = await misfits(context, parseJson(form), data);
  if (problems.length > 0 || dataKeyId === null) return { problems, stored: data };
  const { tenantId } = context.actor;
  const key = await loadDataKey(context, { tenantId, id: dataKeyId });
  if (key === undefined) throw new AppError('CONFLICT', 'the data of the job was erased');
  return { problems, stored: sealData({ tenantId, jobId, key }, data) };
}

interface Question {
  readonly jobId: string;
  readonly form: string | null;
  readonly dataKeyId: string | null;
}

async function findQuestion(context: VerbContext, id: string): Promise<Question> {
  const { tenantId } = context.actor;
  const [question] = await read(
    context,
    (tx) => tx.$queryRaw<readonly Question[]>`
      select approval.job_id::text as "jobId", approval.form, io.data_key_id::text as "dataKeyId"
      from jobs.approval as approval join jobs.job_io as io on io.job_id = approval.job_id
      where approval.tenant_id = ${tenantId}::uuid and approval.id = ${id}::uuid`,
  );
  if (question === undefined) throw new NotFoundError('Approval', id);
  return question;
}

async function misfits(
  { actor: { tenantId }, documents, limits }: VerbContext,
  schema: JsonValue,
  data: JsonValue,
): Promise<readonly Problem[]> {
  const { inputBytes, nesting: inputDepth } = limits;
  const request = { schema, data, limits: { inputBytes, inputDepth } };
  const found = await documents.checkData(request, { tenantId });
  return found.map(({ code, field: at, message }) => ({ code, field: joined(field, at), message }));
}

function problem(message: string): Problem {
  return { code: 'INPUT_INVALID', field, message };
}
