import { trimEndOf } from '../kernel/trim-end.ts';
/** Call names that are part of the standard and do not run here, with the reason. */
export const unsupportedCalls: ReadonlyMap<string, string> = new Map([
  ['llm', 'a model is an operation of an integration of the kind llm'],
]);

/** Call names of the standard that run. */
export const builtInCalls: ReadonlySet<string> = new Set([
  ...['http', 'openapi', 'grpc', 'asyncapi', 'a2a', 'mcp'],
]);

/** Functions of the runtime's own catalog, callable by name or as `name:version@default`. */
export const defaultFunctions: ReadonlySet<string> = new Set([
  'integration',
  'approval',
  'render',
  'agent',
]);

/** `name:version@catalog` taken apart; undefined for plain names and URIs. */
export function catalogReference(
  call: string,
): { readonly name: string; readonly version: string; readonly catalog: string } | undefined {
  const match = /^([^:@/]+):([^:@/]+)@([^:@/]+)$/.exec(call);
  const [, name, version, catalog] = match ?? [];
  return name === undefined || version === undefined || catalog === undefined
    ? undefined
    : { name, version, catalog };
}

/** The plain name of a function of the default catalog, however it is written. */
export function defaultFunctionName(call: string): string {
  const reference = catalogReference(call);
  return reference?.catalog === 'default' ? reference.name : call;
}

/** Where the document of a catalogued function is: raw files of the known code hosts. */
export function functionUri(root: string, name: string, version: string): string {
  return `${rawRoot(trimEndOf(root, '/'))}/functions/${name}/${version}/function.yaml`;
}

function rawRoot(root: string): string {
  const github = /^https:\/\/github\.com\/([^/]+)\/([^/]+)(?:\/tree\/([^/]+))?(\/.*)?$/.exec(root);
  if (github !== null) {
    const [, owner = '', repository = '', ref = 'main', path = ''] = github;
    return `https://raw.githubusercontent.com/${owner}/${repository}/refs/heads/${ref}${path}`;
  }
  const gitlab = /^https:\/\/gitlab\.com\/(.+?)\/-\/tree\/([^/]+)(\/.*)?$/.exec(root);
  if (gitlab === null) return root;
  const [, project = '', ref = 'main', path = ''] = gitlab;
  return `https://gitlab.com/${project}/-/raw/${ref}${path}`;
}
