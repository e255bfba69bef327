import { loadSync } from '@grpc/proto-loader';
import { fromBinary } from '@bufbuild/protobuf';
import { type FileDescriptorProto, FileDescriptorProtoSchema } from '@bufbuild/protobuf/wkt';
import { describe, expect, it } from 'vitest';

import { ledgerProto } from '../../testing/grpc-server.ts';
import { readApi } from '../api.ts';
import { parseProto } from './parse.ts';

describe('texts of protobuf', () => {
  it('are read as another reader of them reads them', () => {
    const path = new URL('../../testing/ledger.proto', import.meta.url).pathname;
    const definition = Object.values(loadSync(path)).find((each) => 'fileDescriptorProtos' in each);
    const files = (definition?.fileDescriptorProtos ?? []) as readonly Buffer[];
    const theirs = files.map((bytes) => fromBinary(FileDescriptorProtoSchema, bytes));
    const ours = readApi({ protos: { 'ledger.proto': ledgerProto } }).registry;
    const other = theirs.find((file) => file.package === 'ledger.v1');
    const own = [...ours.files].find(({ proto }) => proto.package === 'ledger.v1')?.proto;
    expect(fieldsOf(own)).toEqual(fieldsOf(other));
    expect(fieldsOf(own).length).toBeGreaterThan(15);
  });

  it('may import each other, and what those hand on', () => {
    const protos = {
      'a.proto':
        'syntax = "proto3"; import "b.proto"; service S { rpc Do(c.In) returns (c.In.Out); }',
      'b.proto': 'syntax = "proto3"; import public "c.proto";',
      'c.proto':
        'syntax = "proto3"; package c; message In { message Out { In back = 1; E e = 2; } enum E { Z = 0; } }',
    };
    const method = readApi({ protos }).methods.get('S_Do');
    expect(method?.output.typeName).toBe('c.In.Out');
  });

  it.each([
    ['message A { string a = 1 }', 'line 1: ";" is missing'],
    ['syntax = "proto4";', 'only proto2 and proto3'],
    ['message A {\n  Missing a = 1;\n}', 'there is no type Missing'],
    ['import "nothing.proto";', 'there is no file "nothing.proto"'],
    ['message A { optional group G = 1 { } }', 'groups are not read'],
    ['message A {', 'a name is missing'],
    ['option x = {', 'the text ends too early'],
    ['message A { string a = "x"; }', 'a whole number is missing'],
    ['§', 'nothing of protobuf begins like that'],
    [`message A { ${'message B { '.repeat(60)}`, 'nested too deeply'],
    [`option x = ${'{ a: '.repeat(60)}`, 'nested too deeply'],
  ])('are refused with the reason: %s', (text, reason) => {
    expect(() => readApi({ protos: { 'a.proto': text } })).toThrow(reason);
  });

  it('take options of every form', () => {
    const file = parseProto(`
      syntax = "proto2";
      option (my.option) = { a: [1, 2], b { c: "}" } };
      extend google.protobuf.FieldOptions { optional string x = 50000; }
      message A {
        option (a.b).c = "x;y";
        extensions 100 to max;
        required int32 a = 0x1 [default = -5, (my.option) = { x: ";" }, json_name = "alpha"];
        oneof o { option (x) = true; string b = 010; }
        extend B { optional int32 y = 1; }
      }
      enum E { option allow_alias = true; reserved 5; X = 0 [(o) = "["]; Y = -1; }
    `);
    expect(file.messages[0]?.fields).toMatchObject([
      { name: 'a', number: 1, label: 'required', jsonName: 'alpha' },
      { name: 'b', number: 8, oneof: 'o' },
    ]);
    expect(file.enums[0]?.values).toEqual([
      { name: 'X', number: 0 },
      { name: 'Y', number: -1 },
    ]);
  });
});

/** Kinds and numbers: the other reader has its own ways with names. */
function fieldsOf(file: FileDescriptorProto | undefined): readonly unknown[] {
  const messages = (file?.messageType ?? []).flatMap((message) => [message, ...message.nestedType]);
  return messages
    .flatMap(({ name: message, field, options }) =>
      field.map(({ number, label, type }) =>
        [options?.mapEntry === true ? '' : message, number, label, type].join(' '),
      ),
    )
    .sort();
}
