import type { PartnerStats } from '../../examples/invoice-triage/partner.ts';
import { table } from '../output.ts';
import type { DecidedInvoice, Story } from './read-decisions.ts';

/** The whole report: decisions, one result in full, the partner's counts and one job's story. */
export function report(
  invoices: readonly DecidedInvoice[],
  partner: Readonly<PartnerStats>,
): string {
  const posted = invoices.find(({ outcome }) => outcome.decision === 'POSTED');
  const example = posted?.story;
  return [
    decisions(invoices),
    ...(example
      ? [
          heading('One result in full'),
          JSON.stringify(example.output, undefined, 2),
          '',
          posted.letter ?? '',
        ]
      : []),
    heading('What the partner saw'),
    partnerCounts(invoices, partner),
    ...(example
      ? [heading('One job in one query: jobs, integrations and audit'), story(example)]
      : []),
  ].join('\n');
}

function heading(text: string): string {
  return `\n${text}\n${'═'.repeat(text.length)}`;
}

function decisions(invoices: readonly DecidedInvoice[]): string {
  return table(
    ['invoice', 'decision', 'steps', 'time', 'reason'],
    invoices.map(({ name, outcome, message, story: job }) => [
      name.replace(/\.json$/, ''),
      outcome.decision,
      job && String(job.steps.nodes.length),
      job && `${duration(job.createdAt, job.finishedAt)} ms`,
      message ?? outcome.reason,
    ]),
  );
}

function partnerCounts(
  invoices: readonly DecidedInvoice[],
  partner: Readonly<PartnerStats>,
): string {
  const jobs = invoices.filter(({ story: job }) => job !== undefined).length;
  const posted = invoices.filter(({ outcome }) => outcome.decision === 'POSTED').length;
  return [
    `supplier look-ups   ${partner.lookups + partner.batchCalls} requests for ${jobs} invoices (${partner.batchCalls} of them batches)`,
    `ledger posts        ${partner.posts} for ${posted} accepted invoices, ${partner.distinctKeys} distinct idempotency keys`,
  ].join('\n');
}

function story(job: Story): string {
  const began = job.createdAt;
  return [
    `job ${job.id}: ${job.state}, agent ${job.agent.name} version ${job.agentVersion.version}`,
    '',
    table(
      ['step', 'state', 'from', 'to'],
      job.steps.nodes.map((step) => [
        step.task,
        step.state,
        `${duration(began, step.startedAt)} ms`,
        `${duration(began, step.finishedAt)} ms`,
      ]),
    ),
    '',
    table(
      ['call', 'state', 'status', 'batch of', 'took'],
      job.integrationCalls.nodes.map((call) => [
        `${call.integration.name}.${call.operation}`,
        call.state,
        String(call.status ?? ''),
        String(call.batchSize ?? 1),
        `${call.durationMs ?? '?'} ms`,
      ]),
    ),
    '',
    table(
      ['audit', 'action', 'by', 'hash'],
      job.auditTrail.nodes.map((entry) => [
        entry.seq ?? 'to be sealed',
        entry.action,
        `${entry.actor.kind} ${entry.actor.name}`,
        entry.hash?.slice(0, 16),
      ]),
    ),
  ].join('\n');
}

function duration(from: string, to: string | null): string {
  return to === null ? '?' : String(Date.parse(to) - Date.parse(from));
}
