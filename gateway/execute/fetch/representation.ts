import type { RequiredSelection, Rewrite } from '../../plan/plan.ts';
import type { TypeIndex } from '../../supergraph/type-index.ts';
import { type DataObject, type DataValue, isDataObject, parseData } from '../data.ts';
import { quote } from './quote.ts';
import { applyRewrites } from '../rewrites.ts';

/**
 * Writes the representation of an entity as JSON text; undefined when the entity cannot be asked for.
 * A field may be missing because @include left it out, and then what needs it is left out too; where a
 * fetch has failed (`isComplete` false) a missing field makes the entity unfit.
 */
export type Represent = (object: DataObject, isComplete: boolean) => string | undefined;

interface Writer {
  text: string;
  /** Two fragments of `requires` may both hold for one object and name the same key. */
  readonly keys: string[] | undefined;
  hasTypename: boolean;
  /** Some field besides `__typename` has a value: an entity whose keys are all null has no identity. */
  hasValue: boolean;
  readonly isComplete: boolean;
}

/** False: a required field is missing, because the fetch that should have brought it failed. */
type Part = (object: DataObject, out: Writer) => boolean;

/** Compiles `requires` of an entity fetch to a writer of JSON text; no object is built in between. */
export function compileRepresentation(
  requires: readonly RequiredSelection[],
  types: TypeIndex,
  rewrites: readonly Rewrite[] = [],
): Represent {
  const parts = compileParts(requires, types);
  const mayRepeat = requires.length > 1 || hasFragmentBelow(requires[0]);
  const represent: Represent = (object, isComplete) => {
    const out: Writer = {
      text: '',
      keys: mayRepeat ? [] : undefined,
      hasTypename: false,
      hasValue: false,
      isComplete,
    };
    return parts(object, out) && out.hasValue && out.hasTypename ? `{${out.text}}` : undefined;
  };
  if (rewrites.length === 0) return represent;
  return (object, isComplete) => {
    const text = represent(object, isComplete);
    if (text === undefined) return undefined;
    const value = parseData(text);
    applyRewrites(rewrites, value, types);
    return JSON.stringify(value);
  };
}

/** Whether what is required depends on the object. */
export function hasFragmentBelow(selection: RequiredSelection | undefined): boolean {
  return selection?.selections?.some(({ kind }) => kind === 'InlineFragment') === true;
}

function compileParts(selections: readonly RequiredSelection[], types: TypeIndex): Part {
  const parts = selections.map((selection) =>
    selection.kind === 'Field'
      ? compileField(selection, types)
      : compileFragment(selection.typeCondition, compileParts(selection.selections, types), types),
  );
  return (object, out) => {
    for (const part of parts) if (!part(object, out)) return false;
    return true;
  };
}

function compileFragment(condition: string | undefined, inner: Part, types: TypeIndex): Part {
  if (condition === undefined) return inner;
  return (object, out) => {
    const name = object['__typename'];
    return typeof name !== 'string' || !types.satisfies(name, condition) || inner(object, out);
  };
}

function compileField(
  field: Extract<RequiredSelection, { kind: 'Field' }>,
  types: TypeIndex,
): Part {
  const key = field.alias ?? field.name;
  const prefix = `${JSON.stringify(field.name)}:`;
  const isTypename = field.name === '__typename';
  const inner = field.selections && compileParts(field.selections, types);
  return (object, out) => {
    const value = object[key];
    if (value === undefined) return out.isComplete;
    if (out.keys?.includes(key) === true) return true;
    out.keys?.push(key);
    const text = inner === undefined ? writeLeaf(value) : writeValue(value, inner, out.isComplete);
    if (text === undefined) return false;
    out.text += out.text === '' ? prefix + text : `,${prefix}${text}`;
    note(out, isTypename, value);
    return true;
  };
}

function note(out: Writer, isTypename: boolean, value: DataValue): void {
  if (isTypename) out.hasTypename = true;
  else if (value !== null) out.hasValue = true;
}

/** Keys are strings and numbers nearly always. */
function writeLeaf(value: DataValue): string {
  if (typeof value === 'string') return quote(value);
  return typeof value === 'number' ? String(value) : JSON.stringify(value);
}

function writeValue(value: DataValue, inner: Part, isComplete: boolean): string | undefined {
  if (Array.isArray(value)) {
    const items = value.map((item) => writeValue(item, inner, isComplete));
    return items.includes(undefined) ? undefined : `[${items.join(',')}]`;
  }
  if (!isDataObject(value)) return JSON.stringify(value);
  const out: Writer = { text: '', keys: [], hasTypename: false, hasValue: false, isComplete };
  return inner(value, out) ? `{${out.text}}` : undefined;
}
