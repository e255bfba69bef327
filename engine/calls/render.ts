import { stepsPerRender } from '../compute.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../kernel/json.ts';
import type { CallTask } from '../dsl/document.ts';
import type { Step } from '../execution.ts';
import type { Fiber } from '../fiber.ts';
import { workflowError } from '../problem.ts';
import { isResponseFormat, type ResponseFormat } from '../render/formats.ts';
import {
  renderResponse,
  renderTemplate,
  settingsFor,
  type ResponseData,
} from '../render/render.ts';
import { filledArguments } from './arguments.ts';

/**
 * `call: render`, `with: {format, template?, locale?, data?}`: a text from an inline template, or from the definition's
 * responses. Pure: computed again on replay. The template is taken as written, so that data cannot become one.
 */
export function* callRender(step: Step<CallTask>): Fiber<JsonValue> {
  yield* [];
  const { compute } = step.execution;
  compute.requireRoomForMore();
  compute.spend(stepsPerRender);
  const { template, ...evaluated } = step.task.with ?? {};
  const { format, locale, data } = filledArguments(step, ['format'], evaluated);
  if (typeof format !== 'string' || !isResponseFormat(format))
    throw workflowError('validation', `there is no response format ${JSON.stringify(format)}`);
  const wanted = {
    ...(typeof locale === 'string' && { locale }),
    now: step.execution.clock.now,
  };
  if (typeof template === 'string')
    return renderTemplate(template, format, {
      data: objectOf(data ?? step.input),
      settings: settingsFor(wanted),
    });
  return fromResponses(step, format, { data, wanted });
}

interface Wish {
  readonly data: JsonValue | undefined;
  readonly wanted: { readonly locale?: string; readonly now: number };
}

function fromResponses(
  step: Step<CallTask>,
  format: ResponseFormat,
  { data, wanted }: Wish,
): JsonValue {
  const { metadata } = step.execution.definition.document.document;
  const view: ResponseData = {
    output: data ?? step.input,
    input: step.execution.workflow['input'] ?? null,
  };
  return renderResponse(metadata?.['responses'], {
    format,
    data: view,
    ...wanted,
  }).content;
}

function objectOf(value: JsonValue): JsonObject {
  return isJsonObject(value) ? value : { value };
}
