/** Whether a label is one of IDNA 2008 (RFC 5891 section 4.2, RFC 5892): each character by its own rule. */
export function isLabelOfIdna(label: string): boolean {
  if (label === '' || label.normalize('NFC') !== label) return false;
  if (label.startsWith('-') || label.endsWith('-') || /^..--/su.test(label)) return false;
  if (/^\p{M}/u.test(label)) return false;
  const characters = Array.from(label);
  return characters.every((_, index) => isAllowed(characters, index)) && isOfOneDirection(label);
}

/** RFC 5892 section 2.6: characters that are allowed, or not, against what their properties say. */
const exceptionsAllowed = /[\u00df\u03c2\u06fd\u06fe\u0f0b\u3007]/u;
const exceptionsForbidden = /\u302e|\u302f|[\u0640\u07fa\u3031-\u3035\u303b]/u;
const oldHangul = /[\u1100-\u11ff\ua960-\ua97f\ud7b0-\ud7ff]/u;
const letterOrDigit = /[\p{Ll}\p{Lu}\p{Lo}\p{Nd}\p{Lm}\p{Mn}\p{Mc}]/u;
const ignorable = /[\p{Default_Ignorable_Code_Point}\p{White_Space}\p{Noncharacter_Code_Point}]/u;

function isAllowed(characters: readonly string[], index: number): boolean {
  const character = characters[index] ?? '';
  const rule = contextual[character];
  if (rule !== undefined) return rule(characters, index);
  // Digits of the two series look alike, so a label has only those of one.
  if (arabicDigit.test(character)) return !characters.some((each) => extendedDigit.test(each));
  if (extendedDigit.test(character)) return !characters.some((each) => arabicDigit.test(each));
  return exceptionsAllowed.test(character) || isOfProperties(character);
}

function isOfProperties(character: string): boolean {
  if (/[-a-z0-9]/.test(character)) return true;
  if (exceptionsForbidden.test(character) || oldHangul.test(character)) return false;
  return letterOrDigit.test(character) && !ignorable.test(character) && isStable(character);
}

/** A character that folds to others cannot be told from them. */
function isStable(character: string): boolean {
  return character.normalize('NFKC').toLowerCase().normalize('NFKC') === character;
}

const arabicDigit = /[\u0660-\u0669]/u;
const extendedDigit = /[\u06f0-\u06f9]/u;

type Rule = (characters: readonly string[], index: number) => boolean;

/** RFC 5892 appendix A. */
const contextual: Readonly<Record<string, Rule>> = {
  '\u200c': (characters, index) => isAfterVirama(characters, index) || joins(characters, index),
  '\u200d': isAfterVirama,
  '\u00b7': (characters, index) => characters[index - 1] === 'l' && characters[index + 1] === 'l',
  '\u0375': (characters, index) => /^\p{Script=Greek}/u.test(characters[index + 1] ?? ''),
  '\u05f3': (characters, index) => /^\p{Script=Hebrew}/u.test(characters[index - 1] ?? ''),
  '\u05f4': (characters, index) => /^\p{Script=Hebrew}/u.test(characters[index - 1] ?? ''),
  '\u30fb': (characters) =>
    characters.some((each) => /[\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Han}]/u.test(each)),
};

/** Signs of canonical combining class 9. */
const virama =
  /[\u094d\u09cd\u0a4d\u0acd\u0b4d\u0bcd\u0c4d\u0ccd\u0d3b\u0d3c\u0d4d\u0dca\u0e3a\u0eba\u0f84\u1039\u103a\u1714\u1715\u1734\u17d2\u1a60\u1b44\u1baa\u1bab\u1bf2\u1bf3\u2d7f\ua806\ua82c\ua8c4\ua953\ua9c0\uaaf6\uabed]|[\u{10a3f}\u{11046}\u{1107f}\u{110b9}\u{11133}\u{11134}\u{111c0}\u{11235}\u{112ea}\u{1134d}\u{11442}\u{114c2}\u{115bf}\u{1163f}\u{116b6}\u{1172b}\u{11839}]/u;

function isAfterVirama(characters: readonly string[], index: number): boolean {
  return virama.test(characters[index - 1] ?? '');
}

/** Between letters of scripts whose letters join, as in Persian. */
function joins(characters: readonly string[], index: number): boolean {
  const isJoining = (character = '') =>
    /[\p{Script=Arabic}\p{Script=Syriac}\p{Script=Mongolian}]/u.test(character);
  return isJoining(characters[index - 1]) && isJoining(characters[index + 1]);
}

/** RFC 5893, in short: a label with letters that run to the left begins with one and has none that run to the right. */
function isOfOneDirection(label: string): boolean {
  const leftward =
    /[\p{Script=Hebrew}\p{Script=Arabic}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}]/u;
  const letters = Array.from(label).filter((each) => /\p{L}/u.test(each));
  const isLeftward = letters.some((each) => leftward.test(each));
  if (!isLeftward) return true;
  return letters.every((each) => leftward.test(each)) && !/^\p{Nd}/u.test(label);
}
