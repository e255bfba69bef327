import type { SubgraphTransport } from '../../gateway/execute/transport/port.ts';
import { createDataSourceTransport } from './data-source-transport.ts';
import type { AnyDataSource, ServiceEndpointDefinition } from './data-source.ts';
import { createHttpFetcher } from './http-fetcher.ts';
import type { OperandiGatewayOptions } from './options.ts';
import { RemoteGraphQLDataSource } from './remote-data-source.ts';

/** The data sources of one gateway: they live as long as it does, whatever supergraph is in force. */
export interface DataSources {
  readonly get: (definition: ServiceEndpointDefinition) => AnyDataSource;
  readonly transport: (name: string, url: string) => SubgraphTransport;
  close(): Promise<void>;
}

export function createDataSources(
  buildService: OperandiGatewayOptions['buildService'],
): DataSources {
  const http = createHttpFetcher();
  const known = new Map<string, { readonly url: string; readonly source: AnyDataSource }>();

  function build({ name, url = '' }: ServiceEndpointDefinition): AnyDataSource {
    const source = buildService?.({ name, url }) ?? new RemoteGraphQLDataSource({ url });
    if (source instanceof RemoteGraphQLDataSource) source.fetcher ??= http.fetch;
    return source;
  }

  function get({ name, url = '' }: ServiceEndpointDefinition): AnyDataSource {
    const found = known.get(name);
    if (found?.url === url) return found.source;
    const source = build({ name, url });
    known.set(name, { url, source });
    return source;
  }

  return {
    get,
    transport: (name, url) => createDataSourceTransport({ name, source: get({ name, url }) }, http),
    close: () => http.close(),
  };
}
