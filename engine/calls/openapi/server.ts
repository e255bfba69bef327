import { isJsonObject, type JsonObject } from '../../../kernel/json.ts';
import { textOf } from '../../json-text.ts';
import { workflowError } from '../../problem.ts';
import { expandNames } from '../../uri-template.ts';
import { isSwagger, list, type Operation } from './document.ts';

/** Where an operation is served, without a slash at the end: the nearest server with its variables at their defaults. */
export function serverOf(
  document: JsonObject,
  { servers }: Pick<Operation, 'servers'>,
  documentUri: string,
): string {
  const [server] = servers;
  const url = isSwagger(document)
    ? swaggerBase(document, documentUri)
    : isJsonObject(server)
      ? withDefaults(server)
      : '/';
  if (!URL.canParse(url, documentUri))
    throw workflowError(
      'configuration',
      `the document names no usable server: ${JSON.stringify(url)}`,
    );
  return new URL(url, documentUri).href.replace(/\/$/, '');
}

function withDefaults(server: JsonObject): string {
  const variables = server['variables'];
  return expandNames(textOf(server['url'] ?? '/'), (name) => {
    const variable = isJsonObject(variables) ? variables[name] : undefined;
    return isJsonObject(variable) ? textOf(variable['default']) : `{${name}}`;
  });
}

/** Swagger's scheme, host and base path. */
function swaggerBase(document: JsonObject, documentUri: string): string {
  const { host, basePath = '/' } = document;
  const [scheme = new URL(documentUri).protocol.replace(':', '')] = list(document['schemes']);
  return typeof host === 'string'
    ? `${textOf(scheme)}://${host}${textOf(basePath)}`
    : textOf(basePath);
}
