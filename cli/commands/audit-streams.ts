import { readFile } from 'node:fs/promises';

import { Command, Option } from 'commander';

import {
  type AuditStreamFieldsFragment,
  AuditStreamDocument,
  AuditStreamsDocument,
  type Client,
  CreateAuditStreamDocument,
  type CreateAuditStreamMutationVariables,
  DeleteAuditStreamDocument,
  PauseAuditStreamDocument,
  ResumeAuditStreamDocument,
  RotateAuditStreamSecretDocument,
  TestAuditStreamDocument,
} from '../../sdk/src/index.ts';
import { asksFirst } from '../confirm.ts';
import { connect, connected, type Connection } from '../connection.ts';
import { printJson } from '../json-output.ts';
import { plainText } from '../plain-text.ts';
import { throwRefusal } from '../user-errors.ts';

/** `operandi audit streams create|list|get|pause|resume|delete|rotate|test`. */
export function streamsCommand(): Command {
  const command = new Command('streams').description(
    'Send sealed events to a system outside: over HTTPS, to S3, by syslog.',
  );
  command.addCommand(createCommand());
  command.addCommand(listCommand());
  command.addCommand(getCommand());
  for (const act of ['pause', 'resume', 'delete'] as const) command.addCommand(actCommand(act));
  command.addCommand(rotateCommand());
  command.addCommand(testCommand());
  return command;
}

interface CreateOptions extends Connection {
  readonly https?: string;
  readonly s3?: string;
  readonly syslog?: string;
  readonly format: 'native' | 'ocsf';
  readonly after?: string;
  readonly ca?: string;
  readonly prefix?: string;
  readonly every?: string;
}

function createCommand(): Command {
  return connected(new Command('create'))
    .description('Make a stream. Prints the secret of one over HTTPS, this once.')
    .argument('<name>', 'its name')
    .option('--https <url>', 'batches by POST, signed by Standard Webhooks')
    .option('--s3 <integration>', 'objects in the bucket of an integration, by its id')
    .option('--syslog <host[:port]>', 'messages over TLS')
    .addOption(
      new Option('--format <format>', 'what is told of an event')
        .choices(['native', 'ocsf'])
        .default('native'),
    )
    .option('--after <number>', 'begin behind this event; 0 for all')
    .option('--ca <file>', 'certificates in PEM to trust, with --https and --syslog')
    .option('--prefix <text>', 'before the keys, with --s3')
    .option('--every <seconds>', 'how long events wait to share an object, with --s3')
    .action(async (name: string, options: CreateOptions) => {
      await using client = connect(options);
      const input = await inputOf(name, options);
      const { createAuditStream } = await client.request(CreateAuditStreamDocument, { input });
      throwRefusal(createAuditStream.userErrors);
      const { auditStream, secret } = createAuditStream;
      if (options.json) printJson({ auditStream, secret });
      else {
        console.log(`Made ${plainText(name)}: ${auditStream?.id ?? ''}`);
        if (secret !== null) console.log(`Its requests are signed with ${secret}`);
      }
    });
}

async function inputOf(
  name: string,
  { https, s3, syslog, format, after, ca, prefix, every }: CreateOptions,
): Promise<CreateAuditStreamMutationVariables['input']> {
  const trust = ca === undefined ? {} : { certificateAuthority: await readFile(ca, 'utf8') };
  return {
    name,
    format: format === 'ocsf' ? 'OCSF' : 'NATIVE',
    ...(after === undefined ? {} : { after }),
    ...(https === undefined ? {} : { https: { url: https, ...trust } }),
    ...(s3 === undefined ? {} : { s3: { integrationId: s3, ...objectsOf(prefix, every) } }),
    ...(syslog === undefined ? {} : { syslog: { ...placeOf(syslog), ...trust } }),
  };
}

function objectsOf(prefix: string | undefined, every: string | undefined) {
  return {
    ...(prefix === undefined ? {} : { prefix }),
    ...(every === undefined ? {} : { everySeconds: Number(every) }),
  };
}

/** An address of version 6 with a port is in brackets. */
function placeOf(text: string): { readonly host: string; readonly port?: number } {
  const parts = /^(?<host>\[[^\]]+\]|[^:]+):(?<port>\d+)$/u.exec(text)?.groups;
  return parts === undefined
    ? { host: text }
    : { host: parts['host'] ?? text, port: Number(parts['port']) };
}

function listCommand(): Command {
  return connected(new Command('list'))
    .description('List the streams and how far they are.')
    .action(async (options: Connection) => {
      await using client = connect(options);
      const { auditStreams } = await client.request(AuditStreamsDocument, {});
      if (options.json) printJson(auditStreams);
      else for (const stream of auditStreams) console.log(plainText(lineOf(stream)));
    });
}

function getCommand(): Command {
  return connected(new Command('get'))
    .description('Print a stream as JSON.')
    .argument('<id>', 'the stream')
    .action(async (id: string, options: Connection) => {
      await using client = connect(options);
      printJson(await streamOf(client, id));
    });
}

const acts = {
  pause: {
    description: 'Send nothing more until it is resumed.',
    act: async (client: Client, id: string) =>
      (await client.request(PauseAuditStreamDocument, { input: { id } })).pauseAuditStream,
  },
  resume: {
    description: 'Go on at once behind what has arrived.',
    act: async (client: Client, id: string) =>
      (await client.request(ResumeAuditStreamDocument, { input: { id } })).resumeAuditStream,
  },
  delete: {
    description: 'Forget a stream; what has arrived stays where it is.',
    act: async (client: Client, id: string) =>
      (await client.request(DeleteAuditStreamDocument, { input: { id } })).deleteAuditStream,
  },
} as const;

function actCommand(name: keyof typeof acts): Command {
  const { description, act } = acts[name];
  const command = connected(new Command(name));
  return (name === 'delete' ? asksFirst(command, 'Delete the audit stream') : command)
    .description(description)
    .argument('<id>', 'the stream')
    .action(async (id: string, options: Connection) => {
      await using client = connect(options);
      const { auditStream, userErrors } = await act(client, id);
      throwRefusal(userErrors);
      if (options.json) printJson(auditStream);
      else if (auditStream !== null) console.log(plainText(lineOf(auditStream)));
    });
}

function rotateCommand(): Command {
  return connected(new Command('rotate'))
    .description('Give a stream over HTTPS another secret. Prints it, this once.')
    .argument('<id>', 'the stream')
    .option('--overlap <seconds>', 'how long the secret before signs as well; a day unless told')
    .action(async (id: string, options: Connection & { readonly overlap?: string }) => {
      await using client = connect(options);
      const { overlap } = options;
      const input = { id, ...(overlap === undefined ? {} : { overlapSeconds: Number(overlap) }) };
      const { rotateAuditStreamSecret: rotated } = await client.request(
        RotateAuditStreamSecretDocument,
        { input },
      );
      throwRefusal(rotated.userErrors);
      const { auditStream, secret } = rotated;
      if (options.json) printJson({ auditStream, secret });
      else console.log(`Its requests are signed with ${secret ?? ''}`);
    });
}

const pollMs = 500;
const testMs = 60_000;

function testCommand(): Command {
  return connected(new Command('test'))
    .description('Have one event sent that is no part of the log, and wait for what comes of it.')
    .argument('<id>', 'the stream')
    .action(async (id: string, options: Connection) => {
      await using client = connect(options);
      const asked = await client.request(TestAuditStreamDocument, { input: { id } });
      throwRefusal(asked.testAuditStream.userErrors);
      const { test } = await tested(client, id);
      if (options.json) printJson(test);
      if (test.finishedAt === null)
        throw new Error('no worker has tried it yet; `operandi audit streams get` tells later');
      if (test.error !== null) throw new Error(test.error);
      if (!options.json) console.log('It has arrived.');
    });
}

async function tested(client: Client, id: string): Promise<AuditStreamFieldsFragment> {
  const end = performance.now() + testMs;
  for (;;) {
    const stream = await streamOf(client, id);
    if (stream.test.finishedAt !== null || performance.now() > end) return stream;
    await new Promise((resolve) => setTimeout(resolve, pollMs));
  }
}

async function streamOf(client: Client, id: string): Promise<AuditStreamFieldsFragment> {
  const { auditStream } = await client.request(AuditStreamDocument, { id });
  if (auditStream === null) throw new Error(`there is no stream ${id}`);
  return auditStream;
}

function lineOf(stream: AuditStreamFieldsFragment): string {
  const { id, name, sent, behind, pausedAt, error } = stream;
  const state = pausedAt !== null ? 'paused' : error !== null ? `fails: ${error}` : 'goes well';
  return `${id}  ${name}  to ${toOf(stream)}  sent ${sent}, ${behind} to come  ${state}`;
}

function toOf({ https, s3, syslog }: AuditStreamFieldsFragment): string {
  if (https !== null) return https.url;
  if (syslog !== null) return `${syslog.host}:${String(syslog.port)}`;
  return `S3 ${s3?.prefix ?? ''}`;
}
