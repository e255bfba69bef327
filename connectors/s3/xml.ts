/** An element of an answer: its children by name, and its text. */
export interface Element {
  readonly name: string;
  readonly children: readonly Element[];
  readonly text: string;
}

interface Open {
  readonly name: string;
  readonly children: Element[];
  text: string;
}

const maxDepth = 16;
/** Ends of elements included. */
const maxTags = 200_000;
const entities: Readonly<Record<string, string>> = {
  lt: '<',
  gt: '>',
  amp: '&',
  quot: '"',
  apos: "'",
};

/**
 * Reads the XML that storages answer with: elements and texts. Declarations of a document type, of which entities could be
 * made, are no part of it. Throws SyntaxError.
 */
export function readXml(source: string): Element {
  const root: Open = { name: '', children: [], text: '' };
  const open: Open[] = [root];
  let count = 0;
  let from = 0;
  for (let at = source.indexOf('<'); at !== -1; at = source.indexOf('<', from)) {
    const end = source.indexOf('>', at);
    const inner = open.at(-1) ?? root;
    inner.text += decoded(source.slice(from, at));
    takeTag(open, end === -1 ? '!' : source.slice(at + 1, end));
    from = end + 1;
    count += 1;
    if (count > maxTags || open.length > maxDepth) throw new SyntaxError('too much XML');
  }
  const [first] = root.children;
  if (open.length !== 1 || first === undefined) throw new SyntaxError('XML without an end');
  return first;
}

function takeTag(open: Open[], tag: string): void {
  if (tag.startsWith('!')) throw new SyntaxError('no XML of a storage');
  if (tag.startsWith('?')) return;
  if (tag.startsWith('/')) {
    close(open, tag.slice(1).trim());
    return;
  }
  const [name = ''] = tag.split(/[\s/]/u);
  const element: Open = { name, children: [], text: '' };
  open.at(-1)?.children.push(element);
  if (!tag.endsWith('/')) open.push(element);
}

function close(open: Open[], name: string): void {
  const last = open.pop();
  if (open.length === 0 || last?.name !== name) throw new SyntaxError('XML out of order');
}

function decoded(text: string): string {
  return text.replaceAll(/&(#\d{1,7}|#x[\da-fA-F]{1,6}|\w{1,8});/gu, (all, name: string) => {
    if (!name.startsWith('#')) return Object.hasOwn(entities, name) ? (entities[name] ?? all) : all;
    const code = Number(name.startsWith('#x') ? `0${name.slice(1)}` : name.slice(1));
    return code <= 0x10_ff_ff ? String.fromCodePoint(code) : '';
  });
}

/** The text of a child; empty where there is none. */
export function textIn(element: Element, name: string): string {
  return element.children.find((child) => child.name === name)?.text ?? '';
}

export function childrenOf(element: Element, name: string): readonly Element[] {
  return element.children.filter((child) => child.name === name);
}
