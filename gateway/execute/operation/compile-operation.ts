import {
  type ExecutionResult,
  type FieldNode,
  Kind,
  OperationTypeNode,
  type SelectionSetNode,
} from 'graphql';

import type { Conditions } from '../../answer/projection/collect-fields.ts';
import type {
  FormattedError,
  OperationAnswer,
  OperationRequest,
  SubscriptionOperation,
} from '../../operation.ts';
import type { FetchNode } from '../../plan/plan.ts';
import type { ClientDocument } from './client-document.ts';
import type { ExecutorContext } from '../executor-context.ts';
import { OperationRunner } from './operation-runner.ts';
import { planInOrder } from '../plan-in-order.ts';
import { createPlannedDocument } from './planned-document.ts';
import { createResponseKeys } from '../response-keys.ts';
import { mayShare } from '../fetch/sharing.ts';
import { compileVariant, type PlannedOperation } from './variant.ts';

/** An operation planned and ready to run, for callers who may see all of its fields or some. */
export interface CompiledOperation {
  /** Plans what few conditions can make of it, before anybody asks. */
  warm(): Promise<void>;
  execute(request: OperationRequest, denied?: readonly FormattedError[]): Promise<OperationAnswer>;
  readonly subscription?: CompiledSubscription;
}

/** As `CompiledOperation`: what was left out is told with each event. */
interface CompiledSubscription extends SubscriptionOperation {
  complete(
    event: ExecutionResult,
    request: OperationRequest,
    denied?: readonly FormattedError[],
  ): Promise<OperationAnswer>;
}

/** What the plan of an operation depends on besides its text. */
export interface PlanningFor {
  /** Fields the caller may not see are left out of the plan and come back null. */
  readonly isDenied: (field: FieldNode) => boolean;
  /** Labels of progressive `@override` that apply. */
  readonly overrides: readonly string[];
}

/**
 * Plans and compiles. A query or mutation is planned for each set of values of the variables that @skip, @include and
 * @defer look at, when they first come; a subscription once for all, as its one upstream serves clients of any.
 */
export async function compileOperation(
  context: ExecutorContext,
  client: ClientDocument,
  planningFor: PlanningFor,
): Promise<CompiledOperation> {
  const plan = (conditions: Conditions | undefined): Promise<PlannedOperation> =>
    planOperation(context, client, { ...planningFor, conditions });
  const isSubscription = client.operation.operation === OperationTypeNode.SUBSCRIPTION;
  const forAll = isSubscription ? await plan(undefined) : undefined;
  const runner = new OperationRunner(context, client, async (conditions) =>
    compileVariant(forAll ?? (await plan(conditions)), conditions),
  );
  return {
    warm: () => runner.warm(),
    execute: (request, denied) => runner.execute(request, denied),
    ...(forAll?.plan?.kind === 'Subscription' && {
      subscription: createSubscription(runner, forAll, forAll.plan.primary),
    }),
  };
}

async function planOperation(
  { schema, types, isMerging, planner }: ExecutorContext,
  client: ClientDocument,
  options: PlanningFor & { readonly conditions: Conditions | undefined },
): Promise<PlannedOperation> {
  const { isDenied, overrides, conditions } = options;
  const keys = createResponseKeys(planner.supergraph.standIns, types);
  const own = { schema, types, keys, isOmitted: isDenied, conditions };
  const { text, deferred } = createPlannedDocument(client, own);
  const plan =
    text === undefined ? undefined : await planInOrder(text, (one) => planner.plan(one, overrides));
  const isSharing = mayShare(plan);
  return { schema, types, isMerging, isDenied, client, keys, text, deferred, plan, isSharing };
}

function createSubscription(
  runner: OperationRunner,
  { client, keys }: PlannedOperation,
  primary: FetchNode,
): CompiledSubscription {
  const field = firstField(client.operation.selectionSet, client);
  return {
    rootField: {
      name: field.name.value,
      upstreamKey: keys.sourceOf(field),
      responseKey: field.alias?.value ?? field.name.value,
    },
    upstream: (raw) => {
      runner.coerce(raw);
      const variables = (primary.variableUsages ?? []).flatMap((name) => {
        const value = raw?.[name];
        return value === undefined ? [] : [[name, value] as const];
      });
      return {
        service: primary.serviceName,
        query: primary.operation,
        variables: Object.fromEntries(variables),
        ...(primary.operationName !== undefined && { operationName: primary.operationName }),
      };
    },
    complete: (event, request, denied) => runner.complete(primary, event, { request, denied }),
  };
}

function firstField(set: SelectionSetNode, client: ClientDocument): FieldNode {
  const [first] = set.selections;
  if (first === undefined) throw new Error('A subscription without a field');
  if (first.kind === Kind.FIELD) return first;
  if (first.kind === Kind.INLINE_FRAGMENT) return firstField(first.selectionSet, client);
  const fragment = client.fragments.get(first.name.value);
  if (fragment === undefined) throw new Error(`Unknown fragment ${first.name.value}`);
  return firstField(fragment.selectionSet, client);
}
