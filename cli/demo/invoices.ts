import { readdirSync, readFileSync } from 'node:fs';
import { z } from 'zod';

const folder = new URL('../../examples/invoice-triage/', import.meta.url);

const outcome = z.object({
  decision: z.enum(['POSTED', 'REFUSED', 'REJECTED', 'UNREADABLE']),
  reason: z.string().optional(),
  code: z.string().optional(),
  field: z.string().optional(),
});

/** What becomes of one invoice: decided by a job, rejected before there is one, or not even JSON. */
export type InvoiceOutcome = z.infer<typeof outcome>;

/** One file of the example. */
export interface InvoiceFile {
  readonly name: string;
  readonly text: string;
  readonly expected: InvoiceOutcome;
}

/** The invoices of the example in order of their names, with what must become of them. */
export function readInvoices(): readonly InvoiceFile[] {
  const expected = z
    .record(z.string(), outcome)
    .parse(JSON.parse(readExampleFile('expected.json')));
  return readdirSync(new URL('invoices/', folder))
    .toSorted()
    .map((name) => {
      const wanted = expected[name];
      if (wanted === undefined) throw new Error(`expected.json does not know ${name}`);
      return { name, text: readExampleFile(`invoices/${name}`), expected: wanted };
    });
}

/** A file of the example's folder. */
export function readExampleFile(name: string): string {
  return readFileSync(new URL(name, folder), 'utf8');
}
