import { readFile } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';

import { Command } from 'commander';

import { AuditKeysDocument, AuditStatusDocument } from '../../sdk/src/index.ts';
import {
  parseCheckpoint,
  parseVerifierKey,
  verifyExport,
  type VerifierKey,
} from '../../sdk/src/verify/index.ts';
import { csvOf } from '../audit/csv.ts';
import { ocsfOf } from '../audit/ocsf.ts';
import { exportAudit } from '../audit/export-audit.ts';
import { connect, connected, type Connection } from '../connection.ts';
import { printJson, printsJson } from '../json-output.ts';
import { progressLine } from '../output.ts';
import { eraseCommand, holdCommand, retentionCommand } from './audit-erasure.ts';
import {
  checkCommand,
  checkpointsCommand,
  listCommand,
  proofCommand,
  tailCommand,
} from './audit-reading.ts';
import { streamsCommand } from './audit-streams.ts';
import { witnessCommand } from './audit-witness.ts';

/** `operandi audit …`: read it, export and verify it, say how long it is kept and where else it goes. */
export function auditCommand(): Command {
  const command = new Command('audit');
  command.addCommand(listCommand());
  command.addCommand(tailCommand());
  command.addCommand(checkCommand());
  command.addCommand(checkpointsCommand());
  command.addCommand(proofCommand());
  command.addCommand(exportCommand());
  command.addCommand(verifyCommand());
  command.addCommand(csvCommand());
  command.addCommand(ocsfCommand());
  command.addCommand(keysCommand());
  command.addCommand(statusCommand());
  command.addCommand(eraseCommand());
  command.addCommand(holdCommand());
  command.addCommand(retentionCommand());
  command.addCommand(streamsCommand());
  command.addCommand(witnessCommand());
  return command;
}

function exportCommand(): Command {
  return connected(new Command('export'))
    .description(
      'Write the sealed events and all that proves them to a folder; goes on where it was stopped.',
    )
    .argument('<folder>', 'where to; made if it is not there')
    .option('--hide <part...>', 'leave out name or data; the rest can be verified all the same')
    .action(async (folder: string, options: Connection & { readonly hide?: readonly string[] }) => {
      await using client = connect(options);
      const progress = progressLine(process.stderr);
      const hide = options.hide?.map(partOf);
      const events = await exportAudit(client, {
        folder,
        hide,
        onProgress: (count) => progress.show(`${count} events`),
      });
      progress.end();
      if (options.json) printJson({ folder, events });
      else console.log(`${folder} holds ${events} events.`);
    });
}

function partOf(text: string): 'NAME' | 'DATA' {
  const part = text.toUpperCase();
  if (part !== 'NAME' && part !== 'DATA')
    throw new Error(`--hide takes name and data, not ${text}`);
  return part;
}

interface VerifyOptions {
  readonly key: string;
  readonly checkpoint?: readonly string[];
  readonly json?: true;
}

function verifyCommand(): Command {
  return printsJson(new Command('verify'))
    .description(
      'Check an export: each event, the tree, each signature, one history. Needs no platform.',
    )
    .argument('<folder>', 'the export')
    .requiredOption('--key <file>', 'public keys as `operandi audit keys` prints them, one a line')
    .option('--checkpoint <file...>', 'checkpoints that were kept elsewhere, to compare with')
    .action(async (folder: string, { key, checkpoint = [], json }: VerifyOptions) => {
      const keys = await readKeys(key);
      const notes = await Promise.all(checkpoint.map((file) => readFile(file, 'utf8')));
      const report = await verifyExport(folder, { keys, kept: notes.map(parseCheckpoint) });
      const { problem, begin, events, checkpoints } = report;
      if (json) printJson(report);
      if (problem !== undefined) {
        const { fault, seq, upTo, message } = problem;
        const place = seq === upTo ? `event ${seq}` : `events ${seq} to ${upTo}`;
        throw new Error(`${place}: ${fault}: ${message}`);
      }
      if (json) return;
      const which = begin === 0 ? `${events} events` : `events ${begin + 1} to ${events}`;
      console.log(`${which} and ${checkpoints} checkpoints are sound.`);
      if (begin > 0) console.log(`The ${begin} events before were forgotten.`);
    });
}

async function readKeys(file: string): Promise<readonly VerifierKey[]> {
  const lines = (await readFile(file, 'utf8')).split('\n').filter((line) => line.trim() !== '');
  return lines.map((line) => parseVerifierKey(line));
}

function csvCommand(): Command {
  return new Command('csv')
    .description(
      'Print an export as CSV; what a spreadsheet would take for a formula is kept as text.',
    )
    .argument('<folder>', 'the export')
    .action(async (folder: string) => {
      await pipeline(csvOf(folder), process.stdout, { end: false });
    });
}

function ocsfCommand(): Command {
  return new Command('ocsf')
    .description('Print an export as CloudEvents of OCSF API Activity, one a line.')
    .argument('<folder>', 'the export')
    .option('--after <number>', 'go on after this event', '0')
    .action(async (folder: string, { after }: { readonly after: string }) => {
      await pipeline(ocsfOf(folder, BigInt(after)), process.stdout, { end: false });
    });
}

function keysCommand(): Command {
  return connected(new Command('keys'))
    .description(
      'Print the public keys of the log, one a line. Keep them where the platform cannot reach.',
    )
    .action(async (options: Connection) => {
      await using client = connect(options);
      const { auditKeys } = await client.request(AuditKeysDocument, {});
      if (options.json) printJson(auditKeys);
      else console.log(auditKeys.map(({ verifierKey }) => verifierKey).join('\n'));
    });
}

function statusCommand(): Command {
  return connected(new Command('status'))
    .description('Print what is sealed, what waits for it, and what can never be.')
    .action(async (options: Connection) => {
      await using client = connect(options);
      const { auditStatus } = await client.request(AuditStatusDocument, {});
      printJson(auditStatus);
    });
}
