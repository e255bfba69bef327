import ts from 'typescript';

/** A regular expression in a source file. */
export interface FoundPattern {
  readonly file: string;
  /** `file:line` */
  readonly place: string;
  /** Undefined where it is put together at run time. */
  readonly pattern: RegExp | undefined;
}

/** Every literal and every `RegExp(…)` of a source text. */
export function patternsOf(file: string, text: string): readonly FoundPattern[] {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  const found: FoundPattern[] = [];
  const visit = (node: ts.Node): void => {
    const { line } = source.getLineAndCharacterOfPosition(node.getStart(source));
    const place = `${file}:${String(line + 1)}`;
    if (ts.isRegularExpressionLiteral(node)) found.push({ file, place, pattern: literal(node) });
    else if (isConstruction(node)) found.push({ file, place, pattern: constant(node) });
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

function literal({ text }: ts.RegularExpressionLiteral): RegExp {
  const end = text.lastIndexOf('/');
  return new RegExp(text.slice(1, end), text.slice(end + 1));
}

function isConstruction(node: ts.Node): node is ts.NewExpression | ts.CallExpression {
  const isCall = ts.isNewExpression(node) || ts.isCallExpression(node);
  return isCall && ts.isIdentifier(node.expression) && node.expression.text === 'RegExp';
}

function constant(call: ts.NewExpression | ts.CallExpression): RegExp | undefined {
  const [source, flags] = call.arguments ?? [];
  if (source === undefined || !ts.isStringLiteralLike(source)) return undefined;
  return new RegExp(
    source.text,
    flags !== undefined && ts.isStringLiteralLike(flags) ? flags.text : '',
  );
}
