import { isJsonObject, type JsonObject, type JsonValue } from '../../kernel/json.ts';
import type { AuthenticationModel, EndpointModel } from '../dsl/document.ts';
import type { Authentication } from '../host.ts';
import { workflowError } from '../problem.ts';
import type { Site } from '../site.ts';
import { expandTemplate } from '../uri-template.ts';

/** The policy of an endpoint with names, secrets and expressions resolved. */
export function resolveAuthentication(
  endpoint: EndpointModel,
  site: Site,
): Authentication | undefined {
  return typeof endpoint === 'string' || endpoint.authentication === undefined
    ? undefined
    : resolvePolicy(endpoint.authentication, site);
}

export function resolvePolicy(model: AuthenticationModel, site: Site): Authentication {
  const policy = typeof model['use'] === 'string' ? named(model['use'], site) : model;
  for (const scheme of ['basic', 'bearer', 'digest', 'oauth2', 'oidc'] as const) {
    const value = policy[scheme];
    if (isJsonObject(value)) return policyOf(scheme, properties(value, site), site);
  }
  throw workflowError('configuration', 'an authentication policy of no known scheme');
}

function named(name: string, site: Site): AuthenticationModel {
  const policy = site.execution.definition.document.use?.authentications?.[name];
  if (policy !== undefined) return policy;
  throw workflowError(
    'configuration',
    `there is no authentication ${JSON.stringify(name)} in use.authentications`,
  );
}

/** Inline properties are filled; those of a secret are taken as they are. */
function properties(model: JsonObject, { execution, scope }: Site): JsonObject {
  const { use } = model;
  if (typeof use !== 'string') {
    const filled = execution.definition.expressions.value(model, scope);
    return isJsonObject(filled) ? filled : {};
  }
  const secret = execution.secrets[use];
  if (isJsonObject(secret)) return secret;
  throw workflowError(
    'authorization',
    `secret ${JSON.stringify(use)} has no properties, is not set, or its list of agents does not name this one`,
  );
}

function policyOf(
  scheme: Authentication['scheme'],
  values: JsonObject,
  site: Site,
): Authentication {
  switch (scheme) {
    case 'basic':
    case 'digest':
      return { scheme, username: text(values, 'username'), password: text(values, 'password') };
    case 'bearer':
      return { scheme, token: text(values, 'token') };
    case 'oauth2':
    case 'oidc':
      return {
        scheme,
        properties: { ...values, authority: expandTemplate(text(values, 'authority'), site.input) },
      };
  }
}

function text(values: JsonObject, name: string): string {
  const value = values[name];
  if (typeof value === 'string') return value;
  throw workflowError('authentication', `the authentication has no ${name}`);
}

/** `$authorization` where it can be computed without asking anybody. */
export function knownAuthorization(authentication: Authentication | undefined): JsonValue {
  if (authentication?.scheme === 'bearer')
    return { scheme: 'Bearer', parameter: authentication.token };
  if (authentication?.scheme !== 'basic') return null;
  const pair = Buffer.from(`${authentication.username}:${authentication.password}`).toString(
    'base64',
  );
  return { scheme: 'Basic', parameter: pair };
}
