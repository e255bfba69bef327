/** What a text of protobuf declares, with names of types as they are written. */
export interface ProtoFile {
  readonly syntax: 'proto2' | 'proto3';
  readonly package: string;
  readonly imports: readonly { readonly path: string; readonly isPublic: boolean }[];
  readonly messages: readonly ProtoMessage[];
  readonly enums: readonly ProtoEnum[];
  readonly services: readonly ProtoService[];
}

export interface ProtoMessage {
  readonly name: string;
  readonly fields: readonly ProtoField[];
  readonly oneofs: readonly string[];
  readonly messages: readonly ProtoMessage[];
  readonly enums: readonly ProtoEnum[];
}

export interface ProtoField {
  readonly name: string;
  readonly number: number;
  /** A scalar, or a name. */
  readonly type: string;
  readonly label: 'optional' | 'required' | 'repeated' | undefined;
  /** Of a map. */
  readonly keyType?: string;
  readonly oneof?: string;
  readonly jsonName?: string;
  readonly isPacked?: boolean;
}

export interface ProtoEnum {
  readonly name: string;
  readonly values: readonly { readonly name: string; readonly number: number }[];
}

export interface ProtoService {
  readonly name: string;
  readonly methods: readonly ProtoMethod[];
}

export interface ProtoMethod {
  readonly name: string;
  readonly input: string;
  readonly output: string;
  readonly streamsInput: boolean;
  readonly streamsOutput: boolean;
}
