import type { PartnerStats } from '../../examples/invoice-triage/partner.ts';
import type { DecidedInvoice } from './read-decisions.ts';

/** Everything that differs from what the example promises; empty when all is well. */
export function differences(
  invoices: readonly DecidedInvoice[],
  partner: Readonly<PartnerStats>,
): readonly string[] {
  const withJob = invoices.filter(({ story }) => story !== undefined);
  const posted = invoices.filter(({ outcome }) => outcome.decision === 'POSTED').length;
  return [
    ...invoices.flatMap(wrongOutcome),
    ...withJob.flatMap(brokenStory),
    ...unless(partner.posts === posted, `the ledger got ${partner.posts} posts for ${posted}`),
    ...unless(
      partner.distinctKeys === posted,
      `the ledger made ${partner.distinctKeys} postings for ${posted} invoices`,
    ),
    ...unless(
      partner.lookups + partner.batchCalls < withJob.length / 2,
      `${withJob.length} look-ups took ${partner.lookups + partner.batchCalls} requests: not batched`,
    ),
  ];
}

function wrongOutcome({ name, expected, outcome }: DecidedInvoice): readonly string[] {
  const [wanted, got] = [JSON.stringify(expected), JSON.stringify(outcome)];
  return unless(wanted === got, `${name}: expected ${wanted}, got ${got}`);
}

function brokenStory({ name, story, letter }: DecidedInvoice): readonly string[] {
  if (story === undefined) return [];
  const states = new Set(story.integrationCalls.nodes.map(({ state }) => state));
  return [
    ...unless((letter ?? '').length > 20, `${name}: there is no letter to the supplier`),
    ...unless(story.steps.nodes.length > 0, `${name}: the job has no steps`),
    ...unless(states.size === 1 && states.has('SUCCEEDED'), `${name}: a call did not succeed`),
    ...unless(
      story.auditTrail.nodes.some(({ action }) => action === 'job.submit'),
      `${name}: the audit trail does not tell who submitted the job`,
    ),
  ];
}

function unless(isWell: boolean, message: string): readonly string[] {
  return isWell ? [] : [message];
}
