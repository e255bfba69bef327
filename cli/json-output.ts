import { type Command, Option } from 'commander';
import { ExactNumber } from '../kernel/exact-number.ts';
import { type JsonValue, isJsonObject, parseJson } from '../kernel/json.ts';
import { plainLine, plainText } from './plain-text.ts';

const formats = ['table', 'wide', 'json', 'yaml'] as const;

interface Choice {
  readonly jq?: string;
  readonly template?: string;
  readonly output?: (typeof formats)[number];
}

/** What is printed of a value; as one of many it has to be told from the next. */
type Rendering = (value: JsonValue, isOneOfMany: boolean) => string;

/** A process runs one command, so that what its options chose holds for all that it prints. */
let chosen: Rendering | undefined;
let wide = false;

/** Whether a table is to have all its columns. */
export function isWide(): boolean {
  return wide;
}

/** Adds `--json` and what JSON can be printed as; each of those says `json` to the command. */
export function printsJson(command: Command, what = 'print JSON'): Command {
  return command
    .option('--json', what)
    .addOption(
      new Option('--jq <filter>', 'print what this jq filter makes of the JSON, texts bare')
        .conflicts(['template', 'output'])
        .helpGroup('JSON:'),
    )
    .addOption(
      new Option('--template <text>', 'print this Liquid template of the JSON, which is `value`')
        .conflicts(['jq', 'output'])
        .helpGroup('JSON:'),
    )
    .addOption(
      new Option('-o, --output <format>', 'what to print as').choices(formats).helpGroup('JSON:'),
    )
    .hook('preAction', async (_, acting) => {
      const choice = acting.opts<Choice>();
      chosen = await renderingOf(choice);
      wide = choice.output === 'wide';
      if (chosen !== undefined || choice.output === 'json') acting.setOptionValue('json', true);
    });
}

/** Prints a value as indented JSON, or as what the options chose. */
export function printJson(value: unknown): void {
  print(value, false);
}

/** Prints one of many values, on a line where it is JSON. */
export function printJsonLine(value: unknown): void {
  print(value, true);
}

const usual: Rendering = (value, isOneOfMany) =>
  isOneOfMany ? plainLine(JSON.stringify(value)) : JSON.stringify(value, undefined, 2);

function print(value: unknown, isOneOfMany: boolean): void {
  const text = plainText((chosen ?? usual)(parseJson(JSON.stringify(value)), isOneOfMany));
  if (text !== '') process.stdout.write(text.endsWith('\n') ? text : `${text}\n`);
}

/**
 * Undefined for what is usual. Read before anything is done: a filter or template that is none does not come after an
 * effect.
 */
async function renderingOf({ jq, template, output }: Choice): Promise<Rendering | undefined> {
  if (jq !== undefined) return await filtering(jq);
  if (template !== undefined) return await templating(template);
  if (output !== 'yaml') return undefined;
  const { stringify } = await import('yaml');
  return (value, isOneOfMany) =>
    `${isOneOfMany ? '---\n' : ''}${stringify(value, { customTags: [digits] })}`;
}

/** A number with the digits that it came with. */
const digits = {
  tag: 'tag:yaml.org,2002:float',
  default: true,
  identify: (value: unknown) => value instanceof ExactNumber,
  resolve: (text: string) => text,
  stringify: ({ value }: { readonly value: unknown }) => String(value),
};

/** As `jq -r -c`: each value on a line of its own, a text without quotes. */
async function filtering(source: string): Promise<Rendering> {
  const { compileJq } = await import('../engine/jq/compile.ts');
  const program = naming('--jq', () => compileJq(source, { budget, stepsPerByte: 1_000 }));
  const lineOf = (value: JsonValue): string =>
    typeof value === 'string' ? value : JSON.stringify(value);
  return (value) =>
    naming('--jq', () => program.run(value))
      .map((each) => `${lineOf(each)}\n`)
      .join('');
}

/** Whoever asks waits only for himself. */
const budget = { steps: 100_000_000, bytes: 1_000_000_000, outputs: 1_000_000 };

async function templating(template: string): Promise<Rendering> {
  const { parseTemplate, renderText } = await import('../engine/render/liquid.ts');
  naming('--template', () => parseTemplate(template, 'text'));
  const settings = { locale: Intl.DateTimeFormat().resolvedOptions().locale, now: Date.now() };
  return (value) => {
    const data = { ...(isJsonObject(value) && value), value };
    return naming('--template', () => renderText({ template, format: 'text', data, settings }));
  };
}

function naming<Result>(option: string, work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    const what = error instanceof Error ? error.message : String(error);
    throw new Error(`${option}: ${what}`, { cause: error });
  }
}
