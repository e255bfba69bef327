type Path = readonly (string | number)[];

/** Lists of names that tasks refer to, under `use`. */
type Shelf = 'functions' | 'retries' | 'timeouts' | 'errors' | 'authentications' | 'secrets';

/** What a text at a place may name. */
export type Reference =
  { readonly kind: 'task'; readonly list: Path } | { readonly kind: 'use'; readonly shelf: Shelf };

const shelves: Readonly<Record<string, Shelf>> = {
  call: 'functions',
  retry: 'retries',
  timeout: 'timeouts',
  error: 'errors',
  authentication: 'authentications',
};

/** What the text at a path refers to; undefined where it refers to nothing. */
export function referenceAt(path: Path): Reference | undefined {
  const last = path.at(-1);
  const before = path.at(-2);
  if (last === 'then') return { kind: 'task', list: listAround(path) };
  if (last === 'use' && before === 'authentication')
    return { kind: 'use', shelf: 'authentications' };
  const shelf = typeof last === 'string' && path.length > 2 ? shelves[last] : undefined;
  return shelf === undefined ? undefined : { kind: 'use', shelf };
}

/** The task list in which a place is: a task is the only member of an item of it. */
function listAround(path: Path): Path {
  // The cases of a switch are a list of single members, too, and go on in the list around it.
  const at = path.findLastIndex(
    (token, index) => typeof token === 'number' && path[index - 1] !== 'switch',
  );
  return path.slice(0, Math.max(at, 0));
}

/** Names that a reference may have in a document. */
export function namesFor(document: unknown, reference: Reference): readonly string[] {
  if (reference.kind === 'task') {
    const list = valueAt(document, reference.list);
    return Array.isArray(list) ? list.flatMap((item: unknown) => namesOf(item)) : [];
  }
  const shelf = valueAt(document, ['use', reference.shelf]);
  return Array.isArray(shelf) ? shelf.map(String) : namesOf(shelf);
}

/** Where what a name refers to stands; undefined when nothing has it. */
export function targetOf(document: unknown, reference: Reference, name: string): Path | undefined {
  if (reference.kind === 'use') {
    const path = ['use', reference.shelf, name];
    return valueAt(document, path) === undefined ? undefined : path;
  }
  const list = valueAt(document, reference.list);
  if (!Array.isArray(list)) return undefined;
  const index = list.findIndex((item: unknown) => namesOf(item).includes(name));
  return index < 0 ? undefined : [...reference.list, index, name];
}

/** The value at a path of a document. */
export function valueAt(document: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (value, token) =>
      typeof value === 'object' && value !== null
        ? Object.entries(value).find(([name]) => name === String(token))?.[1]
        : undefined,
    document,
  );
}

function namesOf(value: unknown): readonly string[] {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.keys(value)
    : [];
}
