/** How messages get to a server. */
export interface Wire {
  readonly kind: 'http' | 'ws' | 'mqtt';
  readonly isSecure: boolean;
  /** Of MQTT. */
  readonly version?: 4 | 5;
}

/** By the names that documents have for them. */
const wires: ReadonlyMap<string, Wire> = new Map<string, Wire>([
  ['http', { kind: 'http', isSecure: false }],
  ['https', { kind: 'http', isSecure: true }],
  ['ws', { kind: 'ws', isSecure: false }],
  ['wss', { kind: 'ws', isSecure: true }],
  ['mqtt', { kind: 'mqtt', isSecure: false, version: 4 }],
  ['mqtts', { kind: 'mqtt', isSecure: true, version: 4 }],
  ['secure-mqtt', { kind: 'mqtt', isSecure: true, version: 4 }],
  ['mqtt5', { kind: 'mqtt', isSecure: false, version: 5 }],
]);

/** The wire that a server of a document speaks; undefined where it is none that is spoken here. */
export function wireOf(protocol: string, protocolVersion: string): Wire | undefined {
  const wire = wires.get(protocol.toLowerCase());
  if (wire?.kind !== 'mqtt') return wire;
  return protocolVersion.startsWith('5') ? { ...wire, version: 5 } : wire;
}

/** True where a definition means this wire: `http` is `https`, too. */
export function isMeant(wire: Wire, protocol: string): boolean {
  const wanted = wires.get(protocol);
  if (wanted?.kind !== wire.kind) return false;
  return protocol !== 'mqtt5' || wire.version === 5;
}

export const usualPorts: Readonly<Record<Wire['kind'], readonly [number, number]>> = {
  http: [80, 443],
  ws: [80, 443],
  mqtt: [1883, 8883],
};
