import {
  type GraphQLLeafType,
  type GraphQLOutputType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
} from 'graphql';

import { ExactNumber } from '../../../kernel/exact-number.ts';
import { type DataObject, type DataValue, isDataObject } from '../../execute/data.ts';
import type { Run } from '../../execute/run.ts';
import type { FormattedError } from '../../operation.ts';
import { isAtOrBelow, type Path } from './paths.ts';
import type { FieldShape, SelectionShape } from './shape.ts';

/** A broken subgraph can spoil every item of a long list; the answer names this many of them. */
const MAX_ERRORS = 1000;

/** A null climbing to the next place that may be null. */
const climbing = Symbol('a null that its place does not allow');

/**
 * Projects like `writeSelection`, value by value as graphql-js completes them, with errors at exact
 * paths. Runs only when something is wrong with the data. Gives null when the null climbs to the top.
 */
export function completeSelection(
  selection: SelectionShape,
  at: { readonly object: DataObject; readonly path: Path },
  run: Run,
): unknown {
  const value = new Completion(run).object(selection, at.object, at.path);
  return value === climbing ? null : value;
}

class Completion {
  readonly #run: Run;

  constructor(run: Run) {
    this.#run = run;
  }

  object(selection: SelectionShape, object: DataObject, path: Path): unknown {
    const shape = selection.shapeOf(object);
    if (shape === undefined) {
      const name = JSON.stringify(object['__typename'] ?? null);
      this.#report(
        path,
        `Abstract type "${selection.type.name}" resolved to ${name}, which is not one of its types.`,
      );
      return null;
    }
    const out: Record<string, unknown> = {};
    for (const field of shape.fields) {
      const value = this.#field(field, object, [...path, field.key]);
      if (value === climbing) return climbing;
      out[field.key] = value;
    }
    return out;
  }

  #field(field: FieldShape, object: DataObject, path: Path): unknown {
    if (field.name === '__typename') {
      if (isObjectType(field.parent)) return field.parent.name;
      this.#report(path, `No subgraph says which type of "${field.parent.name}" this is.`);
      return climbing;
    }
    const value = object[field.source];
    if (field.type === undefined) return value ?? null;
    if (field.isDenied) return this.#value(field.type, null, { field, path });
    if (value === undefined) {
      this.#reportFailure(object, path);
      // One error of a fetch took the whole answer with it: it stands at its own place and is the only true one.
      if (this.#run.nulled.has(object)) return isNonNullType(field.type) ? climbing : null;
    }
    return this.#value(field.type, value, { field, path });
  }

  #value(type: GraphQLOutputType, value: DataValue | undefined, at: At): unknown {
    if (!isNonNullType(type)) {
      const inner = this.#nullable(type, value, at);
      return inner === climbing ? null : inner;
    }
    const inner = this.#nullable(type.ofType, value, at);
    if (inner === climbing) return climbing;
    if (inner !== null) return inner;
    if (!this.#isExplained(at.path)) {
      const { parent, name } = at.field;
      this.#report(at.path, `Cannot return null for non-nullable field ${parent.name}.${name}.`);
    }
    return climbing;
  }

  #nullable(type: GraphQLOutputType, value: DataValue | undefined, at: At): unknown {
    if (value === null || value === undefined) return null;
    if (isListType(type)) return this.#list(type.ofType, value, at);
    if (isLeafType(type)) {
      try {
        return type.serialize(value instanceof ExactNumber ? known(type, value) : value);
      } catch (error) {
        this.#report(at.path, error instanceof Error ? error.message : String(error));
        return null;
      }
    }
    const { parent, name, selection } = at.field;
    if (!isDataObject(value) || selection === undefined) {
      this.#report(at.path, `Expected an object for field "${parent.name}.${name}".`);
      return null;
    }
    return this.object(selection, value, at.path);
  }

  #list(type: GraphQLOutputType, value: DataValue, at: At): unknown {
    const { parent, name } = at.field;
    if (!Array.isArray(value)) {
      this.#report(
        at.path,
        `Expected Iterable, but did not find one for field "${parent.name}.${name}".`,
      );
      return null;
    }
    const items: unknown[] = [];
    for (const [index, item] of value.entries()) {
      const completed = this.#value(type, item, { field: at.field, path: [...at.path, index] });
      if (completed === climbing) return climbing;
      items.push(completed);
    }
    return items;
  }

  #report(path: Path, message: string): void {
    this.#add({ message, path, extensions: { code: 'SUBGRAPH_FAILED' } });
  }

  #reportFailure(object: DataObject, path: Path): void {
    const failure = this.#run.failures.get(object);
    if (failure === undefined) return;
    const { message, code, service } = failure;
    this.#add({ message, path, extensions: { code, service } });
  }

  #add(error: FormattedError): void {
    if (this.#run.errors.length < MAX_ERRORS) this.#run.errors.push(error);
  }

  /** An error at, above or below the path already says why there is a null. */
  #isExplained(path: Path): boolean {
    const explains = ({ path: place }: FormattedError): boolean =>
      place !== undefined && (isAtOrBelow(path, place) || isAtOrBelow(place, path));
    return this.#run.denied.some(explains) || this.#run.errors.some(explains);
  }
}

/** A built-in type takes the double, but an id its digits. */
function known({ name }: GraphQLLeafType, number: ExactNumber): unknown {
  if (name === 'ID') return /^-?\d+$/.test(number.text) ? number.text : number.valueOf();
  return isBuiltIn.has(name) ? number.valueOf() : number;
}

const isBuiltIn: ReadonlySet<string> = new Set(['Int', 'Float', 'String', 'Boolean']);

interface At {
  readonly field: FieldShape;
  readonly path: Path;
}
