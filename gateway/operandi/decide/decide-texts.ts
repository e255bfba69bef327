/** What the pages of a decision link say. */
export interface DecideTexts {
  readonly asks: (person: string) => string;
  readonly until: string;
  readonly others: string;
  readonly data: string;
  readonly fillIn: string;
  readonly json: string;
  readonly required: string;
  readonly comment: string;
  readonly approve: string;
  readonly reject: string;
  readonly rejectSure: string;
  readonly problems: string;
  readonly yes: string;
  readonly no: string;
  readonly ends: Readonly<Record<DecideEnd, readonly [title: string, text: string]>>;
}

/** How it ends for whoever opened a link. */
export type DecideEnd = 'approved' | 'rejected' | 'noted' | 'gone' | 'busy';

export const languages = ['en', 'de'] as const;
export type Language = (typeof languages)[number];

/** The first language that the browser names, if it is one of ours. */
export function languageOf(accepted: string | undefined): Language {
  return /^\s*de\b/iu.test(accepted ?? '') ? 'de' : 'en';
}

export const decideTexts: Readonly<Record<Language, DecideTexts>> = {
  en: {
    asks: (person) => `You decide as ${person}. Go on only if that is you.`,
    until: 'Until',
    others: 'Others have to approve besides.',
    data: 'About what',
    fillIn: 'Fill in to approve',
    json: 'What is asked for, as JSON',
    required: 'required',
    comment: 'Comment',
    approve: 'Approve',
    reject: 'Reject …',
    rejectSure: 'Reject, which cannot be taken back',
    problems: 'Something does not fit:',
    yes: 'Yes',
    no: 'No',
    ends: {
      approved: ['Approved', 'Your decision is on record. You can close this page.'],
      rejected: ['Rejected', 'Your decision is on record. You can close this page.'],
      noted: ['Approved by you', 'Others have to approve besides. You can close this page.'],
      gone: [
        'This link cannot be used',
        'It has been used, its time is over, or it has been decided otherwise. Ask for a new one, or sign in.',
      ],
      busy: ['Not now', 'Open the link again in a moment.'],
    },
  },
  de: {
    asks: (person) => `Sie entscheiden als ${person}. Fahren Sie nur fort, wenn Sie das sind.`,
    until: 'Bis',
    others: 'Es müssen noch andere zustimmen.',
    data: 'Worum es geht',
    fillIn: 'Für die Genehmigung auszufüllen',
    json: 'Was gefragt ist, als JSON',
    required: 'nötig',
    comment: 'Bemerkung',
    approve: 'Genehmigen',
    reject: 'Ablehnen …',
    rejectSure: 'Ablehnen, was nicht zurückgenommen werden kann',
    problems: 'Etwas passt nicht:',
    yes: 'Ja',
    no: 'Nein',
    ends: {
      approved: [
        'Genehmigt',
        'Ihre Entscheidung ist festgehalten. Sie können die Seite schließen.',
      ],
      rejected: [
        'Abgelehnt',
        'Ihre Entscheidung ist festgehalten. Sie können die Seite schließen.',
      ],
      noted: [
        'Von Ihnen genehmigt',
        'Es müssen noch andere zustimmen. Sie können die Seite schließen.',
      ],
      gone: [
        'Dieser Link gilt nicht',
        'Er ist benutzt, seine Zeit ist um, oder es ist anders entschieden. Bitten Sie um einen neuen oder melden Sie sich an.',
      ],
      busy: ['Gerade nicht', 'Öffnen Sie den Link gleich noch einmal.'],
    },
  },
};
