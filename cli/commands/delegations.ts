import { Command } from 'commander';

import {
  CreateDelegationDocument,
  type DelegationFieldsFragment,
  EndDelegationDocument,
  ListDelegationsDocument,
} from '../../sdk/src/index.ts';
import { connect, connected, type Connection } from '../connection.ts';
import { printJson } from '../json-output.ts';
import { paged, type Part, partOf, printPage } from '../paged.ts';
import { throwRefusal } from '../user-errors.ts';

interface DelegateOptions {
  readonly until: string;
  readonly from?: string;
  readonly approval?: string;
  readonly comment?: string;
}

/** `operandi approvals delegate TO --until TIME`: somebody else decides in one's place. */
export function delegateCommand(): Command {
  return connected(new Command('delegate'))
    .description(
      'Let somebody else decide in your place for a time: one approval, or all of yours.',
    )
    .argument('<to>', 'id of the member or key that decides, or the e-mail address of the member')
    .requiredOption('--until <time>', 'when it ends, such as 2026-08-31T18:00:00+02:00')
    .option('--from <time>', 'when it begins; without it, at once')
    .option('--approval <id>', 'only this approval')
    .option('--comment <text>', 'why, for the record')
    .addHelpText(
      'after',
      `
Examples:
  operandi approvals delegate 0196… --until 2026-08-31T18:00:00+02:00 --comment 'on leave'
  operandi approvals delegate 0196… --until 2026-08-01T00:00:00Z --approval 0197…`,
    )
    .action(async (to: string, options: Connection & DelegateOptions) => {
      const { until: endsAt, from: startsAt, approval: approvalId, comment } = options;
      await using client = connect(options);
      const { createDelegation } = await client.request(CreateDelegationDocument, {
        input: {
          ...(to.includes('@') ? { email: to } : { to }),
          endsAt,
          ...(startsAt !== undefined && { startsAt }),
          ...(approvalId !== undefined && { approvalId }),
          ...(comment !== undefined && { comment }),
        },
      });
      throwRefusal(createDelegation.userErrors);
      const { delegation } = createDelegation;
      if (options.json) printJson(delegation);
      else if (delegation !== null) console.log(toldDelegation(delegation));
    });
}

function toldDelegation({ id, to, endsAt }: DelegationFieldsFragment): string {
  return `${id}: ${to} decides until ${endsAt}`;
}

interface ListOptions extends Part {
  readonly all?: boolean;
  readonly over?: boolean;
}

/** `operandi approvals delegations`: who decides in whose place. */
export function delegationsCommand(): Command {
  return paged(new Command('delegations'))
    .description('List who decides in whose place: what you gave and what you got.')
    .option('--all', 'those of everybody; needs ACCESS_READ')
    .option('--over', 'also those that are over')
    .action(async (options: Connection & ListOptions) => {
      await using client = connect(options);
      const { delegations } = await client.request(ListDelegationsDocument, {
        all: options.all ?? false,
        live: options.over !== true,
        ...partOf(options),
      });
      printPage(options, delegations, {
        headings: ['delegation', 'in the place of', 'decides', 'what', 'from', 'until'],
        cellsOf: (each) => [
          ...[each.id, each.from, each.to, each.approval?.title ?? 'all'],
          ...[each.startsAt, each.endedAt ?? each.endsAt],
        ],
        none: 'No delegations.',
      });
    });
}

/** `operandi approvals undelegate ID`: ends a delegation before its time. */
export function undelegateCommand(): Command {
  return connected(new Command('undelegate'))
    .description('End a delegation before its time, which you gave or got.')
    .argument('<id>', 'id of the delegation')
    .action(async (id: string, options: Connection) => {
      await using client = connect(options);
      const { endDelegation } = await client.request(EndDelegationDocument, { input: { id } });
      throwRefusal(endDelegation.userErrors);
      if (options.json) printJson(endDelegation.delegation);
      else console.log(`${id} has ended`);
    });
}
