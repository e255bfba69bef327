import type { jobs as english } from '../en/jobs.ts';
import type { Said } from '../said.ts';

/** The list of jobs, in German. */
export const jobs: Said<typeof english> = {
  jobs: {
    filters: 'Welche Jobs gezeigt werden',
    search: 'Nach Id, Schlüssel oder Label suchen',
    searchHint: 'Id, Schlüssel oder Label=Wert',
    agent: 'Agent',
    since: 'Eingereicht',
    anyPriority: 'Jede Priorität',
    anyTime: 'Jederzeit',
    span: {
      '1h': 'Letzte Stunde',
      '24h': 'Letzte 24 Stunden',
      '7d': 'Letzte 7 Tage',
      '30d': 'Letzte 30 Tage',
    },
    order: 'Reihenfolge',
    by: {
      CREATED_DESC: 'Neueste zuerst',
      CREATED_ASC: 'Älteste zuerst',
      FINISHED_DESC: 'Zuletzt beendete zuerst',
      FINISHED_ASC: 'Zuerst beendete zuerst',
    },
    states: 'Zustände',
    clear: 'Zurücksetzen',
    none: 'Noch keine Jobs',
    noneHint:
      'Veröffentlichen Sie einen Agenten und reichen Sie einen Job ein; er erscheint hier von selbst.',
    firstSteps: 'Erste Schritte',
    noneMatch: 'Kein Job passt',
    more: 'Weitere werden geladen …',
    column: {
      state: 'Zustand',
      job: 'Job',
      agent: 'Agent',
      labels: 'Labels',
      created: 'Eingereicht',
      took: 'Dauer',
    },
  },
  views: {
    menu: 'Ansichten',
    broken: 'In den letzten 24 Stunden fehlgeschlagen',
    waiting: 'Warten auf jemanden oder etwas',
    underway: 'Unterwegs',
    save: 'Diese Ansicht speichern …',
    name: 'Name der Ansicht',
    forget: '{{name}} vergessen',
  },
  bulk: {
    menu: 'Alle diese',
    needsFilter: 'Erst filtern: Für alle Jobs des Mandanten gibt es das hier nicht.',
    CANCEL: 'Jobs abbrechen',
    PAUSE: 'Jobs anhalten',
    RESUME: 'Jobs fortsetzen',
    REDRIVE: 'Jobs neu starten',
    explain:
      'Es gilt allen Jobs, die dieser Filter zeigt, auf allen Seiten. Zuerst werden sie gezählt; dabei ändert sich nichts.',
    count: 'Zählen',
    counted_one: '{{count}} Job wäre betroffen.',
    counted_other: '{{count}} Jobs wären betroffen.',
    isMore: 'Es sind mehr als {{most}}: Filtern Sie enger.',
    do: '{{act}} ({{count}})',
    progress: 'Wie weit es ist',
    stand: '{{done}} erledigt, {{skipped}} waren nicht in der Lage dazu, {{failed}} misslangen',
    stop: 'Nach dem laufenden Teil aufhören',
  },
  priority: { LOW: 'Niedrig', NORMAL: 'Normal', HIGH: 'Hoch', URGENT: 'Dringend' },
};
