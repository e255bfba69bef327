import type { GatewayPlugin } from '../../gateway/plugins.ts';

/** Reports answers of subgraphs that carry a `server-timing` above a limit. */
export function reportSlowSubgraphs(
  limitMs: number,
  report: (line: string) => void,
): GatewayPlugin {
  return {
    name: 'report-slow-subgraphs',
    onSubgraphResponse: ({ service, request }, response) => {
      const spent = Number(/dur=([\d.]+)/.exec(response.headers['server-timing'] ?? '')?.[1] ?? 0);
      if (spent > limitMs) report(`${service} took ${spent} ms for request ${request.requestId}`);
      return response;
    },
  };
}

export default reportSlowSubgraphs(500, (line) => console.warn(line));
