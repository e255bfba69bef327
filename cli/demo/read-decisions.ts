import { z } from 'zod';
import {
  type Client,
  JobResultDocument,
  JobStoryDocument,
  type JobStoryQuery,
} from '../../sdk/src/index.ts';
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
  /** The letter to the supplier, in the language of the invoice if the procedure speaks it. */
  readonly letter?: string;
}

const output = z.object({
  decision: z.enum(['POSTED', 'REFUSED']),
  reason: z.string().nullish(),
  explanation: z.string().nullish(),
});

const invoiceInput = z.object({ language: z.string() });

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
  if (outcome !== undefined || jobId === undefined) {
    const end = outcome ?? { decision: 'UNREADABLE' };
    return { name, expected, outcome: end, ...(message !== undefined && { message }) };
  }
  const story = await readStory(client, jobId);
  const { decision, reason, explanation } = output.parse(story.output);
  return {
    name,
    expected,
    outcome: { decision, ...(reason != null && { reason }) },
    ...(explanation != null && { message: explanation }),
    story,
    letter: await readLetter(client, story),
  };
}

async function readStory(client: Client, id: string): Promise<Story> {
  const { job } = await client.request(JobStoryDocument, { id });
  if (job?.state === 'SUCCEEDED') return job;
  throw new Error(`job ${id} ended ${job?.state ?? 'unseen'}: ${job?.error?.detail ?? ''}`);
}

async function readLetter(client: Client, { id, input }: Story): Promise<string> {
  const { language } = invoiceInput.parse(input);
  const { job } = await client.request(JobResultDocument, { id, format: 'TEXT', locale: language });
  return job?.result?.content ?? '';
}
