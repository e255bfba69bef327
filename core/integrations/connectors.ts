import type { Connector } from '../../connectors/connector.ts';
import { RefusedError } from '../../kernel/errors.ts';
import type { Problem } from '../../kernel/errors.ts';
import type { JsonValue } from '../../kernel/json.ts';

/** The connectors of this process by kind; composition fills it, verbs only look up. */
export type Connectors = ReadonlyMap<string, Connector>;

/** The connector of a kind that a caller named. */
export function connectorOf(connectors: Connectors, kind: string): Connector {
  const connector = connectors.get(kind);
  if (connector !== undefined) return connector;
  const message = `there is no connector of this kind; there are: ${[...connectors.keys()].join(', ')}`;
  throw new RefusedError('BAD_USER_INPUT', [
    { code: 'BAD_USER_INPUT', field: 'input.kind', message },
  ]);
}

/** Throws all that is wrong with a configuration and a credential, where they are given. */
export function checkSettings(
  connector: Connector,
  { config, credential }: { readonly config?: JsonValue; readonly credential?: JsonValue },
): void {
  const problems = [
    ...(config === undefined ? [] : within('config', connector.checkConfig(config))),
    ...(credential === undefined
      ? []
      : within('credential', connector.checkCredential(credential))),
  ];
  if (problems.length > 0) throw new RefusedError('BAD_USER_INPUT', problems);
}

function within(argument: string, problems: readonly Problem[]): Problem[] {
  return problems.map((problem) => ({
    ...problem,
    field: ['input', argument, ...(problem.field === '' ? [] : [problem.field])].join('.'),
  }));
}
