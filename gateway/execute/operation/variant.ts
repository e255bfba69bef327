import { type FieldNode, type GraphQLSchema, Kind } from 'graphql';

import type { Conditions } from '../../answer/projection/collect-fields.ts';
import {
  createShape,
  type ObjectShape,
  type SelectionShape,
} from '../../answer/projection/shape.ts';
import type { PlanRoot } from '../../plan/plan.ts';
import type { TypeIndex } from '../../supergraph/type-index.ts';
import type { ClientDocument } from './client-document.ts';
import type { PlannedDocument } from './planned-document.ts';
import type { ResponseKeys } from '../response-keys.ts';
import { compileSchedule, type Schedule } from '../schedule.ts';

/** An operation with its plan: for all values of its variables, or for some. */
export interface PlannedOperation extends PlannedDocument {
  readonly schema: GraphQLSchema;
  readonly types: TypeIndex;
  readonly client: ClientDocument;
  readonly keys: ResponseKeys;
  readonly plan: PlanRoot | undefined;
  readonly isMerging: boolean;
  /** Fields that the caller this was planned for may not see. */
  readonly isDenied: (field: FieldNode) => boolean;
  /** Equal entities may be one object. */
  readonly isSharing: boolean;
}

/** A label of @defer as the client wrote it, and what to project where it applies. */
export interface DeferredShape {
  readonly label: string | undefined;
  readonly selection: SelectionShape;
}

/** An operation compiled for fixed values of its condition variables: no @skip or @include is left. */
export interface Variant {
  readonly operation: PlannedOperation;
  readonly conditions: Conditions;
  readonly schedule: Schedule;
  readonly selection: SelectionShape;
  readonly root: ObjectShape;
  readonly deferred: ReadonlyMap<string, DeferredShape>;
  /** The planner found no way to a field it was asked for. */
  readonly isUnresolvable: boolean;
}

export function compileVariant(operation: PlannedOperation, conditions: Conditions): Variant {
  const { schema, client, keys, plan, types, isMerging, isDenied } = operation;
  const node = plan?.kind === 'Subscription' ? plan.rest : plan;
  const schedule = compileSchedule(node, { types, conditions, isMerging });
  const options = {
    schema,
    conditions,
    isDenied,
    fragments: client.fragments,
    sourceOf: (field: FieldNode) => keys.sourceOf(field),
    isDeferring: schedule.deferred.length > 0,
  };
  const selection = createShape(client.rootType, [client.operation.selectionSet], options);
  const root = selection.shapeOf({});
  if (root === undefined) throw new Error('A root type has no shape');
  const deferred = new Map<string, DeferredShape>();
  for (const [label, { node: fragment, parent }] of operation.deferred) {
    const plain = { ...fragment, directives: [] };
    const set = { kind: client.operation.selectionSet.kind, selections: [plain] };
    deferred.set(label, {
      label: clientLabel(fragment.directives),
      selection: createShape(parent, [set], options),
    });
  }
  const asks = root.fields.some(
    ({ name, isDenied: isLeftOut }) => !isLeftOut && !name.startsWith('__'),
  );
  return {
    operation,
    conditions,
    schedule,
    selection,
    root,
    deferred,
    isUnresolvable: plan === undefined && operation.text !== undefined && asks,
  };
}

function clientLabel(directives: ClientDocument['operation']['directives']): string | undefined {
  const directive = directives?.find(({ name }) => name.value === 'defer');
  const value = directive?.arguments?.find(({ name }) => name.value === 'label')?.value;
  return value?.kind === Kind.STRING ? value.value : undefined;
}
