import type { JsonObject } from '../../../kernel/json.ts';
import type { HttpRequest } from '../../host.ts';
import { bodyOf } from './body.ts';
import { findOperation } from './document.ts';
import { headersOf, pathOf, placeParameters, queryOf } from './parameters.ts';
import { serverOf } from './server.ts';

/** What an operation of an OpenAPI (3.x) or Swagger (2.0) document is called with. */
export interface OperationCall {
  readonly document: JsonObject;
  readonly documentUri: string;
  readonly operationId: string;
  readonly parameters: JsonObject;
}

/** The request an operation means: parameters go where and as the document says, the rest is the body. */
export function openApiRequest(
  call: OperationCall,
): Omit<HttpRequest, 'redirect' | 'authentication'> {
  const { document, parameters: given } = call;
  const operation = findOperation(document, call.operationId);
  const placed = placeParameters(document, operation, given);
  const path = pathOf(document, operation.path, placed);
  const query = queryOf(document, placed);
  const body = bodyOf({ document, operation, given, placed });
  const type = body?.contentType === undefined ? {} : { 'content-type': body.contentType };
  const uri = `${serverOf(document, operation, call.documentUri)}${path}`;
  const request = {
    method: operation.method.toUpperCase(),
    uri: query === '' ? uri : `${uri}${uri.includes('?') ? '&' : '?'}${query}`,
    headers: { ...headersOf(document, placed), ...type },
  };
  return body === undefined ? request : { ...request, body: body.text };
}
