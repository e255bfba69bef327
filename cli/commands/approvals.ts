import { Command } from 'commander';
import {
  type UndoableFieldsFragment,
  type ApprovalState,
  DecideUndoablyDocument,
  ListUndoableApprovalsDocument,
} from '../../sdk/src/index.ts';
import { connect, connected, type Connection } from '../connection.ts';
import { readJsonOption } from '../json-option.ts';
import { printJson } from '../json-output.ts';
import { paged, type Part, partOf, printPage } from '../paged.ts';
import { linkCommand, linksCommand, unlinkCommand } from './decision-links.ts';
import { delegateCommand, delegationsCommand, undelegateCommand } from './delegations.ts';
import { undoCommand } from './undo-decision.ts';

/** `operandi approvals …`: what waits for a person, and the decision. */
export function approvalsCommand(): Command {
  const command = new Command('approvals');
  command.addCommand(listCommand());
  command.addCommand(decideCommand('approve'));
  command.addCommand(decideCommand('reject'));
  command.addCommand(undoCommand());
  command.addCommand(delegateCommand());
  command.addCommand(delegationsCommand());
  command.addCommand(undelegateCommand());
  command.addCommand(linkCommand());
  command.addCommand(linksCommand());
  command.addCommand(unlinkCommand());
  return command;
}

function listCommand(): Command {
  return paged(new Command('list'))
    .description('List what waits for a decision, newest first.')
    .option('--state <state>', 'PENDING, APPROVED, REJECTED, EXPIRED or WITHDRAWN', 'PENDING')
    .option('--mine', 'only what this key may decide')
    .action(async (options: Connection & ListOptions) => {
      await using client = connect(options);
      const { approvals } = await client.request(ListUndoableApprovalsDocument, {
        state: options.state,
        mine: options.mine ?? false,
        ...partOf(options),
      });
      printPage(options, approvals, {
        headings: ['approval', 'state', 'job', 'asked', 'who may decide', 'yours', 'what'],
        cellsOf: (approval) => [
          ...[approval.id, approval.state, approval.job.id, approval.createdAt],
          ...[whoDecides(approval), approval.canDecide ? 'yes' : 'no', approval.title],
        ],
        none: 'No approvals.',
      });
    });
}

interface Rule {
  readonly role: string | null;
  readonly approvers: readonly string[];
  readonly fourEyes: boolean;
  readonly required: number;
  readonly decisions: readonly object[];
  readonly settlesAt: string | null;
}

function whoDecides({ role, approvers, fourEyes, required, decisions, settlesAt }: Rule): string {
  if (settlesAt !== null) return `decided, stands at ${settlesAt}`;
  const parts = [
    ...(role === null ? [] : [role]),
    ...(approvers.length === 0 ? [] : [`one of ${approvers.join(', ')}`]),
    ...(fourEyes ? ['not who submitted'] : []),
    ...(required === 1 ? [] : [`${String(decisions.length)} of ${String(required)} so far`]),
  ];
  return parts.length === 0 ? 'anyone who may decide' : parts.join('; ');
}

interface ListOptions extends Part {
  readonly mine?: boolean;
  readonly state: ApprovalState;
}

interface DecideOptions {
  readonly comment?: string;
  readonly data?: string;
}

function decideCommand(verb: 'approve' | 'reject'): Command {
  const isApproval = verb === 'approve';
  const answer = isApproval ? 'yes' : 'no';
  const command = connected(new Command(verb))
    .description(
      `Say ${answer} to an approval; as many have to say yes as are asked for, one no ends it.`,
    )
    .argument('<id>', 'id of the approval')
    .option('--comment <text>', 'a remark for the audit log and the job');
  if (isApproval)
    command.option(
      '--data <json>',
      'what the form of the approval asks for; @FILE reads a file, - standard input',
    );
  return command.action(async (id: string, options: Connection & DecideOptions) => {
    const { comment, data: text } = options;
    const data = text === undefined ? undefined : await readJsonOption('--data', text);
    await using client = connect(options);
    const { decideApproval } = await client.request(DecideUndoablyDocument, {
      input: {
        ...{ id, approve: isApproval },
        ...(comment !== undefined && { comment }),
        ...(data !== undefined && { data }),
      },
    });
    const { approval, userErrors } = decideApproval;
    if (userErrors.length > 0) throw new Error(userErrors.map(reasonOf).join('\n  '));
    if (options.json) printJson(approval);
    else console.log(`${id} ${outcomeOf(approval, isApproval)}`);
  });
}

/** Where it can be taken back, it stands only when that is over. */
function outcomeOf(
  approval: Pick<UndoableFieldsFragment, 'state' | 'settlesAt'> | null,
  isApproval: boolean,
): string {
  const { state = '', settlesAt = null } = approval ?? {};
  if (settlesAt === null) return state;
  return `${isApproval ? 'APPROVED' : 'REJECTED'} at ${settlesAt}; until then, \`approvals undo\` takes it back`;
}

/** Where several things can be wrong with what was filled in, each says where. */
function reasonOf({ code, field, message }: Reason): string {
  const place = field.startsWith('input.data.') ? `${field.slice('input.'.length)}: ` : '';
  return `${place}${message} (${code})`;
}

interface Reason {
  readonly code: string;
  readonly field: string;
  readonly message: string;
}
