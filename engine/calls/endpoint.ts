import type { EndpointModel } from '../dsl/document.ts';
import { workflowError } from '../problem.ts';
import type { Site } from '../site.ts';
import { expandTemplate } from '../uri-template.ts';

/** The URI an endpoint means: templates are expanded, the result of an expression is taken as it is. */
export function endpointUri(endpoint: EndpointModel, site: Site): string {
  const model = typeof endpoint === 'string' ? endpoint : endpoint.uri;
  const value = site.execution.definition.expressions.wrapped(model, site.scope);
  if (value === model) return expandTemplate(model, site.input);
  if (typeof value === 'string') return value;
  throw workflowError('expression', 'the expression of an endpoint does not give a text');
}
