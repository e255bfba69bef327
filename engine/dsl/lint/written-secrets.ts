import { isJsonObject, type JsonObject, type JsonValue } from '../../../kernel/json.ts';
import { isJsonArray } from '../../json-text.ts';
import type { WorkflowDocument } from '../document.ts';
import { pointer, type Remark } from '../finding.ts';
import { doubt } from './remarks.ts';

/** Names whose value lets somebody in. */
const secretName =
  /^(?:.*[-_.])?(?:passw(?:or)?d|passphrase|secret|token|api-?_?key|apikey|access-?_?key|private-?_?key|client-?_?secret|authorization|proxy-authorization|cookie|credentials?)$/i;
/** The same in camel case: `accessToken`, `clientSecret`. */
const camelName = /[a-z\d](?:Password|Passphrase|Secret|Token|ApiKey|AccessKey|PrivateKey)$/;

/** What is known by its form, whatever it stands beside; each is bounded, so that it takes linear time. */
const secretForms: readonly RegExp[] = [
  /\b(?:opk|sk|pk|rk|ghp|gho|ghs|ghu|glpat|github_pat|xox[abprs]|shpat|npm|pypi|dop_v1|hf|sq0atp)[-_][A-Za-z0-9_-]{16,200}/,
  /\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/,
  /\bAIza[A-Za-z0-9_-]{35}/,
  /\beyJ[A-Za-z0-9_-]{8,2000}\.eyJ[A-Za-z0-9_-]{8,4000}\.[A-Za-z0-9_-]{8}/,
  /-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----/,
  /\b(?:Bearer|Basic|Token) {1,4}[A-Za-z0-9._~+/=-]{8,4000}/i,
  /^[a-z][a-z0-9+.-]{1,30}:\/\/[^\s/:@]{0,200}:[^\s/@${}]{1,200}@/i,
  /[?&](?:api[-_]?key|access[-_]?token|auth[-_]?token|token|secret|password|sig|signature)=[^&\s${}]{6}/i,
];

/** Properties that are schemas or words for people: their names say what data is, not what it holds. */
const passedOver =
  /^\/(?:document|input\/schema|output\/schema|use\/(?:secrets|errors|timeouts|retries))(?:\/|$)/;

/** Passwords, keys and tokens that stand in the text of a definition, which everybody reads who may read jobs. */
export function checkWrittenSecrets(document: WorkflowDocument): Remark[] {
  const found: Remark[] = [];
  visit(document, { path: '', name: '' }, found);
  return found;
}

interface At {
  readonly path: string;
  /** Of the property, or of the list that holds it. */
  readonly name: string;
}

function visit(value: JsonValue | undefined, at: At, found: Remark[]): void {
  if (found.length >= maxFound) return;
  if (typeof value === 'string') {
    if (isSecret(value, at)) found.push(remark(at.path));
  } else if (isJsonArray(value)) {
    value.forEach((item, index) => {
      visit(item, { path: pointer(at.path, index), name: at.name }, found);
    });
  } else if (isJsonObject(value) && !isSchema(value, at)) {
    for (const [name, item] of Object.entries(value))
      visit(item, { path: pointer(at.path, name), name }, found);
  }
}

function isSecret(text: string, { path, name }: At): boolean {
  const isNamed = isSecretName(name) && isPlain(text) && !passedOver.test(path);
  return isNamed || secretForms.some((form) => form.test(text));
}

/** More say nothing that these do not. */
const maxFound = 50;

function isSecretName(name: string): boolean {
  return secretName.test(name) || camelName.test(name);
}

/** Not what an expression gives, nor where something is, nor nothing at all. */
function isPlain(value: string): boolean {
  return value.trim() !== '' && !value.includes('${') && !/^\s*(?:[./$]|https?:)/.test(value);
}

function isSchema(value: JsonObject, { name }: At): boolean {
  return name === 'schema' && ('document' in value || 'resource' in value);
}

function remark(path: string): Remark {
  return doubt('secret/written', path, {
    message: 'this looks like a password, key or token in plain text',
    hint: 'Everybody who may read jobs reads the definition. Store it with setSecret, name it under use.secrets and write ${ $secrets.name }.',
  });
}
