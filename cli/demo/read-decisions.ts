import { z } from 'zod';
import { type Client, JobStoryDocument, type JobStoryQuery } from '../../sdk/src/index.ts';
import type { InvoiceOutcome } from './invoices.ts';
import type { SubmittedInvoice } from './submit-invoices.ts';

/** A job with its steps, calls and audit trail: one query over three subgraphs. */
export type Story = NonNullable<JobStoryQuery['job']>;

/** What became of an invoice, with its job's story if it had one. */
export interface DecidedInvoice {
  readonly name: string;
  readonly expected: InvoiceOutcome;
  readonly outcome: InvoiceOutcome;
  readonly message?: string;
  readonly story?: Story;
}

const output = z.object({
  decision: z.enum(['POSTED', 'REFUSED']),
  reason: z.string().nullish(),
  explanation: z.string().nullish(),
});

/** Reads the stories of all jobs and what they decided. */
export async function readDecisions(
  client: Client,
  invoices: readonly SubmittedInvoice[],
): Promise<readonly DecidedInvoice[]> {
  return Promise.all(invoices.map((invoice) => readDecision(client, invoice)));
}

async function readDecision(client: Client, invoice: SubmittedInvoice): Promise<DecidedInvoice> {
  const { file, jobId, outcome, message } = invoice;
  const { name, expected } = file;
  if (outcome !== undefined) {
    return { name, expected, outcome, ...(message !== undefined && { message }) };
  }
  const { job } = await client.request(JobStoryDocument, { id: jobId ?? '' });
  if (job === null) throw new Error(`${name}: job ${jobId} does not exist`);
  if (job.state !== 'SUCCEEDED') {
    throw new Error(`${name}: job ${job.id} ended ${job.state}: ${job.error?.detail ?? ''}`);
  }
  const { decision, reason, explanation } = output.parse(job.output);
  return {
    name,
    expected,
    outcome: { decision, ...(reason != null && { reason }) },
    ...(explanation != null && { message: explanation }),
    story: job,
  };
}
