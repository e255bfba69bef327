import { readFile } from 'node:fs/promises';

import { Command } from 'commander';

import type { HitClient, SchemaChange } from '../../gateway/check/check-schema.ts';
import type { CompositionHint } from '../../gateway/check/compose-with.ts';
import type { UsageFound } from '../usage-source.ts';
import { describeFault } from '../fault.ts';
import { printJson, printsJson } from '../json-output.ts';

interface Options {
  readonly against?: string;
  readonly subgraph?: string;
  readonly usage?: string | true;
  readonly since?: string;
  readonly json?: true;
}

/** What a check has found. */
interface Verdict {
  readonly isBreaking: boolean;
  readonly changes: readonly SchemaChange[];
  /** Faults of composition: there is no new schema. */
  readonly errors: readonly CompositionHint[];
  readonly hints: readonly CompositionHint[];
}

const exitCodes = { good: 0, breaking: 1, notChecked: 2 } as const;

/** `operandi schema check`: what a new schema would break, and whom. */
export function schemaCheckCommand(): Command {
  return printsJson(new Command('check'))
    .description('Compare a new schema with the one in use, and tell which clients it would break.')
    .argument('<new>', 'SDL: a supergraph, with --subgraph a subgraph, or any schema')
    .option(
      '--against <old>',
      'the one in use: a file or URL; without it that of the gateway of --usage',
    )
    .option('--subgraph <name>', 'compose the new one in the place of this subgraph')
    .option('--usage [source]', 'what no client uses breaks nobody: a running gateway or a file')
    .option('--since <when>', 'use since 7d, 24h or a date, by whole days (UTC)')
    .addHelpText(
      'after',
      '\nExit code 0: breaks nobody, 1: breaks somebody or does not compose, 2: could not be checked.',
    )
    .action(check);
}

async function check(file: string, options: Options): Promise<void> {
  try {
    const verdict = await compare(file, options);
    if (options.json) printJson(verdict);
    else console.log(describe(verdict, options.usage !== undefined));
    process.exitCode = verdict.isBreaking ? exitCodes.breaking : exitCodes.good;
  } catch (error) {
    process.stderr.write(`operandi: ${describeFault(error)}\n`);
    process.exitCode = exitCodes.notChecked;
  }
}

async function compare(file: string, options: Options): Promise<Verdict> {
  const { readClientSchema } = await import('../../gateway/check/read-schema.ts');
  const { compareSchemas } = await import('../../gateway/check/check-schema.ts');
  const since = await readSince(options);
  const found = await readUsageOf(options, since);
  const newSdl = await readSdl(file);
  const oldSdl =
    options.against === undefined ? found?.supergraphSdl : await readSdl(options.against);
  if (oldSdl === undefined)
    throw new Error(
      'say with --against which schema is in use, or with --usage which gateway runs',
    );
  const composed = await compose({ oldSdl, newSdl, subgraph: options.subgraph });
  if (composed.errors.length > 0)
    return { isBreaking: true, changes: [], errors: composed.errors, hints: [] };
  const [before, after] = [readClientSchema(oldSdl), readClientSchema(composed.sdl)];
  const changes = await compareSchemas(before, after, { usage: found?.usage, since });
  const isBreaking = changes.some(({ level }) => level === 'breaking');
  return { isBreaking, changes, errors: [], hints: composed.hints };
}

async function readSince({ since }: Options): Promise<string | undefined> {
  const { firstDay } = await import('../usage-source.ts');
  return firstDay(since);
}

/** No use at all would make every change a safe one: then nothing was counted, or somewhere else. */
async function readUsageOf(
  { usage: source }: Options,
  since: string | undefined,
): Promise<UsageFound | undefined> {
  if (source === undefined) return undefined;
  const { readUsage, usualUsageSource } = await import('../usage-source.ts');
  const { hasUsage } = await import('../../gateway/check/check-schema.ts');
  const found = await readUsage(source === true ? usualUsageSource : source);
  if (!hasUsage(found.usage, since)) throw new Error('no client was seen: usage tells nothing');
  return found;
}

interface ToCompose {
  readonly oldSdl: string;
  readonly newSdl: string;
  readonly subgraph: string | undefined;
}

interface New extends Pick<Verdict, 'errors' | 'hints'> {
  readonly sdl: string;
}

async function compose({ oldSdl, newSdl, subgraph }: ToCompose): Promise<New> {
  if (subgraph === undefined) return { sdl: newSdl, errors: [], hints: [] };
  const { composeWith } = await import('../../gateway/check/compose-with.ts');
  const composed = composeWith(oldSdl, { name: subgraph, sdl: newSdl });
  return 'errors' in composed
    ? { sdl: '', errors: composed.errors, hints: [] }
    : { sdl: composed.supergraphSdl, errors: [], hints: composed.hints };
}

async function readSdl(place: string): Promise<string> {
  if (!/^https?:/.test(place)) return readFile(place, 'utf8');
  const response = await fetch(place, { signal: AbortSignal.timeout(30_000) });
  if (!response.ok) throw new Error(`${place} answered ${response.status}`);
  return response.text();
}

const words: Readonly<Record<SchemaChange['level'], string>> = {
  breaking: 'BREAKING',
  unused: 'unused, so safe for now',
  dangerous: 'dangerous',
  safe: 'safe',
};

function describe({ isBreaking, changes, errors, hints }: Verdict, hasUsage: boolean): string {
  const lines = [
    ...errors.map(({ code, message }) => `does not compose: ${code} ${message}`),
    ...changes.flatMap(describeChange),
    ...hints.map(({ code, message }) => `hint of composition: ${code} ${message}`),
  ];
  const breaks = hasUsage ? 'clients that were seen' : 'clients';
  const verdict = isBreaking ? `It would break ${breaks}.` : `It breaks no ${breaks}.`;
  if (errors.length > 0) return lines.join('\n');
  return [...(changes.length === 0 ? ['Clients see no change.'] : lines), '', verdict].join('\n');
}

function describeChange({ level, message, clients = [] }: SchemaChange): string[] {
  return [`${words[level]}: ${message}`, ...clients.map((client) => `  ${describeClient(client)}`)];
}

function describeClient({ name, version, requests, operations, lastSeen }: HitClient): string {
  const who = [name, version].filter((part) => part !== '').join(' ');
  const times = requests === 1 ? 'request' : 'requests';
  return `${who}: ${requests} ${times} by ${operations.join(', ')}, last on ${lastSeen}`;
}
