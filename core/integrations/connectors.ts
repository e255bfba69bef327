import type { Connector } from '../../connectors/connector.ts';

/** The connectors of this process by kind; composition fills it, verbs only look up. */
export type Connectors = ReadonlyMap<string, Connector>;
