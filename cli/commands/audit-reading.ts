import { Command } from 'commander';

import {
  type AuditEventFieldsFragment,
  type AuditFilter,
  AuditInclusionDocument,
  ListAuditCheckpointsDocument,
  ListAuditEventsDocument,
  VerifyAuditChainDocument,
  type VerifyAuditChainQuery,
} from '../../sdk/src/index.ts';
import { connect, connected, type Connection } from '../connection.ts';
import { momentOf } from '../job-options.ts';
import { printJson, printJsonLine } from '../json-output.ts';
import { facts } from '../output.ts';
import { paged, type Part, partOf, printPage } from '../paged.ts';
import { plainLine } from '../plain-text.ts';

interface Wanted {
  readonly action?: string[];
  readonly actor?: string;
  readonly target?: string;
  readonly job?: string;
  readonly request?: string;
  readonly since?: string;
  readonly until?: string;
}

/** `operandi audit list`: what was done, newest first. */
export function listCommand(): Command {
  return paged(new Command('list'))
    .description('List what was done, newest first. That it was read is on record too.')
    .option('--action <action...>', 'only these acts, e.g. job.cancel')
    .option('--actor <id>', 'only by this member, key or worker')
    .option('--target <id>', 'only to this object')
    .option('--job <id>', 'only by or to this job')
    .option('--request <id>', 'only within this request')
    .option('--since <time>', 'from then on: a date, a moment, or how long ago, e.g. 24h')
    .option('--until <time>', 'until then')
    .action(async (options: Connection & Part & Wanted) => {
      await using client = connect(options);
      const { auditEvents } = await client.request(ListAuditEventsDocument, {
        ...partOf(options),
        filter: filterOf(options),
      });
      printPage(options, auditEvents, {
        headings: ['seq', 'at', 'action', 'actor', 'target'],
        cellsOf: (event) => [event.seq, event.at, event.action, actorOf(event), targetOf(event)],
        none: 'Nothing was done that fits.',
      });
    });
}

function filterOf(wanted: Wanted): AuditFilter {
  const { action, actor, target, job, request, since, until } = wanted;
  return {
    ...(action !== undefined && { actions: action }),
    ...(actor !== undefined && { actorId: actor }),
    ...(target !== undefined && { targetId: target }),
    ...(job !== undefined && { jobId: job }),
    ...(request !== undefined && { requestId: request }),
    from: momentOf('--since', since),
    to: momentOf('--until', until),
  };
}

const actorOf = ({ actor: { kind, name, id } }: AuditEventFieldsFragment): string =>
  `${kind} ${name || id}`;

const targetOf = ({ target: { kind, id } }: AuditEventFieldsFragment): string => `${kind} ${id}`;

/** `operandi audit tail`: what is being done. */
export function tailCommand(): Command {
  return connected(new Command('tail'))
    .description('Print what is done as it is done, until it is told to stop.')
    .option('--after <cursor>', 'first what follows this event')
    .action(async (options: Connection & { readonly after?: string }) => {
      await using client = connect(options);
      const { after } = options;
      for await (const event of client.audit.watch(after === undefined ? {} : { after })) {
        if (options.json) printJsonLine(event);
        else
          console.log(
            plainLine(`${event.at} ${event.action} ${targetOf(event)} by ${actorOf(event)}`),
          );
      }
    });
}

/** `operandi audit check`: whether the platform's own log is whole. */
export function checkCommand(): Command {
  return connected(new Command('check'))
    .description(
      'Have the platform hold its log against the checkpoints. To trust nobody: audit export and verify.',
    )
    .action(async (options: Connection) => {
      await using client = connect(options);
      let checked = 0;
      let after: string | null = null;
      for (;;) {
        const { verifyAuditChain: report }: VerifyAuditChainQuery = await client.request(
          VerifyAuditChainDocument,
          {
            after,
          },
        );
        checked += report.checked;
        after = report.next;
        if (report.isIntact && after !== null) continue;
        if (options.json) printJson({ ...report, checked });
        else if (report.isIntact) console.log(`${String(checked)} events, intact`);
        if (report.isIntact) return;
        throw new Error(
          `event ${report.firstBadSeq ?? '?'}: ${report.fault ?? ''} ${report.message ?? ''}`,
        );
      }
    });
}

/** `operandi audit checkpoints`: signed heads of the log. */
export function checkpointsCommand(): Command {
  return paged(new Command('checkpoints'))
    .description('List the signed heads of the log, newest first.')
    .action(async (options: Connection & Part) => {
      await using client = connect(options);
      const { auditCheckpoints } = await client.request(
        ListAuditCheckpointsDocument,
        partOf(options),
      );
      printPage(options, auditCheckpoints, {
        headings: ['size', 'epoch', 'at', 'root'],
        cellsOf: ({ size, epoch, at, root }) => [size, String(epoch), at, root],
        none: 'No checkpoints yet.',
      });
    });
}

/** `operandi audit proof EVENT`: that an event stands in the log. */
export function proofCommand(): Command {
  return connected(new Command('proof'))
    .description('Print what proves that an event stands in the log, as JSON.')
    .argument('<event>', 'id of the event')
    .action(async (eventId: string, options: Connection) => {
      await using client = connect(options);
      const { inclusionProof } = await client.request(AuditInclusionDocument, { eventId });
      if (inclusionProof === null)
        throw new Error(`event ${eventId} does not exist or has no seal`);
      if (options.json) printJson(inclusionProof);
      else {
        const { seq, leaf, path, checkpoint } = inclusionProof;
        const hashes = path.map((hash) => ['path', hash] as const);
        const known = facts([['number', seq], ['leaf', leaf], ...hashes]);
        console.log(`${known}\n\n${checkpoint.note}`);
      }
    });
}
