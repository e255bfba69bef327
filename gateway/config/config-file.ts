import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';

import { type Document, isScalar, parseDocument, Scalar, visit } from 'yaml';
import type { z } from 'zod';

import { AppError } from '../../kernel/errors.ts';
import { type GatewayConfig, type gatewayConfigSchema, parseGatewayConfig } from './config.ts';

type GivenConfig = z.input<typeof gatewayConfigSchema>;

/** A configuration file and the variables that it may name. */
export interface ConfigFile {
  readonly path: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/**
 * Reads a YAML or JSON file (YAML includes JSON); what it does not say is taken from `base`, section by
 * section. Files that it names are looked for beside it.
 */
export async function readGatewayConfig(
  { path, env }: ConfigFile,
  base: GivenConfig = {},
): Promise<GatewayConfig> {
  const given = readYaml(await readText(path), { path, env });
  if (!isSection(given)) return parseGatewayConfig(given ?? base);
  const sections = Object.entries(base).map(([name, section]) => {
    const own = given[name];
    return [name, isSection(section) && isSection(own) ? { ...section, ...own } : (own ?? section)];
  });
  const config = parseGatewayConfig({ ...given, ...Object.fromEntries(sections) });
  return resolveFiles(config, dirname(path));
}

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    throw new AppError('BAD_USER_INPUT', `The configuration file ${path} cannot be read`, {
      cause,
    });
  }
}

function readYaml(text: string, { path, env }: ConfigFile): unknown {
  const document = parseDocument(text);
  const faults = [...document.errors.map(({ message }) => message), ...expand(document, env)];
  if (faults.length > 0) {
    throw new AppError('BAD_USER_INPUT', [`${path} cannot be used:`, ...faults].join('\n  '));
  }
  return document.toJS();
}

const variable = /\$\{env\.(\w+)(?::-([^}]*))?\}/g;

/** Puts in variables; a plain (unquoted) value that is one variable is read as YAML, so it may be a number. */
function expand(document: Document, env: ConfigFile['env']): string[] {
  const missing: string[] = [];
  visit(document, {
    Scalar: (_, node) => {
      if (typeof node.value !== 'string' || !node.value.includes('${env.')) return;
      const text = node.value.replace(variable, (_whole, name: string, otherwise?: string) => {
        const value = env[name] ?? otherwise;
        if (value === undefined) missing.push(`the environment variable ${name} is not set`);
        return value ?? '';
      });
      node.value = node.type === Scalar.PLAIN ? plainValue(text) : text;
    },
  });
  return missing;
}

function plainValue(text: string): unknown {
  const { contents, errors } = parseDocument(text);
  return errors.length === 0 && isScalar(contents) ? contents.value : text;
}

function resolveFiles(config: GatewayConfig, folder: string): GatewayConfig {
  const at = (file: string): string => resolve(folder, file);
  const { server, authentication, persisted, plugins, subgraph, subgraphs, usage } = config;
  const { tls } = server;
  const { jwt } = authentication;
  return {
    ...config,
    server: {
      ...server,
      ...(tls && { tls: { certFile: at(tls.certFile), keyFile: at(tls.keyFile) } }),
    },
    authentication: {
      ...(jwt && { jwt: resolved(jwt, at) }),
      issuers: authentication.issuers.map((issuer) => resolved(issuer, at)),
    },
    subgraph: resolved(subgraph, at),
    subgraphs: Object.fromEntries(
      Object.entries(subgraphs).map(([name, own]) => [name, resolved(own, at)]),
    ),
    persisted: {
      ...persisted,
      ...(persisted.manifestFile !== undefined && { manifestFile: at(persisted.manifestFile) }),
    },
    usage: { ...usage, ...(usage.file !== undefined && { file: at(usage.file) }) },
    plugins: plugins.map(at),
  };
}

interface WithFiles {
  readonly jwksFile?: string | undefined;
  readonly tls?: GatewayConfig['subgraph']['tls'];
}

function resolved<T extends WithFiles>(section: T, at: (file: string) => string): T {
  const { jwksFile, tls } = section;
  const files = Object.entries(tls ?? {}).map(([name, file]) => [name, file && at(file)] as const);
  return {
    ...section,
    ...(jwksFile !== undefined && { jwksFile: at(jwksFile) }),
    ...(tls && { tls: Object.fromEntries(files) }),
  };
}

function isSection(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
