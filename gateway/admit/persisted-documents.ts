import { LRUCache } from 'lru-cache';

import { sha256Hex } from '../../kernel/crypto/hash.ts';
import { AppError } from '../../kernel/errors.ts';
import { isJsonObject, type JsonObject } from '../../kernel/json.ts';
import type { Peers } from '../workers/peers.ts';
import { type Manifest, type OpenManifest, plainId } from './manifest.ts';

/** How documents may be named instead of sent. */
export interface PersistedOptions {
  readonly isAutomatic: boolean;
  readonly maxAutomatic: number;
  readonly trusted: 'off' | 'log' | 'enforce';
  /** SHA-256 of the document, or an id of the publisher's own → document. */
  readonly manifest: OpenManifest;
  readonly onUntrusted: (hash: string) => void;
  /** Other processes of the gateway, which are to know what is registered here. */
  readonly peers?: Peers | undefined;
}

const topic = 'document';

/** What a request says about its document. */
export interface DocumentReference {
  readonly query: string | undefined;
  readonly documentId: string | undefined;
  readonly extensions: JsonObject | undefined;
}

/** Finds the document of a request; throws AppError when there is none or it is not allowed. */
export type ResolveDocument = (reference: DocumentReference) => string;

/** Anybody may register documents as large as a request body. */
const maxAutomaticCharacters = 64 * 1024 * 1024;

export function createDocumentResolver(options: PersistedOptions): ResolveDocument {
  const automatic = new LRUCache<string, string>({
    max: options.maxAutomatic,
    maxSize: maxAutomaticCharacters,
    sizeCalculation: (query) => query.length + 1,
  });
  options.peers?.on(topic, (query) => {
    if (typeof query === 'string') automatic.set(sha256Hex(query), query);
  });
  let known: { readonly manifest: Manifest; readonly documents: ReadonlySet<string> } | undefined;
  const trusted = (): ReadonlySet<string> => {
    const { current } = options.manifest;
    if (known?.manifest !== current) {
      known = { manifest: current, documents: new Set(current.values()) };
    }
    return known.documents;
  };

  return (reference) => {
    const id = reference.documentId ?? hashOf(reference.extensions);
    const query =
      reference.query ?? (id === undefined ? undefined : options.manifest.current.get(plainId(id)));
    if (query !== undefined && isAllowed(query)) {
      if (id !== undefined && reference.query !== undefined) register(id, reference.query);
      return query;
    }
    if (id === undefined) throw new AppError('BAD_USER_INPUT', 'The request must have a query');
    return lookUp(id);
  };

  function isAllowed(query: string): boolean {
    if (options.trusted === 'off' || trusted().has(query)) return true;
    options.onUntrusted(sha256Hex(query));
    if (options.trusted === 'log') return true;
    throw new AppError('TRUSTED_DOCUMENT_REQUIRED', 'Only published documents are accepted here');
  }

  function lookUp(id: string): string {
    if (options.trusted === 'enforce') {
      throw new AppError('TRUSTED_DOCUMENT_REQUIRED', 'No published document has this id');
    }
    if (!options.isAutomatic) {
      throw new AppError('PERSISTED_QUERY_NOT_SUPPORTED', 'PersistedQueryNotSupported');
    }
    const query = automatic.get(id);
    if (query === undefined)
      throw new AppError('PERSISTED_QUERY_NOT_FOUND', 'PersistedQueryNotFound');
    return query;
  }

  function register(id: string, query: string): void {
    if (options.manifest.current.has(plainId(id))) return;
    if (sha256Hex(query) !== id) {
      throw new AppError('BAD_USER_INPUT', 'provided sha does not match query');
    }
    if (!options.isAutomatic) return;
    if (!automatic.has(id)) void options.peers?.tell(topic, query);
    automatic.set(id, query);
  }
}

function hashOf(extensions: JsonObject | undefined): string | undefined {
  const persisted = extensions?.['persistedQuery'];
  if (!isJsonObject(persisted)) return undefined;
  const hash = persisted['sha256Hash'];
  return typeof hash === 'string' ? hash.toLowerCase() : undefined;
}
