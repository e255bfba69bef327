import { compileJq } from '../../jq/compile.ts';
import { secretsIn } from '../../expressions.ts';
import { parseTemplate, unwrap } from '../../template.ts';
import type { WorkflowDocument } from '../document.ts';
import { entryOf } from '../document.ts';
import { pointer, type Remark, type Severity } from '../finding.ts';
import {
  definitionVariables,
  expression,
  expressionPlaces,
  outputPlaces,
  rawVariables,
  retryPlaces,
  rulePlaces,
  strategyPlaces,
  transformation,
  values,
  type ExpressionPlace,
} from './expression-places.ts';
import { foreignLanguage } from './foreign-language.ts';
import { writtenTexts } from './own-calls.ts';
import { placementPlaces } from './placement.ts';
import type { LintedTask } from './places.ts';
import { secretReference } from './references.ts';
import { doubt, fault } from './remarks.ts';
import { misplacedSecret, secretPlaces } from './secret-places.ts';

/** Every expression compiles with exactly the variables of its place, and reads declared secrets only. */
export function checkExpressions(
  tasks: readonly LintedTask[],
  document: WorkflowDocument,
  keptSecrets: Severity,
): Remark[] {
  const isLoose = document.evaluate?.mode === 'loose';
  const written = tasks.flatMap((place) => writtenTexts(place, document));
  const isWritten = ({ path }: { readonly path: string }): boolean =>
    written.some((each) => path === each || path.startsWith(`${each}/`));
  const places = [
    ...workflowPlaces(document),
    ...usePlaces(document),
    ...tasks.flatMap(expressionPlaces).filter((place) => !isWritten(place)),
  ];
  const compile = compiler();
  const checking = {
    ...{ document, isLoose, compile, keptSecrets },
    mayReadSecrets: secretPlaces(tasks, document),
  };
  const rules = rulePlaces(document.document.metadata?.['rules']).flatMap((place) =>
    checkPlace(place, checking).map((remark) => ({
      ...remark,
      id: 'rules/compile',
      hint: 'A rule is jq on the input.',
    })),
  );
  // Read as `${ }` in loose documents too: a bare text is a label, not jq.
  const strict = { ...checking, isLoose: false };
  const placement = placementPlaces(document.document.metadata).flatMap((place) =>
    checkPlace(place, strict),
  );
  return [...rules, ...placement, ...places.flatMap((place) => checkPlace(place, checking))];
}

interface Checking {
  readonly keptSecrets: Severity;
  readonly mayReadSecrets: (path: string) => boolean;
  readonly document: WorkflowDocument;
  readonly isLoose: boolean;
  /** Message of the compiler, or undefined when the text is jq. */
  readonly compile: (source: string, variables: readonly string[]) => string | undefined;
}

function workflowPlaces(document: WorkflowDocument): ExpressionPlace[] {
  const whole = ['secrets', 'workflow', 'runtime'];
  const { input, output, schedule, timeout } = document;
  return [
    ...transformation('/input/from', input?.from, whole),
    ...outputPlaces('/output', output, [...whole, 'context']),
    ...values('/timeout', timeout, [...whole, 'context']),
    ...(schedule?.on === undefined
      ? []
      : strategyPlaces(schedule.on, '/schedule/on', ['secrets', 'runtime'])),
  ];
}

/** What is declared under `use` is evaluated where a task uses it. */
function usePlaces({ use = {} }: WorkflowDocument): ExpressionPlace[] {
  const extensions = (use.extensions ?? []).flatMap((item, index) => {
    const { name, value } = entryOf(item);
    return expression(pointer('/use/extensions', index, name, 'when'), value.when, rawVariables);
  });
  const retries = Object.entries(use.retries ?? {}).flatMap(([name, retry]) =>
    retryPlaces(retry, pointer('/use/retries', name), [...definitionVariables, 'error']),
  );
  return [
    ...extensions,
    ...retries,
    ...values('/use/errors', use.errors, definitionVariables),
    ...values('/use/timeouts', use.timeouts, definitionVariables),
    ...values('/use/authentications', use.authentications, definitionVariables),
  ];
}

function checkPlace(place: ExpressionPlace, checking: Checking): Remark[] {
  const { text, path } = place;
  if (place.reading === 'expression') return checkSource(unwrap(text), place, checking);
  const template = parseTemplate(text);
  switch (template.kind) {
    case 'unclosed':
      return [
        fault('expression/unclosed', path, {
          message: '${ has no closing brace',
          hint: 'Close it, or write ${ "${" } for the characters themselves.',
        }),
      ];
    case 'expression':
      return checkSource(template.source, place, checking);
    case 'mixed':
      return template.parts.flatMap((part) =>
        'source' in part ? checkSource(part.source, place, checking) : [],
      );
    case 'literal':
      return checking.isLoose ? [] : checkLiteral(place, checking);
  }
}

function checkSource(
  source: string,
  { path, variables }: ExpressionPlace,
  checking: Checking,
): Remark[] {
  const secrets = secretsIn(source).flatMap((name) => {
    const undeclared = secretReference(name, path, checking.document);
    const isKept = undeclared.length === 0 && !checking.mayReadSecrets(path);
    return isKept ? [misplacedSecret(name, path, checking.keptSecrets)] : undeclared;
  });
  const message = checking.compile(source, variables);
  if (message === undefined) return secrets;
  const hint =
    foreignLanguage(source) ??
    `It is jq, and may use ${variables.map((name) => `$${name}`).join(', ')}.`;
  return [
    ...secrets,
    fault('expression/compile', path, {
      message: `the expression does not compile: ${message}`,
      hint,
    }),
  ];
}

/** `.customer` without `${ }` is a text: often not what the author means. */
function checkLiteral({ text, path, variables }: ExpressionPlace, checking: Checking): Remark[] {
  const looksLike =
    /^\s*(?:\.[A-Za-z_["]|\$(?:context|input|output|workflow|task|secrets|runtime|[a-z]\w*)\b)/.test(
      text,
    );
  if (!looksLike || checking.compile(text, variables) !== undefined) return [];
  return [
    doubt('expression/looks-unwrapped', path, {
      message: `${JSON.stringify(text)} is a plain text here`,
      hint: 'Write ${ … } around it if it is meant as an expression.',
    }),
  ];
}

/** Equal texts at places with equal variables are compiled once: large documents repeat themselves. */
function compiler(): Checking['compile'] {
  const known = new Map<string, string | undefined>();
  return (source, variables) => {
    const key = `${variables.join()}|${source}`;
    if (!known.has(key)) known.set(key, compileMessage(source, variables));
    return known.get(key);
  };
}

function compileMessage(source: string, variables: readonly string[]): string | undefined {
  try {
    compileJq(source, { variables: [...new Set(variables)], host: { now: () => 0 } });
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
