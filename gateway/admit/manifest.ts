import { sha256Hex } from '../../kernel/crypto/hash.ts';
import { AppError } from '../../kernel/errors.ts';
import { isJsonObject, type JsonValue } from '../../kernel/json.ts';

/** Documents by their ids. */
export type Manifest = ReadonlyMap<string, string>;

/** The documents in force. */
export interface OpenManifest {
  readonly current: Manifest;
}

/** Reads the manifests of the common tools: Apollo's list, Relay's map, a map to objects with a body. */
export function readManifest(value: JsonValue): Map<string, string> {
  const manifest = new Map<string, string>();
  const add = (id: string | undefined, document: JsonValue | undefined): void => {
    if (typeof document !== 'string') return;
    manifest.set(sha256Hex(document), document);
    if (id !== undefined) manifest.set(plainId(id), document);
  };
  if (!isJsonObject(value))
    throw new AppError('BAD_USER_INPUT', 'The manifest is not a JSON object');
  const operations = value['operations'];
  if (Array.isArray(operations)) {
    for (const operation of operations.filter(isJsonObject)) {
      const id = operation['id'];
      add(typeof id === 'string' ? id : undefined, operation['body']);
    }
    return manifest;
  }
  for (const [id, document] of Object.entries(isJsonObject(operations) ? operations : value)) {
    add(id, isJsonObject(document) ? document['body'] : document);
  }
  return manifest;
}

/** Clients of trusted documents may write `sha256:` in front. */
export function plainId(id: string): string {
  return id.replace(/^sha256:/, '');
}
