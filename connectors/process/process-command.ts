import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { AppError } from '../../kernel/errors.ts';
import type { JsonObject } from '../../kernel/json.ts';
import { containerCommand } from './container-command.ts';
import type { ProcessSettings } from './settings.ts';

const texts = z.record(z.string(), z.coerce.string()).default({});
const common = {
  stdin: z.string().optional(),
  arguments: z.array(z.coerce.string()).default([]),
  environment: texts,
};
const shell = z.object({ ...common, command: z.string().min(1) });
const script = z.object({ ...common, language: z.string(), code: z.string() });
const container = z.object({
  ...common,
  image: z.string().min(1),
  name: z.string().optional(),
  command: z.string().optional(),
  ports: texts,
  volumes: texts,
  pullPolicy: z.enum(['ifNotPresent', 'always', 'never']).default('ifNotPresent'),
  lifetime: z.object({ cleanup: z.enum(['always', 'never', 'eventually']) }).optional(),
});

/** What to start, with what at its standard input. */
export interface ProcessCommand {
  readonly file: string;
  /** Files of this machine that it needs, and where it looks for them. */
  readonly files: readonly { readonly from: string; readonly to: string }[];
  readonly isScriptEngine: boolean;
  /** Of a container, which has to be ended by its engine. */
  readonly containerName?: string;
  readonly arguments: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly stdin: string | undefined;
}

/** Where things are put, and under which settings. */
export interface CommandPlace {
  readonly folder: string;
  readonly settings: ProcessSettings;
}

/** Turns `run.shell`, `run.script` or `run.container` of a definition into a command; scripts are written into the folder. */
export async function processCommand(
  given: JsonObject,
  place: CommandPlace,
): Promise<ProcessCommand> {
  if (given['shell'] !== undefined) return shellCommand(parse(shell, given['shell']));
  if (given['script'] !== undefined) return scriptCommand(parse(script, given['script']), place);
  const wanted = parse(container, given['container']);
  const { name, arguments: args } = await containerCommand(wanted, place.settings);
  const { stdin } = wanted;
  const file = 'docker';
  return { ...noFiles, file, arguments: args, stdin, environment: {}, containerName: name };
}

const noFiles = { files: [], isScriptEngine: false } as const;

function parse<T>(schema: z.ZodType<T>, value: unknown): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const place = issue?.path.map(String).join('.') ?? '';
  throw new AppError('BAD_USER_INPUT', `run: ${place}: ${issue?.message ?? 'not acceptable'}`);
}

function shellCommand({
  command,
  arguments: args,
  ...rest
}: z.infer<typeof shell>): ProcessCommand {
  return {
    ...noFiles,
    file: 'sh',
    arguments: ['-c', command, 'sh', ...args],
    stdin: rest.stdin,
    environment: rest.environment,
  };
}

const languages: ReadonlyMap<string, { readonly program: string; readonly ending: string }> =
  new Map([
    ['js', { program: process.execPath, ending: 'mjs' }],
    ['javascript', { program: process.execPath, ending: 'mjs' }],
    ['python', { program: 'python3', ending: 'py' }],
  ]);

async function scriptCommand(
  given: z.infer<typeof script>,
  { folder, settings }: CommandPlace,
): Promise<ProcessCommand> {
  const language = languages.get(given.language);
  if (language === undefined) {
    const known = [...languages.keys()].join(', ');
    throw new AppError(
      'BAD_USER_INPUT',
      `scripts in ${given.language} cannot be run; ${known} can`,
    );
  }
  const path = join(folder, `script.${language.ending}`);
  await writeFile(path, given.code);
  const rest = { stdin: given.stdin, environment: given.environment };
  if (settings.isolation === 'unsafe')
    return { ...noFiles, file: language.program, arguments: [path, ...given.arguments], ...rest };
  // Its own name would tell where the platform is.
  const inside = `/run/operandi/script.${language.ending}`;
  const isOwn = language.program === process.execPath;
  const engine = { from: language.program, to: '/run/operandi/engine' };
  return {
    file: isOwn ? engine.to : language.program,
    arguments: [
      ...(isOwn ? [`--max-old-space-size=${String(settings.memoryMb)}`] : []),
      ...[inside, ...given.arguments],
    ],
    files: [{ from: path, to: inside }, ...(isOwn ? [engine] : [])],
    isScriptEngine: isOwn,
    ...rest,
  };
}
