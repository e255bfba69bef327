import { existsSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import ts from 'typescript';

import { deployTools, type Manifest } from './helm.ts';

/** Which package has the schemas of a group; of Kubernetes itself where none is named. */
const packages: Readonly<Record<string, string>> = {
  'argoproj.io': '@kubernetes-models/argo-rollouts',
  'cert-manager.io': '@kubernetes-models/cert-manager',
  'external-secrets.io': '@kubernetes-models/external-secrets',
  'gateway.networking.k8s.io': '@kubernetes-models/gateway-api',
  'keda.sh': '@kubernetes-models/keda',
  'monitoring.coreos.com': '@kubernetes-models/prometheus-operator',
  'networking.istio.io': '@kubernetes-models/istio',
  'security.istio.io': '@kubernetes-models/istio',
};

/** What is wrong with objects by the published schemas of their kinds, and which of their fields no kind has. */
export async function findKindFaults(manifests: readonly Manifest[]): Promise<readonly string[]> {
  const unknown = manifests.filter((each) => !existsSync(`${moduleOf(each)}.js`));
  if (unknown.length > 0)
    return unknown.map(({ apiVersion, kind }) => `no published kind: ${apiVersion} ${kind}`);
  const faults = await Promise.all(manifests.map(findSchemaFault));
  return [...faults.flat(), ...findStrangeFields(manifests)];
}

function moduleOf({ apiVersion, kind }: Manifest): string {
  const [group = ''] = apiVersion.split('/');
  const name = packages[group] ?? 'kubernetes-models';
  return `${deployTools}/node_modules/${name}/${apiVersion}/${kind}`;
}

async function findSchemaFault(manifest: Manifest): Promise<readonly string[]> {
  const { kind, metadata } = manifest;
  const found = (await import(pathToFileURL(`${moduleOf(manifest)}.js`).href)) as Record<
    string,
    new (data: unknown) => { validate(): void }
  >;
  const Model = found[kind];
  if (Model === undefined) return [`no schema of ${kind}`];
  try {
    new Model(manifest).validate();
    return [];
  } catch (error) {
    return [`${kind} ${metadata.name}: ${String(error)}`];
  }
}

/** Schemas let strange fields pass; types, written as a literal, do not. */
function findStrangeFields(manifests: readonly Manifest[]): readonly string[] {
  const path = `${deployTools}/node_modules/manifests.ts`;
  const text = manifests
    .map(
      (each, index) =>
        `export const m${String(index)}: import(${JSON.stringify(`${moduleOf(each)}.js`)}).I${each.kind} = ${JSON.stringify(each, undefined, 1)};`,
    )
    .join('\n');
  const options: ts.CompilerOptions = {
    ...{ noEmit: true, strict: true, skipLibCheck: true, types: [] },
    ...{ module: ts.ModuleKind.NodeNext, target: ts.ScriptTarget.ES2022 },
  };
  const host = ts.createCompilerHost(options);
  const disk = { ...host };
  host.getSourceFile = (name, version) =>
    name === path ? ts.createSourceFile(name, text, version) : disk.getSourceFile(name, version);
  host.fileExists = (name) => name === path || disk.fileExists(name);
  host.readFile = (name) => (name === path ? text : disk.readFile(name));
  const program = ts.createProgram([path], options, host);
  return ts
    .getPreEmitDiagnostics(program)
    .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'));
}
