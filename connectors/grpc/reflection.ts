import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import {
  type FileDescriptorProto,
  FileDescriptorProtoSchema,
  FileDescriptorSetSchema,
} from '@bufbuild/protobuf/wkt';

import { isJsonObject, type JsonObject, type JsonValue } from '../../kernel/json.ts';
import { IntegrationError } from '../errors.ts';
import { textOf } from '../parts/text-of.ts';
import { type Api, type ApiMethod, missingFiles, readApi } from './api.ts';
import { callMethod, type GrpcLine } from './call.ts';
import { unreadable } from './frames.ts';

/** The part of the reflection service that is asked; one request is answered by one message. */
const text = (version: string): string => `
  syntax = "proto3";
  package grpc.reflection.${version};
  service ServerReflection {
    rpc ServerReflectionInfo(ServerReflectionRequest) returns (stream ServerReflectionResponse);
  }
  message ServerReflectionRequest {
    oneof message_request {
      string file_by_filename = 3;
      string file_containing_symbol = 4;
      string list_services = 7;
    }
  }
  message ServerReflectionResponse {
    oneof message_response {
      FileDescriptorResponse file_descriptor_response = 4;
      ListServiceResponse list_services_response = 6;
      ErrorResponse error_response = 7;
    }
  }
  message FileDescriptorResponse { repeated bytes file_descriptor_proto = 1; }
  message ListServiceResponse { repeated ServiceResponse service = 1; }
  message ServiceResponse { string name = 1; }
  message ErrorResponse { int32 error_code = 1; string error_message = 2; }
`;

const versions = ['v1', 'v1alpha'];
const maxFiles = 500;

/** Services that are there for whoever looks after a server. */
const notOffered = /^grpc\.(?:reflection|health|channelz)\./;

/** The descriptors (base64) of the services that a server says it has, or of those that are wanted. */
export async function reflect(
  line: GrpcLine,
  wanted: readonly string[] | undefined,
): Promise<string> {
  const ask = await askerOf(line);
  const services = wanted ?? servicesIn(await ask({ listServices: '*' }));
  const files = new Map<string, FileDescriptorProto>();
  const take = (answer: JsonObject): void => {
    for (const file of filesIn(line, answer)) files.set(file.name, file);
    if (files.size > maxFiles)
      throw unreadable(line.connection.name, `more than ${String(maxFiles)} files of descriptors`);
  };
  for (const name of services) take(await ask({ fileContainingSymbol: name }));
  for (;;) {
    const missing = missingFiles([...files.values()]);
    if (missing.length === 0) break;
    for (const name of missing) {
      take(await ask({ fileByFilename: name }));
      if (!files.has(name))
        throw unreadable(line.connection.name, `another file than ${name.slice(0, 200)}`);
    }
  }
  const set = create(FileDescriptorSetSchema, { file: [...files.values()] });
  return Buffer.from(toBinary(FileDescriptorSetSchema, set)).toString('base64');
}

type Ask = (request: JsonObject) => Promise<JsonObject>;

/** Asks by the version that the server has. */
async function askerOf(line: GrpcLine): Promise<Ask> {
  for (const version of versions) {
    const api = readApi({ protos: { 'reflection.proto': text(version) } });
    const [method] = api.methods.values();
    if (method === undefined) continue;
    const ask: Ask = (values) => askOnce(line, { api, method }, values);
    try {
      await ask({ listServices: '*' });
      return ask;
    } catch (error) {
      const isMissing = error instanceof IntegrationError && error.status === 501;
      if (!isMissing) throw error;
    }
  }
  throw new IntegrationError(
    `${line.connection.name} has no reflection: give the texts of its .proto files or its descriptors`,
    { isRetryable: false },
  );
}

async function askOnce(
  line: GrpcLine,
  { api, method }: { readonly api: Api; readonly method: ApiMethod },
  values: JsonObject,
): Promise<JsonObject> {
  const { value } = await callMethod(line, api, { method, values, isHarmless: true });
  const [answer] = Array.isArray(value) ? (value as readonly JsonValue[]) : [];
  const { errorResponse: error } = isJsonObject(answer) ? answer : {};
  if (!isJsonObject(answer)) throw unreadable(line.connection.name, 'no message of reflection');
  if (isJsonObject(error)) {
    const message = typeof error['errorMessage'] === 'string' ? error['errorMessage'] : '';
    throw unreadable(line.connection.name, `an error of reflection: ${message.slice(0, 200)}`);
  }
  return answer;
}

function servicesIn({ listServicesResponse }: JsonObject): readonly string[] {
  const { service } = isJsonObject(listServicesResponse) ? listServicesResponse : {};
  const all = Array.isArray(service) ? (service as readonly JsonValue[]) : [];
  return all
    .flatMap((each) =>
      isJsonObject(each) && typeof each['name'] === 'string' ? [each['name']] : [],
    )
    .filter((name) => !notOffered.test(name));
}

function filesIn(
  line: GrpcLine,
  { fileDescriptorResponse: found }: JsonObject,
): readonly FileDescriptorProto[] {
  const { fileDescriptorProto } = isJsonObject(found) ? found : {};
  const all = Array.isArray(fileDescriptorProto)
    ? (fileDescriptorProto as readonly JsonValue[])
    : [];
  try {
    return all.map((each) =>
      fromBinary(FileDescriptorProtoSchema, Buffer.from(textOf(each), 'base64')),
    );
  } catch (error) {
    throw unreadable(line.connection.name, 'what is no descriptor of a file', error);
  }
}
