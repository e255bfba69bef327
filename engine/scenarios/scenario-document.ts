import { z } from 'zod';
import { isJsonObject, type JsonObject, type JsonValue } from '../../kernel/json.ts';
import { pointer, type Finding } from '../dsl/finding.ts';
import { parseSource } from '../dsl/source.ts';
import { parseDuration } from '../duration.ts';
import { asJson } from '../json-text.ts';
import { defaultLimits } from '../limits.ts';

/*
 * What stands in a file of scenarios. The docstrings of `docs/testing.md` explain each field; a file that says anything
 * else is refused with the place of what it says.
 */

const json = z.custom<JsonValue>((value) => value !== undefined, 'is missing');
const duration = z
  .string()
  .refine((text) => parseDuration(text) !== undefined, 'is no duration of ISO 8601, e.g. PT30S');
const moment = z.iso.datetime({ offset: true, error: 'is no time, e.g. 2026-03-01T09:00:00Z' });
const text = z.string().min(1);
const count = z.int().min(0).max(100_000);

/** How a call is named: one of these. `*` stands for any text. */
const called = {
  integration: text.optional(),
  http: text.optional(),
  grpc: text.optional(),
  mcp: text.optional(),
  asyncapi: text.optional(),
  resource: text.optional(),
  process: z.enum(['container', 'script', 'shell', '*']).optional(),
  workflow: text.optional(),
};

const fault = z.strictObject({
  error: text.default('communication'),
  status: z.int().min(100).max(599).optional(),
  title: text.optional(),
  detail: text.optional(),
  response: z.custom<JsonObject>((value) => isJsonObject(asJson(value)), 'is no object').optional(),
});

const answer = z
  .strictObject({
    ...called,
    with: json.optional(),
    returns: json.optional(),
    status: z.int().min(100).max(599).optional(),
    headers: z.record(z.string(), z.string()).optional(),
    fails: fault.optional(),
    hangs: z.literal(true).optional(),
    after: duration.optional(),
    times: count.min(1).optional(),
  })
  .superRefine(namesOneCall);

const expectedCall = z
  .strictObject({ ...called, with: json.optional(), times: count.optional() })
  .superRefine(namesOneCall);

const event = z.strictObject({
  type: text,
  source: text.optional(),
  id: text.optional(),
  subject: text.optional(),
  data: json.optional(),
  after: duration.optional(),
  extensions: z.record(z.string(), json).optional(),
});

const approval = z.strictObject({
  task: text.optional(),
  title: text.optional(),
  decision: z.enum(['approved', 'rejected']),
  by: text.default('Somebody'),
  comment: z.string().optional(),
  data: json.optional(),
  after: duration.optional(),
  times: count.min(1).optional(),
});

const expectation = z.strictObject({
  state: z.enum(['completed', 'faulted', 'waiting', 'refused']).optional(),
  output: json.optional(),
  outputIncludes: json.optional(),
  error: z
    .strictObject({
      type: text.optional(),
      status: z.int().optional(),
      title: text.optional(),
      detail: text.optional(),
      instance: text.optional(),
    })
    .optional(),
  problems: z
    .array(z.strictObject({ code: text.optional(), field: z.string().optional() }))
    .optional(),
  calls: z.array(expectedCall).optional(),
  emits: z
    .array(z.strictObject({ type: text, data: json.optional(), times: count.optional() }))
    .optional(),
  tasks: z.array(text).optional(),
  neverTasks: z.array(text).optional(),
  elapsed: duration.optional(),
});

const scenario = z.strictObject({
  name: text,
  job: text.default('scenario'),
  at: moment.default('2026-01-01T00:00:00Z'),
  input: json.optional(),
  inputFile: text.optional(),
  secrets: z.record(z.string(), json).default({}),
  calls: z.array(answer).default([]),
  events: z.array(event).default([]),
  approvals: z.array(approval).default([]),
  expect: expectation.default({}),
});

const scenarioFile = z.strictObject({
  definition: text.optional(),
  calls: z.array(answer).default([]),
  secrets: z.record(z.string(), json).default({}),
  scenarios: z.array(scenario).min(1),
});

/** How a call is named: exactly one of its fields. */
export type Called = Pick<z.output<typeof expectedCall>, keyof typeof called>;
export type ScriptedAnswer = z.output<typeof answer>;
export type ScriptedEvent = z.output<typeof event>;
export type ScriptedApproval = z.output<typeof approval>;
export type Expectation = z.output<typeof expectation>;
export type Scenario = z.output<typeof scenario>;
export type ScenarioFile = z.output<typeof scenarioFile>;

/** A text of scenarios: its value unless something in it is wrong, and where its parts stand. */
export interface ReadScenarios {
  readonly findings: readonly Finding[];
  readonly file?: ScenarioFile;
  /** The line of a pointer into the document. */
  readonly lineOf: (path: string) => number;
}

/** The scenarios of a file, each with what they share behind what it says itself. */
export function scenariosOf({ scenarios, calls, secrets }: ScenarioFile): readonly Scenario[] {
  return scenarios.map((each) => ({
    ...each,
    calls: [...each.calls, ...calls],
    secrets: { ...secrets, ...each.secrets },
  }));
}

/** Reads a file of scenarios, YAML or JSON. Never throws for what it says. */
export function readScenarios(source: string): ReadScenarios {
  const parsed = parseSource(source, defaultLimits);
  const at = (path: string, message: string): Finding =>
    parsed.locate({ id: 'scenario/form', severity: 'error', message, path, hint: '' });
  const lineOf = (path: string): number => at(path, '').line;
  if (parsed.value === undefined)
    return { findings: parsed.findings.map((each) => ({ ...each, hint: '' })), lineOf };
  const read = scenarioFile.safeParse(parsed.value);
  if (read.success) return { findings: [], file: read.data, lineOf };
  const findings = read.error.issues.map(({ path, message }) =>
    at(pointer('', ...path.map((part) => (typeof part === 'symbol' ? '' : part))), message),
  );
  return { findings, lineOf };
}

/** A scenario that is plain data, as a recording is; throws where it says what a scenario cannot. */
export function readScenario(value: unknown): Scenario {
  return scenario.parse(value);
}

/** Editors check files of scenarios with it. */
export function scenarioSchema(): unknown {
  return z.toJSONSchema(scenarioFile, { io: 'input', unrepresentable: 'any' });
}

function namesOneCall(value: object, context: z.RefinementCtx): void {
  const named = Object.keys(called).filter((name) => name in value);
  if (named.length !== 1)
    context.addIssue({
      code: 'custom',
      message: `names ${named.length === 0 ? 'no call' : named.join(' and ')}: give one of ${Object.keys(called).join(', ')}`,
    });
}
