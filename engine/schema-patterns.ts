import { RE2JS } from 're2js';

/** A pattern of a schema, run in time linear in the text. */
export interface LinearPattern {
  test(text: string): boolean;
  toString(): string;
}

/**
 * Compiles a pattern of ECMA-262. Patterns of authors meet texts of strangers: they run in linear time, and what cannot
 * (look-around, back references) does not compile.
 */
export function linearRegExp(pattern: string): LinearPattern {
  requireEcma(pattern);
  const compiled = RE2JS.compile(RE2JS.translateRegExp(translated(pattern)));
  // ajv tells patterns apart by what toString gives.
  return { test: (text) => compiled.matcher(text).find(), toString: () => `/${pattern}/` };
}
linearRegExp.code = 'linearRegExp';

/** With the flag for Unicode, as JSON Schema wants it, or without, as people write it. */
function requireEcma(pattern: string): void {
  try {
    RegExp(pattern, 'u');
  } catch {
    RegExp(pattern);
  }
}

const spaces =
  '\\t-\\r\\x{20}\\x{a0}\\x{1680}\\x{2000}-\\x{200a}\\x{2028}\\x{2029}\\x{202f}\\x{205f}\\x{3000}\\x{feff}';
const others =
  '\\x{0}-\\x{8}\\x{e}-\\x{1f}\\x{21}-\\x{9f}\\x{a1}-\\x{167f}\\x{1681}-\\x{1fff}\\x{200b}-\\x{2027}\\x{202a}-\\x{202e}' +
  '\\x{2030}-\\x{205e}\\x{2060}-\\x{2fff}\\x{3001}-\\x{fefe}\\x{ff00}-\\x{10ffff}';

/** What means something else in RE2 than in ECMA-262, one piece after the other. */
const piece =
  /\\[pP]\{(?:(?:General_Category|gc|Script|sc)=)?\w+\}|\\u\{[\da-f]+\}|\\.|[[\].]|[^\\[\].]+/gisu;

function translated(pattern: string): string {
  let isInClass = false;
  return pattern.replaceAll(piece, (text) => {
    const result = isInClass ? inClass(text) : outsideOfClass(text);
    if (text === '[' || text === ']') isInClass = text === '[';
    return result;
  });
}

function outsideOfClass(text: string): string {
  if (text === '\\s') return `[${spaces}]`;
  if (text === '\\S') return `[${others}]`;
  return text === '.' ? '[^\\n\\r\\x{2028}\\x{2029}]' : escape(text);
}

function inClass(text: string): string {
  if (text === '\\s') return spaces;
  if (text === '\\S') return others;
  // RE2 reads brackets within a class as the beginning of a POSIX class.
  return text === '[' ? '\\[' : escape(text);
}

function escape(text: string): string {
  const property = /^\\(p)\{(?:\w+=)?(\w+)\}$/i.exec(text);
  if (property !== null) {
    const [, sign = 'p', name = ''] = property;
    return `\\${sign}{${categories[name] ?? name}}`;
  }
  return text.startsWith('\\u{') ? `\\x${text.slice(2)}` : text;
}

/** Long names of general categories. */
const categories: Readonly<Record<string, string>> = {
  ...{ Letter: 'L', Cased_Letter: 'LC', Uppercase_Letter: 'Lu', Lowercase_Letter: 'Ll' },
  ...{ Titlecase_Letter: 'Lt', Modifier_Letter: 'Lm', Other_Letter: 'Lo' },
  ...{
    Mark: 'M',
    Combining_Mark: 'M',
    Nonspacing_Mark: 'Mn',
    Spacing_Mark: 'Mc',
    Enclosing_Mark: 'Me',
  },
  ...{ Number: 'N', Decimal_Number: 'Nd', digit: 'Nd', Letter_Number: 'Nl', Other_Number: 'No' },
  ...{ Punctuation: 'P', punct: 'P', Connector_Punctuation: 'Pc', Dash_Punctuation: 'Pd' },
  ...{ Open_Punctuation: 'Ps', Close_Punctuation: 'Pe', Initial_Punctuation: 'Pi' },
  ...{ Final_Punctuation: 'Pf', Other_Punctuation: 'Po' },
  ...{
    Symbol: 'S',
    Math_Symbol: 'Sm',
    Currency_Symbol: 'Sc',
    Modifier_Symbol: 'Sk',
    Other_Symbol: 'So',
  },
  ...{ Separator: 'Z', Space_Separator: 'Zs', Line_Separator: 'Zl', Paragraph_Separator: 'Zp' },
  ...{ Other: 'C', Control: 'Cc', cntrl: 'Cc', Format: 'Cf', Private_Use: 'Co' },
};
