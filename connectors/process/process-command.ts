import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { AppError } from '../../kernel/errors.ts';
import type { JsonObject } from '../../kernel/json.ts';

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

type Container = z.infer<typeof container>;

/** What to start, with what at its standard input. */
export interface ProcessCommand {
  readonly file: string;
  readonly arguments: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly stdin: string | undefined;
}

/** Turns `run.shell`, `run.script` or `run.container` of a definition into a command; scripts are written into the folder. */
export async function processCommand(given: JsonObject, folder: string): Promise<ProcessCommand> {
  if (given['shell'] !== undefined) return shellCommand(parse(shell, given['shell']));
  if (given['script'] !== undefined) return scriptCommand(parse(script, given['script']), folder);
  return containerCommand(parse(container, given['container']));
}

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
  folder: string,
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
  return {
    file: language.program,
    arguments: [path, ...given.arguments],
    stdin: given.stdin,
    environment: given.environment,
  };
}

const pulls = { ifNotPresent: 'missing', always: 'always', never: 'never' } as const;

/** Through the `docker` command line, which the other engines offer as well. */
function containerCommand(given: Container): ProcessCommand {
  const pairs = (flag: string, values: Readonly<Record<string, string>>, sign: string): string[] =>
    Object.entries(values).flatMap(([left, right]) => [flag, `${left}${sign}${right}`]);
  const isRemoved = given.lifetime?.cleanup === 'always';
  return {
    file: 'docker',
    arguments: [
      'run',
      ...(isRemoved ? ['--rm'] : []),
      ...(given.stdin === undefined ? [] : ['--interactive']),
      ...(given.name === undefined ? [] : ['--name', given.name]),
      ...['--pull', pulls[given.pullPolicy]],
      ...pairs('--env', given.environment, '='),
      ...pairs('--publish', given.ports, ':'),
      ...pairs('--volume', given.volumes, ':'),
      given.image,
      ...(given.command === undefined ? [] : ['sh', '-c', given.command, 'sh']),
      ...given.arguments,
    ],
    stdin: given.stdin,
    environment: {},
  };
}
