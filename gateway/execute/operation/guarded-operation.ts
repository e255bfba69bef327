import type { Identity } from '../../admit/identity.ts';
import type { FormattedError } from '../../operation.ts';
import { isGranted } from '../../plan/directives/access-rules.ts';
import { deniedErrors, type GuardedField } from '../../plan/directives/guarded-fields.ts';
import type { DecideOverride } from '../../plan/directives/override-labels.ts';
import type { ClientDocument } from './client-document.ts';
import { type CompiledOperation, compileOperation } from './compile-operation.ts';
import type { ExecutorContext } from '../executor-context.ts';
import { isLasting } from './operation-runner.ts';

/** An operation as one caller may run it. */
export interface GrantedOperation {
  readonly compiled: CompiledOperation;
  readonly errors: readonly FormattedError[];
}

/** What makes the plan of an operation another one for another caller. */
export interface CallerRules {
  readonly guarded: readonly GuardedField[];
  readonly labels: readonly string[];
  readonly decideOverride: DecideOverride;
}

/** Compiles an operation once per set of fields that callers are denied and of labels that apply to them. */
export function createGuardedOperation(
  context: ExecutorContext,
  client: ClientDocument,
  { guarded, labels, decideOverride }: CallerRules,
): (identity: Identity) => Promise<GrantedOperation> {
  const versions = new Map<string, Promise<GrantedOperation>>();
  return (identity) => {
    const flags = guarded.map(({ requirements }) =>
      requirements.every((requirement) => isGranted(requirement, identity)),
    );
    const overrides = labels.filter((label) => decideOverride(label, identity));
    const key = [flags.map((isAllowed) => (isAllowed ? '1' : '0')).join(''), ...overrides].join();
    let version = versions.get(key);
    if (version === undefined) {
      const denied = guarded.filter((_, index) => flags[index] === false);
      version = compileFor(context, client, { denied, overrides });
      versions.set(key, version);
      version.catch((error: unknown) => {
        if (!isLasting(error)) versions.delete(key);
      });
    }
    return version;
  };
}

async function compileFor(
  context: ExecutorContext,
  client: ClientDocument,
  {
    denied,
    overrides,
  }: { readonly denied: readonly GuardedField[]; readonly overrides: readonly string[] },
): Promise<GrantedOperation> {
  const nodes = new Set(denied.map(({ node }) => node));
  const compiled = await compileOperation(context, client, {
    isDenied: (field) => nodes.has(field),
    overrides,
  });
  return { compiled, errors: deniedErrors(outermost(denied)) };
}

/** What lies below a denied field is not named again. */
function outermost(denied: readonly GuardedField[]): GuardedField[] {
  const paths = new Set(denied.map(({ path }) => path.join('\n')));
  return denied.filter(({ path }) =>
    path.every((_, index) => index === 0 || !paths.has(path.slice(0, index).join('\n'))),
  );
}
