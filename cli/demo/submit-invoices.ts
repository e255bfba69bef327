import { type Client, RefusedError } from '../../sdk/src/index.ts';
import type { InvoiceFile, InvoiceOutcome } from './invoices.ts';

/** An invoice on its way: a job, or an end before one. */
export interface SubmittedInvoice {
  readonly file: InvoiceFile;
  readonly jobId?: string;
  readonly outcome?: InvoiceOutcome;
  /** Why it was rejected, in the platform's words. */
  readonly message?: string;
}

/** Submits every invoice that can be read; what is refused at the door is an outcome, not a fault. */
export async function submitInvoices(
  client: Client,
  files: readonly InvoiceFile[],
): Promise<readonly SubmittedInvoice[]> {
  return Promise.all(files.map((file) => submitInvoice(client, file)));
}

async function submitInvoice(client: Client, file: InvoiceFile): Promise<SubmittedInvoice> {
  const invoice = readJson(file.text);
  if (invoice === undefined) {
    return { file, outcome: { decision: 'UNREADABLE' }, message: 'the file is not JSON' };
  }
  try {
    const job = await client.submit('invoice-triage', invoice, { idempotencyKey: file.name });
    return { file, jobId: job.id };
  } catch (error) {
    if (!(error instanceof RefusedError)) throw error;
    const [problem] = error.problems;
    return {
      file,
      outcome: {
        decision: 'REJECTED',
        ...(problem && { code: problem.code, field: problem.field.replace(/^input\.input\./, '') }),
      },
      message: error.message,
    };
  }
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
