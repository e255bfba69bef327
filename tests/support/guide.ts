import { readFileSync } from 'node:fs';

/** One fenced block of a page: its language, what it is an example of, its role there, and its text. */
interface Block {
  readonly language: string;
  readonly example: string;
  readonly role: string;
  readonly variant: string;
  readonly text: string;
}

/** One run of a definition of a page: what goes in, what happens around it, what comes out. */
export interface GuideRun {
  readonly title: string;
  readonly definition: string;
  /** Texts of the run's blocks by role: `input`, `outside`, `output`, `error`, `emitted`, `refused`, `response html de`. */
  readonly blocks: ReadonlyMap<string, string>;
}

const root = new URL('../../', import.meta.url);

export function pageText(page: string): string {
  return readFileSync(new URL(`docs/guide/${page}`, root), 'utf8');
}

/**
 * The runs of a page. A definition is a block ```` ```yaml NAME ````; the blocks of its runs are
 * ```` ```json NAME ROLE [VARIANT] ````, where blocks of one variant belong to one run.
 */
export function runsOf(page: string): GuideRun[] {
  const blocks = blocksOf(pageText(page));
  const definitions = blocks.filter(({ language, role }) => language === 'yaml' && role === '');
  return definitions.flatMap(({ example, text }) => {
    const own = blocks.filter((block) => block.example === example && block.role !== '');
    const variants = [...new Set(own.map(({ variant }) => variant))];
    return variants.map((variant) => ({
      title: `${page} › ${example} ${variant}`.trim(),
      definition: text,
      blocks: new Map(
        own.filter((block) => block.variant === variant).map(({ role, text }) => [role, text]),
      ),
    }));
  });
}

/** Names of definitions that a page shows without a run, and of blocks that belong to none. */
export function strayBlocks(page: string): string[] {
  const blocks = blocksOf(pageText(page));
  const defined = new Set(
    blocks
      .filter(({ language, role }) => language === 'yaml' && role === '')
      .map(({ example }) => example),
  );
  const run = new Set(blocks.filter(({ role }) => role !== '').map(({ example }) => example));
  return [...defined.symmetricDifference(run)];
}

/** Fences without a name are not examples: shell lines, excerpts; nor are files and steps, which are typed. */
function blocksOf(text: string): Block[] {
  const fence =
    /^```(yaml|json|text) (?!step$|\S+\.yaml$)(\S+)(?: (\S+))?(?: (.+))?\n([\s\S]*?)^```$/gm;
  return [...text.matchAll(fence)].map(([, language = '', example = '', ...rest]) => {
    const [role = '', words = '', body = ''] = rest;
    // `response html de` is one role: a run can have many.
    return role === 'response'
      ? { language, example, role: `${role} ${words}`.trim(), variant: '', text: body }
      : { language, example, role, variant: words, text: body };
  });
}
