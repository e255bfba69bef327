import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import type { Command } from 'commander';
import { buildSchema, isObjectType, Kind, parse } from 'graphql';
import { beforeAll, describe, expect, it } from 'vitest';

import { createProgram } from './program.ts';
import { verbs } from './testing/verbs.ts';

const root = join(import.meta.dirname, '..');

/** Every command that does something, by its path. */
const leaves = new Map<string, Command>();

beforeAll(async () => {
  const listed = (await createProgram([])).commands.map((command) => command.name());
  for (const name of listed.filter((each) => each !== 'completion')) {
    const program = await createProgram([name, '--help']);
    for (const command of program.commands) if (command.name() === name) gather(command, name);
  }
});

function gather(command: Command, path: string): void {
  const below = command.commands.filter((each) => each.name() !== 'help');
  if (below.length === 0 || path === 'gateway') leaves.set(path, command);
  for (const each of below) gather(each, `${path} ${each.name()}`);
}

/** Why a command has no `--json`: it goes on until it is told to stop, or what it writes has a form of its own. */
const withoutJson = {
  'goes on': ['start', 'dev', 'demo', 'gateway', 'subgraph', 'warehouse', 'worker', 'lsp'],
  'makes files': ['init', 'backup', 'restore'],
  'prints a document or lines of one': [
    ...['schema definition', 'schema scenario', 'audit csv', 'audit ocsf', 'tenant export'],
  ],
  'has reporters': ['test'],
  'acts on a database, for whoever runs the platform': [
    ...['migrate', 'migrate-embedded', 'enqueue allow', 'enqueue forbid'],
    ...['keys assertion', 'keys rewrap'],
    ...['tenant create', 'tenant list', 'tenant suspend', 'tenant resume', 'tenant quota'],
    'tenant delete',
  ],
};

describe('each command', () => {
  it('says what it does, and what each of its arguments and options is', () => {
    const silent = [...leaves].flatMap(([path, command]) => [
      ...(command.description() === '' && !isTop(path) ? [path] : []),
      ...command.registeredArguments
        .filter(({ description }) => description === '')
        .map((argument) => `${path} <${argument.name()}>`),
      ...command.options
        .filter(({ description }) => description === '')
        .map(({ flags }) => `${path} ${flags}`),
    ]);
    expect(silent).toEqual([]);
  });

  it('prints JSON, and what --jq, --template and --output make of it', () => {
    const exempt = new Set(Object.values(withoutJson).flat());
    const lacking = [...leaves].flatMap(([path, command]) => {
      const flags = new Set(command.options.map(({ long }) => long));
      const wanted = ['--json', '--jq', '--template', '--output'];
      return wanted.every((flag) => flags.has(flag)) ? [] : [path];
    });
    expect(lacking.toSorted()).toEqual([...exempt].toSorted());
  });

  it('has examples in its help that it would take', () => {
    const faults = [...leaves].flatMap(([path, command]) => {
      const examples = examplesOf(command, path);
      if (examples.length === 0) return [`${path}: no example`];
      return examples.flatMap((example) => {
        const fault = faultOf(command, example);
        return fault === undefined ? [] : [`${path}: ${example}: ${fault}`];
      });
    });
    expect(faults).toEqual([]);
  });

  it('that a page for operators names is there, and would take what stands beside it', () => {
    const pages = ['operate', 'kubernetes', 'observability', 'scale'].map((page) => `${page}.md`);
    const runbooks = readdirSync(join(root, 'docs/runbooks')).map((page) => `runbooks/${page}`);
    const faults = [...pages, ...runbooks].flatMap((page) =>
      [...readFileSync(join(root, 'docs', page), 'utf8').matchAll(/`operandi ([^`\n]+)`/g)].flatMap(
        ([, words = '']) => {
          const fault = faultOfNamed(words);
          return fault === undefined ? [] : [`${page}: operandi ${words}: ${fault}`];
        },
      ),
    );
    expect(faults).toEqual([]);
  });

  it('that takes something away for ever asks first, where there is somebody to ask', () => {
    const destroying = /^(.* )?(delete|remove|revoke|erase|archive)$/;
    const rash = [...leaves].flatMap(([path, command]) =>
      destroying.test(path) && !command.options.some(({ long }) => long === '--yes') ? [path] : [],
    );
    // The first wants --confirm with the name; a person leaves and joins a group again; a page asks for another token.
    expect(rash).toEqual(['groups remove', 'tokens revoke', 'tenant delete']);
  });
});

describe('each field of the API', () => {
  const read = (path: string): string => readFileSync(join(root, path), 'utf8');
  const schema = buildSchema(read('schema/api.graphql'), { assumeValid: true });
  const fields = ['Query', 'Mutation', 'Subscription'].flatMap((name) => {
    const type = schema.getType(name);
    return isObjectType(type)
      ? Object.keys(type.getFields()).map((field) => `${name}.${field}`)
      : [];
  });

  it('has a command, or a reason why it has none', () => {
    expect(Object.keys(verbs).toSorted()).toEqual(fields.toSorted());
    const unknown = Object.entries(verbs).flatMap(([field, verb]) =>
      typeof verb === 'string' && !leaves.has(verb) ? [`${field}: ${verb}`] : [],
    );
    expect(unknown).toEqual([]);
  });

  it('that has one is in a document that the commands send', () => {
    const sources = ['cli', 'sdk/src'].flatMap((folder) => sourcesOf(folder).map(read)).join('\n');
    const sent = new Set(
      readdirSync(join(root, 'sdk/documents')).flatMap((file) =>
        parse(read(`sdk/documents/${file}`)).definitions.flatMap((definition) => {
          if (definition.kind !== Kind.OPERATION_DEFINITION) return [];
          const name = definition.name?.value ?? '';
          if (!new RegExp(`\\b${name}(Document|Operation)\\b`).test(sources)) return [];
          const type = `${definition.operation.slice(0, 1).toUpperCase()}${definition.operation.slice(1)}`;
          return definition.selectionSet.selections.flatMap((selection) =>
            selection.kind === Kind.FIELD ? [`${type}.${selection.name.value}`] : [],
          );
        }),
      ),
    );
    const unsent = Object.entries(verbs).flatMap(([field, verb]) =>
      typeof verb === 'string' && !sent.has(field) ? [field] : [],
    );
    expect(unsent).toEqual([]);
  });

  function sourcesOf(folder: string): readonly string[] {
    const files = readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' });
    return files
      .filter((file) => file.endsWith('.ts') && !/\.test\.ts$|_generated|testing\//.test(file))
      .map((file) => join(folder, file));
  }
});

/** The list of all has a description for these. */
function isTop(path: string): boolean {
  return !path.includes(' ');
}

/** The same of what a sentence names, where arguments may be left out; several commands may begin alike. */
function faultOfNamed(words: string): string | undefined {
  const path = [...leaves.keys()]
    .filter((each) => `${words} `.startsWith(`${each} `))
    .toSorted((one, other) => other.length - one.length)[0];
  if (path === undefined)
    return [...leaves.keys()].some((each) => each.startsWith(`${words} `))
      ? undefined
      : 'there is no such command';
  const command = leaves.get(path);
  const fault = command && faultOf(command, words.slice(path.length).trim());
  return fault?.endsWith('needed') ? undefined : fault;
}

function examplesOf(command: Command, path: string): readonly string[] {
  let help = '';
  command.configureOutput({ writeOut: (text) => (help += text) }).outputHelp();
  const begin = `  operandi ${path}`;
  return help
    .split('\n')
    .filter((line) => line === begin || line.startsWith(`${begin} `))
    .map((line) => line.slice(begin.length).trim());
}

/** Why the command would not take what an example says; undefined if it would. */
function faultOf(command: Command, example: string): string | undefined {
  const words = wordsOf(example);
  try {
    const { operands, unknown } = command
      .exitOverride()
      .configureOutput({ writeErr: () => undefined })
      .parseOptions(words);
    if (unknown.length > 0) return `${unknown.join(' ')} is no option`;
    const { registeredArguments: named, options } = command;
    const least = named.filter(({ required }) => required).length;
    if (operands.length < least) return `${String(least)} arguments are needed`;
    if (operands.length > named.length && !named.some(({ variadic }) => variadic))
      return 'more arguments than it takes';
    const missing = options.find(
      ({ mandatory, long, defaultValue }) =>
        mandatory && defaultValue === undefined && !words.includes(long ?? ''),
    );
    return missing === undefined ? undefined : `${missing.flags} is needed`;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** As a shell reads them, up to where it pipes or writes what comes of it. */
function wordsOf(example: string): string[] {
  const [own = ''] = example.split(/ [|<>] |^[<>] /);
  return [...own.matchAll(/'([^']*)'|"([^"]*)"|(\S+)/g)].map(
    ([, single, double, bare]) => single ?? double ?? bare ?? '',
  );
}
