import { z } from 'zod';
import type { PeerTlsFiles } from '../tls/peer-tls.ts';
import type { ConfigFault } from './fault.ts';
import { list, text } from './variables.ts';

const file = (what: string) =>
  text({
    expected: 'a file in PEM',
    meaning: `${what} With the other two, the gateway and the subgraphs speak TLS 1.3 and know each other by certificates.`,
    otherwise: 'plain HTTP between processes',
  });

/** TLS between the processes of the platform. */
export const tlsVariables = {
  OPERANDI_TLS_CERT_FILE: file('The certificate of this process, with the names it is reached by.'),
  OPERANDI_TLS_KEY_FILE: file('Its key.'),
  OPERANDI_TLS_CA_FILE: file('Who signs the certificates of the other processes.'),
  OPERANDI_TLS_PEERS: list(z.string().regex(/^[A-Za-z0-9.-]+$/)).meta({
    expected: 'names, several separated by commas',
    meaning:
      'Which certificates may call a subgraph: those that have one of these names (DNS of the subject alternative names).',
    otherwise: '`operandi-gateway`',
  }),
};

const variables = z.object(tlsVariables);
type TlsEnvironment = z.output<typeof variables>;

const fileNames = [
  'OPERANDI_TLS_CERT_FILE',
  'OPERANDI_TLS_KEY_FILE',
  'OPERANDI_TLS_CA_FILE',
] as const;
const urlNames = ['ACCESS', 'JOBS', 'INTEGRATIONS', 'AUDIT', 'WAREHOUSE'].map(
  (name) => `OPERANDI_${name}_URL`,
);

/** All three files or none; and then nobody is asked in plain text. */
export function findTlsFaults(env: Readonly<Record<string, string | undefined>>): ConfigFault[] {
  const missing = fileNames.filter((name) => env[name] === undefined);
  if (missing.length === fileNames.length) return [];
  return [
    ...missing.map((name) => ({ name, message: 'is needed with the other files of TLS' })),
    ...urlNames
      .filter((name) => env[name]?.startsWith('http:') === true)
      .map((name) => ({ name, message: 'must be an https URL, as processes speak TLS' })),
  ];
}

/** Undefined where processes speak plain HTTP. */
export function toTls(env: TlsEnvironment): PeerTlsFiles | undefined {
  const { OPERANDI_TLS_CERT_FILE: certFile, OPERANDI_TLS_KEY_FILE: keyFile } = env;
  const { OPERANDI_TLS_CA_FILE: caFile, OPERANDI_TLS_PEERS: peers } = env;
  if (certFile === undefined || keyFile === undefined || caFile === undefined) return undefined;
  return { certFile, keyFile, caFile, peers: peers.length === 0 ? ['operandi-gateway'] : peers };
}
