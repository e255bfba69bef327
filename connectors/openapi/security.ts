import { AppError } from '../../kernel/errors.ts';
import type { JsonObject, JsonValue } from '../../kernel/json.ts';
import type { CallContext } from '../connector.ts';
import type { Proof, ProofServices } from '../parts/proof.ts';
import { proofOf } from '../parts/request-credential.ts';
import { applyCredential } from '../parts/web-credential.ts';
import type { OpenApiReader } from '../ports.ts';
import type { OpenApiCredential } from './config.ts';
import { type Imported, type ImportedOperation, listOf, objectOf } from './operations.ts';

/** What a credential adds to a request. */
export interface AppliedSecurity extends Pick<Proof, 'headers' | 'authorization' | 'certificate'> {
  /** Pairs for the query, encoded. */
  readonly query: readonly string[];
  /** Texts that no message may repeat. */
  readonly secrets: readonly string[];
}

/** What security is applied with. */
export interface SecurityServices extends ProofServices {
  readonly openApi: OpenApiReader;
}

interface Owned {
  readonly credential: OpenApiCredential | undefined;
  readonly context: CallContext;
}

type Schemes = Extract<OpenApiCredential, { type: 'schemes' }>['schemes'];
type Secret = Schemes[string];

const nothing: AppliedSecurity = { headers: {}, query: [], secrets: [] };

/**
 * The credential where the document wants it: the first of the operation's alternatives all of whose schemes there is a secret
 * for. A credential that names no schemes goes as it says, to every operation.
 */
export function applySecurity(
  services: SecurityServices,
  { imported, operation }: { readonly imported: Imported; readonly operation: ImportedOperation },
  { credential, context }: Owned,
): AppliedSecurity {
  const { openApi: reader } = services;
  if (credential !== undefined && credential.type !== 'schemes')
    return { ...proofOf(services, credential, context), query: [] };
  const schemes = credential?.schemes ?? {};
  const wanted = operation.declared['security'] ?? imported.document['security'];
  const alternatives = listOf(wanted).map((each) => Object.keys(objectOf(each)));
  if (alternatives.length === 0) return nothing;
  const chosen = alternatives.find((names) => names.every((name) => Object.hasOwn(schemes, name)));
  if (chosen === undefined) throw missing(operation, alternatives);
  return chosen
    .map((name) => applyScheme(name, schemeOf(reader, imported.document, name), schemes[name]))
    .reduce(joined, nothing);
}

function schemeOf(reader: OpenApiReader, document: JsonObject, name: string): JsonObject {
  const declared =
    objectOf(objectOf(document['components'])['securitySchemes'])[name] ??
    objectOf(document['securityDefinitions'])[name];
  return reader.resolve(document, declared);
}

function applyScheme(
  name: string,
  scheme: JsonObject,
  secret: Secret | undefined,
): AppliedSecurity {
  if (secret === undefined) return nothing;
  const type = textOf(scheme['type']).toLowerCase();
  const kind = type === 'http' ? textOf(scheme['scheme']).toLowerCase() : type;
  if (kind === 'basic' && 'password' in secret)
    return { ...applyCredential({ type: 'basic', ...secret }), query: [] };
  if (!('value' in secret)) throw unusable(name, kind);
  const { value } = secret;
  if (kind === 'bearer' || kind === 'oauth2' || kind === 'openidconnect')
    return { ...applyCredential({ type: 'bearer', token: value }), query: [] };
  if (kind !== 'apikey') throw unusable(name, kind);
  return applyKey(textOf(scheme['name']), textOf(scheme['in']), value);
}

function applyKey(name: string, place: string, value: string): AppliedSecurity {
  const encoded = encodeURIComponent(value);
  const secrets = [value, encoded];
  switch (place) {
    case 'query':
      return { headers: {}, query: [`${encodeURIComponent(name)}=${encoded}`], secrets };
    case 'cookie':
      return { headers: { cookie: `${name}=${encoded}` }, query: [], secrets };
    default:
      return { headers: { [name.toLowerCase()]: value }, query: [], secrets };
  }
}

function joined(left: AppliedSecurity, right: AppliedSecurity): AppliedSecurity {
  const cookies = [left.headers['cookie'], right.headers['cookie']].filter(
    (text) => text !== undefined,
  );
  return {
    headers: {
      ...left.headers,
      ...right.headers,
      ...(cookies.length === 0 ? {} : { cookie: cookies.join('; ') }),
    },
    query: [...left.query, ...right.query],
    secrets: [...left.secrets, ...right.secrets],
  };
}

function missing(
  { name }: ImportedOperation,
  alternatives: readonly (readonly string[])[],
): AppError {
  const wanted = alternatives.map((names) => names.join(' and ')).join(', or ');
  return new AppError('BAD_USER_INPUT', `${name} needs a credential for ${wanted}`, {
    path: 'credential.schemes',
  });
}

function unusable(name: string, kind: string): AppError {
  return new AppError(
    'BAD_USER_INPUT',
    `the security scheme ${name} is of a kind (${kind}) that the credential does not fit`,
    { path: `credential.schemes.${name}` },
  );
}

function textOf(value: JsonValue | undefined): string {
  return typeof value === 'string' ? value : '';
}
