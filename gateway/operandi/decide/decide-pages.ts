import { isJsonObject, type JsonValue } from '../../../kernel/json.ts';
import { escapeMarkup } from '../../../kernel/markup.ts';
import type { Page } from '../../listen/http/server.ts';
import { plainPage } from '../plain-page.ts';
import { type DecideEnd, decideTexts, type DecideTexts, type Language } from './decide-texts.ts';
import { type Entries, formFields } from './form-fields.ts';

/** What somebody is asked. */
export interface DecideQuestion {
  readonly title: string;
  readonly description: string | null;
  readonly data?: JsonValue | undefined;
  readonly form?: JsonValue | undefined;
  readonly required: number;
  readonly person: string;
  readonly expiresAt: string;
}

/** What was filled in before, and what of it does not fit. */
export interface Draft {
  readonly entries: Entries;
  readonly problems: readonly { readonly field: string; readonly message: string }[];
}

export const nothingYet: Draft = { entries: new Map(), problems: [] };

const endStatus = { approved: 200, rejected: 200, noted: 200, gone: 404, busy: 503 } as const;

/** A page of the end; nothing of it comes from whoever asks. */
export function endPage(end: DecideEnd, language: Language): Page {
  const [title, text] = decideTexts[language].ends[end];
  const body = `<p>${text}</p>`;
  return plainPage({ title, body, status: endStatus[end], formAction: "'none'", language });
}

/** Asks: what it is about, what is to be filled in, and yes or no. */
export function questionPage(question: DecideQuestion, draft: Draft, language: Language): Page {
  const texts = decideTexts[language];
  const { title, description, data, required } = question;
  const body = [
    description === null ? '' : `<p class="pre">${escapeMarkup(description)}</p>`,
    data == null ? '' : dataTable(data, texts),
    `<p class="quiet">${texts.until} ${moment(question.expiresAt, language)}${required > 1 ? ` · ${texts.others}` : ''}</p>`,
    `<p>${escapeMarkup(texts.asks(question.person))}</p>`,
    problemList(draft, texts),
    formOf(question, draft, texts),
  ];
  return plainPage({
    title: escapeMarkup(title),
    body: body.join('\n'),
    status: draft.problems.length === 0 ? 200 : 422,
    formAction: "'self'",
    language,
  });
}

function formOf({ form }: DecideQuestion, { entries }: Draft, texts: DecideTexts): string {
  const comment = escapeMarkup(entries.get('comment') ?? '');
  // The first button is the one that Enter presses: it decides nothing.
  return `<form method="post">
<button name="decision" value="" hidden formnovalidate>?</button>
${form == null ? '' : `<fieldset><legend>${texts.fillIn}</legend>${formFields(form, entries, texts)}</fieldset>`}
<label><span>${texts.comment}</span><textarea name="comment" rows="3" maxlength="2000">\n${comment}</textarea></label>
<div class="row"><button name="decision" value="approve">${texts.approve}</button></div>
<details><summary>${texts.reject}</summary><button name="decision" value="reject" formnovalidate>${texts.rejectSure}</button></details>
</form>`;
}

function problemList({ problems }: Draft, texts: DecideTexts): string {
  if (problems.length === 0) return '';
  const items = problems.map(
    ({ field, message }) => `<li>${escapeMarkup(`${placeOf(field)}${message}`)}</li>`,
  );
  return `<div class="bad" role="alert"><p>${texts.problems}</p><ul>${items.join('')}</ul></div>`;
}

function placeOf(field: string): string {
  const place = field.replace(/^input\.data\.?/u, '');
  return place === '' || place === field ? '' : `${place}: `;
}

/** The data of the question: its members as rows, what is nested as JSON. */
function dataTable(data: JsonValue, texts: DecideTexts): string {
  const caption = `<caption hidden>${texts.data}</caption>`;
  if (!isJsonObject(data)) return `<p class="pre">${escapeMarkup(textOf(data))}</p>`;
  const rows = Object.entries(data).map(
    ([name, value]) =>
      `<tr><th scope="row">${escapeMarkup(name)}</th><td class="pre">${escapeMarkup(textOf(value))}</td></tr>`,
  );
  return rows.length === 0 ? '' : `<table>${caption}<tbody>${rows.join('')}</tbody></table>`;
}

function textOf(value: JsonValue): string {
  if (typeof value === 'string') return value;
  return JSON.stringify(value, undefined, 2);
}

function moment(text: string, language: Language): string {
  const shown = new Intl.DateTimeFormat(language, {
    ...{ dateStyle: 'medium', timeStyle: 'short', timeZone: 'UTC' },
  });
  return `<time datetime="${escapeMarkup(text)}">${escapeMarkup(shown.format(new Date(text)))} UTC</time>`;
}
