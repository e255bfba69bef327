import { Command } from 'commander';

import {
  AuditRetentionDocument,
  EraseSubjectDocument,
  LegalHoldsDocument,
  PlaceLegalHoldDocument,
  ReleaseLegalHoldDocument,
  SetAuditRetentionDocument,
} from '../../sdk/src/index.ts';
import { asksFirst } from '../confirm.ts';
import { connect, connected, type Connection } from '../connection.ts';
import { printJson } from '../json-output.ts';
import { plainText } from '../plain-text.ts';
import { throwRefusal } from '../user-errors.ts';

interface Whose extends Connection {
  readonly subject?: string;
  readonly member?: string;
}

/** `operandi audit erase --subject …` or `--member …`. */
export function eraseCommand(): Command {
  return asksFirst(connected(new Command('erase')), 'Erase for ever')
    .description(
      'Destroy the key of a person: their name in the log, or the data of jobs that was sealed for them.',
    )
    .option('--subject <text>', 'as definitions name it in x-sensitive')
    .option('--member <id>', 'a member who was removed')
    .action(async ({ subject, member, ...options }: Whose) => {
      await using client = connect(options);
      const { eraseSubject } = await client.request(EraseSubjectDocument, {
        input: {
          ...(subject === undefined ? {} : { subject }),
          ...(member === undefined ? {} : { memberId: member }),
        },
      });
      throwRefusal(eraseSubject.userErrors);
      const { erasedAt, keys } = eraseSubject;
      if (options.json) printJson({ erasedAt, keys });
      else console.log(`Erased at ${erasedAt ?? ''}; ${keys} keys are gone.`);
    });
}

/** `operandi audit hold place|release|list`. */
export function holdCommand(): Command {
  const command = new Command('hold').description(
    'Legal holds: while one is placed, nothing of the tenant is erased or forgotten.',
  );
  command.addCommand(placeCommand());
  command.addCommand(releaseCommand());
  command.addCommand(listCommand());
  return command;
}

function placeCommand(): Command {
  return connected(new Command('place'))
    .description('Place a hold.')
    .argument('<name>', 'its name')
    .requiredOption('--reason <text>', 'why')
    .action(async (name: string, options: Connection & { readonly reason: string }) => {
      await using client = connect(options);
      const { placeLegalHold } = await client.request(PlaceLegalHoldDocument, {
        input: { name, reason: options.reason },
      });
      throwRefusal(placeLegalHold.userErrors);
      if (options.json) printJson(placeLegalHold.legalHold);
      else console.log(`Placed ${plainText(name)}: ${placeLegalHold.legalHold?.id ?? ''}`);
    });
}

function releaseCommand(): Command {
  return connected(new Command('release'))
    .description('Release a hold.')
    .argument('<id>', 'the hold')
    .action(async (id: string, options: Connection) => {
      await using client = connect(options);
      const { releaseLegalHold } = await client.request(ReleaseLegalHoldDocument, {
        input: { id },
      });
      throwRefusal(releaseLegalHold.userErrors);
      if (options.json) printJson(releaseLegalHold.legalHold);
      else console.log(`Released ${plainText(releaseLegalHold.legalHold?.name ?? id)}.`);
    });
}

function listCommand(): Command {
  return connected(new Command('list'))
    .description('List the holds that are placed.')
    .action(async (options: Connection) => {
      await using client = connect(options);
      const { legalHolds } = await client.request(LegalHoldsDocument, {});
      if (options.json) printJson(legalHolds);
      for (const { id, name, placedAt, placedBy, reason } of options.json ? [] : legalHolds)
        console.log(plainText(`${id}  ${name}  since ${placedAt}  by ${placedBy}: ${reason}`));
    });
}

interface Keep extends Connection {
  readonly days?: string;
  readonly forever?: true;
}

/** `operandi audit retention [--days N | --forever]`. */
export function retentionCommand(): Command {
  return connected(new Command('retention'))
    .description('Show for how long events are kept, or set it.')
    .option('--days <count>', 'keep them for so many days')
    .option('--forever', 'keep them for ever')
    .action(async ({ days, forever, ...options }: Keep) => {
      await using client = connect(options);
      if (days !== undefined || forever) {
        const { setAuditRetention } = await client.request(SetAuditRetentionDocument, {
          input: forever ? {} : { days: Number(days) },
        });
        throwRefusal(setAuditRetention.userErrors);
      }
      const { auditRetention } = await client.request(AuditRetentionDocument, {});
      if (options.json) printJson(auditRetention);
      else
        console.log(
          `Events are kept ${auditRetention.days === null ? 'for ever' : `for ${auditRetention.days} days`}; ${auditRetention.forgotten} are forgotten.`,
        );
    });
}
