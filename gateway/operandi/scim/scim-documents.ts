import type { JsonObject } from '../../../kernel/json.ts';
import { userSchema } from './scim-user.ts';

const base64urn = 'urn:ietf:params:scim:schemas:core:2.0';

/** Users of a page, at most. */
export const maxScimPage = 200;

/** What this server does of the protocol (RFC 7643, section 5). */
export function serviceProviderConfig(base: string): JsonObject {
  return {
    schemas: [`${base64urn}:ServiceProviderConfig`],
    patch: { supported: true },
    bulk: { supported: false, maxOperations: 0, maxPayloadSize: 0 },
    filter: { supported: true, maxResults: maxScimPage },
    changePassword: { supported: false },
    sort: { supported: false },
    etag: { supported: false },
    authenticationSchemes: [
      {
        type: 'oauthbearertoken',
        name: 'API key',
        description: 'An API key with ACCESS_PROVISION as bearer token.',
        primary: true,
      },
    ],
    meta: { resourceType: 'ServiceProviderConfig', location: `${base}/ServiceProviderConfig` },
  };
}

/** The kinds of resources (RFC 7643, section 6). */
export function resourceTypes(base: string): readonly JsonObject[] {
  return [
    {
      schemas: [`${base64urn}:ResourceType`],
      id: 'User',
      name: 'User',
      endpoint: '/Users',
      description: 'A member of the tenant.',
      schema: userSchema,
      meta: { resourceType: 'ResourceType', location: `${base}/ResourceTypes/User` },
    },
  ];
}

/** The attributes of a User that are kept (RFC 7643, section 7). */
export function schemas(base: string): readonly JsonObject[] {
  return [
    {
      schemas: [`${base64urn}:Schema`],
      id: userSchema,
      name: 'User',
      description: 'A member of the tenant.',
      attributes: [
        attribute('userName', { required: true, uniqueness: 'server' }),
        attribute('displayName'),
        attribute('active', { type: 'boolean' }),
        attribute('externalId', { caseExact: true }),
        attribute('name', { type: 'complex', subAttributes: [attribute('formatted')] }),
        attribute('emails', {
          type: 'complex',
          multiValued: true,
          subAttributes: [
            attribute('value'),
            attribute('type'),
            attribute('primary', { type: 'boolean' }),
          ],
        }),
      ],
      meta: { resourceType: 'Schema', location: `${base}/Schemas/${userSchema}` },
    },
  ];
}

function attribute(name: string, more: JsonObject = {}): JsonObject {
  return {
    ...{ name, type: 'string', multiValued: false, required: false, caseExact: false },
    ...{ mutability: 'readWrite', returned: 'default', uniqueness: 'none', description: name },
    ...more,
  };
}

/** A page of resources (RFC 7644, section 3.4.2). */
export function listResponse(
  resources: readonly JsonObject[],
  { total, startIndex }: { readonly total: number; readonly startIndex: number },
): JsonObject {
  return {
    schemas: ['urn:ietf:params:scim:api:messages:2.0:ListResponse'],
    totalResults: total,
    startIndex,
    itemsPerPage: resources.length,
    Resources: resources,
  };
}
