import { isBase64, reencoded } from './base64.ts';

/** What a text becomes on its way into a call, such as in a JSON body or in a query. */
type Form = (text: string) => string;

const plain: Form = (text) => text;
const inJson: Form = (text) => JSON.stringify(text).slice(1, -1);
const inUri: Form = (text) => encodeURIComponent(text.toWellFormed());
const inCsv: Form = (text) => text.replaceAll('"', '""');
const inHtml: Form = (text) => text.replaceAll(/[&<>'"]/g, (each) => htmlEntities[each] ?? each);
const htmlEntities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  "'": '&#39;',
  '"': '&quot;',
};

/** Each changes a marker in its own way, so that the text tells which one the value needs. */
const forms: readonly Form[] = [
  (text) => inJson(inJson(text)),
  (text) => inUri(inJson(text)),
  (text) => inJson(inHtml(text)),
  inUri,
  inJson,
  inHtml,
  inCsv,
  plain,
];

/** Puts values into the place of their markers, encoded as the markers are. */
export function fillText(text: string, values: ReadonlyMap<string, string>): string {
  const filled = fillForms(text, values);
  return isBase64(filled) ? reencoded(filled, (decoded) => fillForms(decoded, values)) : filled;
}

function fillForms(text: string, values: ReadonlyMap<string, string>): string {
  let filled = text;
  for (const [marker, value] of values)
    for (const form of forms) filled = filled.replaceAll(form(marker), () => form(value));
  return filled;
}
