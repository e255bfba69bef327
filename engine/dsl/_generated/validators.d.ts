// Compiled from ../workflow.schema.json by `npm run codegen:definition`. Do not edit.
import type { ValidateFunction } from 'ajv';

export const workflow: ValidateFunction;
export const emitTask: ValidateFunction;
export const forTask: ValidateFunction;
export const forkTask: ValidateFunction;
export const listenTask: ValidateFunction;
export const raiseTask: ValidateFunction;
export const runTask: ValidateFunction;
export const setTask: ValidateFunction;
export const switchTask: ValidateFunction;
export const tryTask: ValidateFunction;
export const waitTask: ValidateFunction;
export const doTask: ValidateFunction;
export const asyncapiCall: ValidateFunction;
export const grpcCall: ValidateFunction;
export const httpCall: ValidateFunction;
export const openapiCall: ValidateFunction;
export const a2aCall: ValidateFunction;
export const mcpCall: ValidateFunction;
export const functionCall: ValidateFunction;
