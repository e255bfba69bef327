import { type Reader, readerOf } from './lexer.ts';
import type {
  ProtoEnum,
  ProtoField,
  ProtoFile,
  ProtoMessage,
  ProtoMethod,
  ProtoService,
} from './tree.ts';

type Writable<T> = { -readonly [Key in keyof T]: T[Key] };

/** Levels of messages in messages, and of options in options. */
const maxDepth = 32;

/** Reads a .proto text (proto2 and proto3); options that change nothing of the wire are passed over. */
export function parseProto(source: string): ProtoFile {
  const reader = readerOf(source);
  const file: Draft = {
    ...{ syntax: 'proto2', package: '' },
    ...{ imports: [], messages: [], enums: [], services: [] },
  };
  while (reader.peek().kind !== 'end') {
    if (reader.takes(';')) continue;
    const keyword = reader.word();
    const read = statements.get(keyword);
    if (read === undefined) throw reader.fail(`${JSON.stringify(keyword)} is not read here`);
    read(reader, file);
  }
  return file;
}

/** A file while it is read. */
interface Draft {
  syntax: ProtoFile['syntax'];
  package: string;
  readonly imports: ProtoFile['imports'][number][];
  readonly messages: ProtoMessage[];
  readonly enums: ProtoEnum[];
  readonly services: ProtoService[];
}

type Statement = (reader: Reader, file: Draft) => void;

/** What stands at the top of a file, by the word that it begins with. */
const statements = new Map<string, Statement>([
  [
    'syntax',
    (reader, file) => {
      file.syntax = syntaxOf(reader);
    },
  ],
  [
    'package',
    (reader, file) => {
      file.package = reader.path();
      reader.expect(';');
    },
  ],
  ['import', (reader, { imports }) => void imports.push(importOf(reader))],
  [
    'option',
    (reader) => {
      skipTo(reader, ';');
    },
  ],
  ['message', (reader, { messages }) => void messages.push(messageOf(reader, 1))],
  ['enum', (reader, { enums }) => void enums.push(enumOf(reader))],
  ['service', (reader, { services }) => void services.push(serviceOf(reader))],
  ['extend', skipExtension],
]);

function syntaxOf(reader: Reader): ProtoFile['syntax'] {
  reader.expect('=');
  const { text } = reader.next();
  if (text !== 'proto2' && text !== 'proto3') throw reader.fail('only proto2 and proto3 are read');
  reader.expect(';');
  return text;
}

function importOf(reader: Reader): ProtoFile['imports'][number] {
  const isPublic = reader.takes('public');
  if (!isPublic) reader.takes('weak');
  const token = reader.next();
  if (token.kind !== 'text') throw reader.fail('the path of an import is missing');
  reader.expect(';');
  return { path: token.text, isPublic };
}

function messageOf(reader: Reader, depth: number): ProtoMessage {
  if (depth > maxDepth) throw reader.fail('messages are nested too deeply');
  const name = reader.word();
  reader.expect('{');
  const fields: ProtoField[] = [];
  const oneofs: string[] = [];
  const messages: ProtoMessage[] = [];
  const enums: ProtoEnum[] = [];
  while (!reader.takes('}')) {
    // Where a statement begins these are never names.
    if (reader.takes(';')) continue;
    if (reader.takes('message')) messages.push(messageOf(reader, depth + 1));
    else if (reader.takes('enum')) enums.push(enumOf(reader));
    else if (reader.takes('oneof')) fields.push(...oneofOf(reader, oneofs));
    else if (reader.takes('extend')) skipExtension(reader);
    else if (passedOver.some((keyword) => reader.takes(keyword))) skipTo(reader, ';');
    else fields.push(fieldOf(reader));
  }
  return { name, fields, oneofs, messages, enums };
}

const passedOver = ['option', 'reserved', 'extensions'];

function skipExtension(reader: Reader): void {
  reader.path();
  skipBlock(reader);
}

function oneofOf(reader: Reader, oneofs: string[]): readonly ProtoField[] {
  const oneof = reader.word();
  oneofs.push(oneof);
  reader.expect('{');
  const fields: ProtoField[] = [];
  while (!reader.takes('}')) {
    if (reader.takes(';')) continue;
    if (reader.takes('option')) skipTo(reader, ';');
    else fields.push({ ...fieldOf(reader), oneof });
  }
  return fields;
}

const labels = ['optional', 'required', 'repeated'] as const;

function fieldOf(reader: Reader): ProtoField {
  const label = labels.find((each) => reader.takes(each));
  const map = mapOf(reader);
  const type = map?.type ?? reader.path();
  if (type === 'group') throw reader.fail('groups are not read');
  const name = reader.word();
  reader.expect('=');
  const number = integerOf(reader);
  const options = reader.takes('[') ? fieldOptions(reader) : {};
  reader.expect(';');
  const key = map === undefined ? {} : { keyType: map.keyType };
  return { name, number, type, label: map === undefined ? label : 'repeated', ...key, ...options };
}

function mapOf(reader: Reader): { readonly keyType: string; readonly type: string } | undefined {
  if (reader.peek().text !== 'map' || reader.peek(1).text !== '<') return undefined;
  reader.next();
  reader.next();
  const keyType = reader.word();
  reader.expect(',');
  const type = reader.path();
  reader.expect('>');
  return { keyType, type };
}

function fieldOptions(reader: Reader): Pick<ProtoField, 'jsonName' | 'isPacked'> {
  const found: Writable<Pick<ProtoField, 'jsonName' | 'isPacked'>> = {};
  while (!reader.takes(']')) {
    const { text: name } = reader.peek();
    const { kind, text } = reader.peek(2);
    if (name === 'json_name' && kind === 'text') found.jsonName = text;
    if (name === 'packed') found.isPacked = text === 'true';
    skipOptionValue(reader, [',', ']']);
    reader.takes(',');
  }
  return found;
}

function enumOf(reader: Reader): ProtoEnum {
  const name = reader.word();
  reader.expect('{');
  const values: ProtoEnum['values'][number][] = [];
  while (!reader.takes('}')) {
    if (reader.takes(';')) continue;
    if (passedOver.some((keyword) => reader.peek(1).text !== '=' && reader.takes(keyword))) {
      skipTo(reader, ';');
      continue;
    }
    const value = reader.word();
    reader.expect('=');
    values.push({ name: value, number: integerOf(reader) });
    if (reader.takes('[')) fieldOptions(reader);
    reader.expect(';');
  }
  return { name, values };
}

function serviceOf(reader: Reader): ProtoService {
  const name = reader.word();
  reader.expect('{');
  const methods: ProtoMethod[] = [];
  while (!reader.takes('}')) {
    if (reader.takes(';')) continue;
    if (reader.takes('option')) skipTo(reader, ';');
    else methods.push(methodOf(reader));
  }
  return { name, methods };
}

function methodOf(reader: Reader): ProtoMethod {
  reader.expect('rpc');
  const name = reader.word();
  const input = messageInBrackets(reader);
  reader.expect('returns');
  const output = messageInBrackets(reader);
  if (reader.peek().text === '{') skipBlock(reader);
  else reader.expect(';');
  return {
    ...{ name, input: input.type, output: output.type },
    ...{ streamsInput: input.isStream, streamsOutput: output.isStream },
  };
}

function messageInBrackets(reader: Reader): { readonly type: string; readonly isStream: boolean } {
  reader.expect('(');
  const isStream = reader.peek().text === 'stream' && reader.peek(1).text !== ')';
  if (isStream) reader.next();
  const type = reader.path();
  reader.expect(')');
  return { type, isStream };
}

function integerOf(reader: Reader): number {
  const sign = reader.takes('-') ? -1 : 1;
  const { text } = reader.next();
  const isOctal = /^0[0-7]+$/.test(text);
  const value = isOctal ? Number.parseInt(text, 8) : Number(text);
  if (!Number.isSafeInteger(value)) throw reader.fail('a whole number is missing');
  return sign * value;
}

/** Over everything up to the sign, which is taken; braces and brackets are passed as a whole. */
function skipTo(reader: Reader, sign: string): void {
  skipOptionValue(reader, [sign]);
  reader.expect(sign);
}

function skipBlock(reader: Reader): void {
  reader.expect('{');
  skipOptionValue(reader, ['}']);
  reader.expect('}');
}

const closers: Readonly<Record<string, string>> = { '{': '}', '[': ']', '(': ')', '<': '>' };

function skipOptionValue(reader: Reader, ends: readonly string[]): void {
  const open: string[] = [];
  for (;;) {
    const { kind, text } = reader.peek();
    if (kind === 'end') throw reader.fail('the text ends too early');
    if (kind === 'sign') {
      if (open.length === 0 && ends.includes(text)) return;
      if (text === open.at(-1)) open.pop();
      else if (Object.hasOwn(closers, text)) open.push(closers[text] ?? '');
    }
    if (open.length > maxDepth) throw reader.fail('it is nested too deeply');
    reader.next();
  }
}
