import {
  type FieldNode,
  getNamedType,
  type GraphQLCompositeType,
  type GraphQLInterfaceType,
  type GraphQLObjectType,
  type GraphQLOutputType,
  isCompositeType,
  isInterfaceType,
  isObjectType,
  type SelectionSetNode,
} from 'graphql';

import type { DataObject } from '../../execute/data.ts';
import { collectFields, type CollectOptions } from './collect-fields.ts';

/** A concrete type, or an interface where nothing depends on which. */
export type ShapedType = GraphQLObjectType | GraphQLInterfaceType;

/** One field of the answer. */
export interface FieldShape {
  /** Key in the answer. */
  readonly key: string;
  /** Key in the data tree. */
  readonly source: string;
  readonly name: string;
  readonly parent: ShapedType;
  /** Undefined for `__typename` and for introspection, whose value is ready as it is. */
  readonly type: GraphQLOutputType | undefined;
  readonly selection: SelectionShape | undefined;
  /** The caller may not see it: it is null, whatever the data holds for the gateway's own use. */
  readonly isDenied: boolean;
}

/** The fields of one concrete type, in answer order. */
export interface ObjectShape {
  readonly type: ShapedType;
  readonly fields: readonly FieldShape[];
}

/** What is selected on a type, worked out per concrete type when one first turns up. */
export interface SelectionShape {
  readonly type: GraphQLCompositeType;
  /** Undefined when the object says it is of a type that clients do not know, or of none. */
  shapeOf(object: DataObject): ObjectShape | undefined;
}

/** What shapes depend on. */
export interface ShapeOptions extends CollectOptions {
  readonly isDenied: (field: FieldNode) => boolean;
  readonly sourceOf: (field: FieldNode) => string;
}

/** The shape of one or more selection sets on one type. */
export function createShape(
  type: GraphQLCompositeType,
  sets: readonly SelectionSetNode[],
  options: ShapeOptions,
): SelectionShape {
  if (isObjectType(type)) {
    let shape: ObjectShape | undefined;
    return { type, shapeOf: () => (shape ??= createObjectShape(type, sets, options)) };
  }
  const shapes = new Map<string, ObjectShape | undefined>();
  const possible = options.schema.getPossibleTypes(type);
  // Without a name the selection does not depend on the type, or the planner would have asked for it.
  const nameless = possible.length === 1 ? possible[0]?.name : type.name;
  return {
    type,
    shapeOf: (object) => {
      const typename = object['__typename'] ?? nameless;
      if (typeof typename !== 'string') return undefined;
      if (shapes.has(typename)) return shapes.get(typename);
      const concrete =
        possible.find(({ name }) => name === typename) ?? interfaceNamed(typename, options);
      const shape = concrete && createObjectShape(concrete, sets, options);
      if (shape !== undefined) shapes.set(typename, shape);
      return shape;
    },
  };
}

/** A subgraph with an `@interfaceObject` knows its objects by the interface only. */
function interfaceNamed(name: string, { schema }: ShapeOptions): GraphQLInterfaceType | undefined {
  const type = schema.getType(name);
  return isInterfaceType(type) ? type : undefined;
}

function createObjectShape(
  type: ShapedType,
  sets: readonly SelectionSetNode[],
  options: ShapeOptions,
): ObjectShape {
  const fields = collectFields(sets, type, options);
  return {
    type,
    fields: [...fields].map(([key, nodes]) => createFieldShape(type, { key, nodes }, options)),
  };
}

function createFieldShape(
  parent: ShapedType,
  field: { readonly key: string; readonly nodes: readonly FieldNode[] },
  options: ShapeOptions,
): FieldShape {
  const { key } = field;
  const allowed = field.nodes.filter((node) => !options.isDenied(node));
  const nodes = allowed.length === 0 ? field.nodes : allowed;
  const [first] = nodes;
  if (first === undefined) throw new Error(`No selection gives ${key}`);
  const name = first.name.value;
  const type = name.startsWith('__') ? undefined : parent.getFields()[name]?.type;
  const named = type && getNamedType(type);
  const sets = nodes.flatMap((node) => node.selectionSet ?? []);
  return {
    key,
    source: options.sourceOf(first),
    name,
    parent,
    type,
    selection: named && isCompositeType(named) ? createShape(named, sets, options) : undefined,
    isDenied: allowed.length === 0,
  };
}
