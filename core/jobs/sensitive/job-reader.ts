import { hiddenText } from '../../../engine/redact.ts';
import { createHiding } from '../../../engine/sensitive/hiding.ts';
import type { Sensitivity } from '../../../engine/sensitive/marks.ts';
import { sensitiveTexts, shownParts } from '../../../engine/sensitive/shown-parts.ts';
import {
  isJsonNumber,
  isJsonObject,
  type JsonObject,
  type JsonValue,
} from '../../../kernel/json.ts';
import { isSealed, openData, type JobSeal } from './sealed-data.ts';

/** What went into a job, what came out and why it failed. */
export interface Payload {
  readonly input: JsonValue;
  readonly output: JsonValue;
  readonly error: JsonValue;
}

/** How one caller sees the data of one job that is sealed. */
export interface JobReader {
  data<Data extends Payload>(data: Data): Data;
  /** A value that a step, an event or an approval shows. */
  value(value: JsonValue): JsonValue;
  /** An error that one of them shows. */
  problem(problem: JsonValue): JsonValue;
}

/** For those who may see all. */
export function createOpenReader(seal: JobSeal): JobReader {
  const open = (value: JsonValue): JsonValue => openData(seal, value);
  return {
    data: (data) => ({
      ...data,
      ...{ input: open(data.input), output: open(data.output), error: open(data.error) },
    }),
    value: open,
    problem: open,
  };
}

/**
 * For everybody else: of input and output what their schemas describe and do not mark, and nothing of what the job has
 * computed on its way, as nobody can tell what that was made of.
 */
export function createOutsideReader(seal: JobSeal, schemas: Sensitivity | undefined): JobReader {
  const { input: inputSchema, output: outputSchema } = schemas ?? { input: true, output: true };
  const problem = (value: JsonValue): JsonValue =>
    isSealed(value) ? withoutWords(openData(seal, value)) : value;
  return {
    data(data) {
      const input = openData(seal, data.input);
      const hiding = createHiding(sensitiveTexts(input, inputSchema));
      const output = isSealed(data.output) ? openData(seal, data.output) : null;
      return {
        ...data,
        input: hiding.value(shownParts(input, inputSchema)),
        output: output === null ? null : hiding.value(shownParts(output, outputSchema)),
        error: problem(data.error),
      };
    },
    value: hidden,
    problem,
  };
}

/** Of a job whose key is gone. */
export function createErasedReader(): JobReader {
  return {
    data: (data) => ({
      ...data,
      ...{ input: hidden(data.input), output: hidden(data.output), error: erased(data.error) },
    }),
    value: hidden,
    problem: erased,
  };
}

function hidden(value: JsonValue): JsonValue {
  return isSealed(value) ? hiddenText : value;
}

function erased(problem: JsonValue): JsonValue {
  return isSealed(problem) ? withoutWords(null) : problem;
}

/** Types that the platform or the specification gives; any other may be computed. */
const knownTypes = ['https://serverlessworkflow.io/spec/', 'https://operandi.dev/problems/'];

function withoutWords(problem: JsonValue): JsonObject {
  const { type, status } = isJsonObject(problem) ? problem : {};
  const isKnown = typeof type === 'string' && knownTypes.some((known) => type.startsWith(known));
  return {
    type: isKnown ? type : 'about:blank',
    status: isJsonNumber(status) ? status : 500,
    detail: 'withheld, as the job handles sensitive data: it takes JOBS_SENSITIVE_READ to see it',
  };
}
