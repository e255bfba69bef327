import type { CallRequest } from '../host.ts';

const processPlaces = ['environment', 'arguments', 'stdin'].flatMap((part) =>
  ['container', 'shell', 'script'].map((kind) => `${kind}/${part}`),
);

/** Where a call may carry the value of a secret to the outside. */
const openPlaces: { readonly [kind in CallRequest['kind']]: readonly string[] } = {
  http: ['authentication', 'uri', 'headers', 'body'],
  grpc: ['authentication', 'arguments'],
  mcp: ['parameters'],
  asyncapi: ['authentication', 'message'],
  resource: ['authentication', 'uri'],
  authorization: ['authentication'],
  integration: ['arguments'],
  process: [...processPlaces, 'script/source/endpoint'],
  // A child keeps its input.
  workflow: [],
};

/** `path` within the arguments of the call, its names joined by slashes. */
export function isOpenPlace(kind: CallRequest['kind'], path: string): boolean {
  return openPlaces[kind].includes(path);
}
