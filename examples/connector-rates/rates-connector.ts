import { z } from 'zod';

import { type Connector, defineConnector } from '../../connectors/connector.ts';
import type { Egress } from '../../connectors/egress/egress.ts';
import type { EgressRequest } from '../../connectors/egress/policy.ts';
import { checkArguments } from '../../connectors/parts/check-arguments.ts';
import { connectionOf, limitsSchema, timesOf } from '../../connectors/parts/limits.ts';
import { decodeBody, describeFailure } from '../../connectors/parts/response.ts';
import { textOf } from '../../connectors/parts/text-of.ts';
import {
  applyCredential,
  credentialSchema,
  type WebCredential,
} from '../../connectors/parts/web-credential.ts';
import { webAddress } from '../../connectors/parts/web-config.ts';
import type { CompileSchema } from '../../connectors/ports.ts';
import { NotFoundError } from '../../kernel/errors.ts';

const configSchema = z.strictObject({ baseUrl: webAddress, limits: limitsSchema });

type RatesConfig = z.infer<typeof configSchema>;

const rateArguments = {
  type: 'object',
  properties: { from: { type: 'string' }, to: { type: 'string' } },
  required: ['from', 'to'],
  additionalProperties: false,
};

/** What it needs of `ConnectorServices`. */
interface RatesServices {
  readonly egress: Egress;
  readonly compileSchema: CompileSchema;
}

/** Kind `rates`: what one currency is worth in another. */
export function createRatesConnector(services: RatesServices): Connector {
  return defineConnector<RatesConfig, WebCredential>({
    kind: 'rates',
    description: 'Exchange rates of a bank.',
    configSchema,
    credentialSchema,
    destinationOf: ({ baseUrl }) => new URL(baseUrl).origin,
    operations: () => [
      {
        name: 'rate',
        description: 'The rate of today.',
        arguments: rateArguments,
        result: { type: 'object', properties: { rate: { type: 'string' } } },
        isBatched: false,
      },
    ],
    async invoke({ config, credential, operation, arguments: values }, context) {
      if (operation !== 'rate')
        throw new NotFoundError(`Operation of ${context.integrationName}`, operation);
      checkArguments(services.compileSchema, rateArguments, values);
      const { from, to } = values;
      const query = new URLSearchParams({ from: textOf(from), to: textOf(to) });
      const { headers, secrets } = applyCredential(credential);
      const request: EgressRequest = {
        method: 'GET',
        url: `${config.baseUrl}/rates?${query.toString()}`,
        headers,
        ...timesOf(config.limits, context),
      };
      const connection = connectionOf(config.limits, context);
      const response = await services.egress.request(connection, request, context.signal);
      const { status, attempts, durationMs } = response;
      if (status !== 200) throw describeFailure(response, context.integrationName, secrets);
      const value = decodeBody(response, context.integrationName);
      return { value, status, attempts, durationMs, batch: undefined };
    },
    async testConnection(config, credential, context) {
      const { headers, secrets } = applyCredential(credential);
      const times = timesOf(config.limits, context);
      const request = { method: 'GET', url: `${config.baseUrl}/rates`, headers, ...times };
      const connection = connectionOf(config.limits, context);
      const response = await services.egress.request(connection, request, context.signal);
      if (response.status !== 200)
        throw describeFailure(response, context.integrationName, secrets);
      return { isReachable: true, message: 'answered', durationMs: response.durationMs };
    },
  });
}
