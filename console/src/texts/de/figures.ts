import type { figures as english } from '../en/figures.ts';
import type { Said } from '../said.ts';

/** The queue and the numbers, in German. */
export const figures: Said<typeof english> = {
  queue: {
    workers: 'Worker mit Ihren Jobs',
    noWorkers: 'Im Moment läuft nichts von Ihnen',
    worker: 'Worker',
    holds: 'Hält am längsten',
    lease: 'Übernahme ohne Lebenszeichen',
    perMinute: 'In der letzten Minute beendet',
    oldest: 'Ältester wartender',
    lag50: 'Die Hälfte begann binnen',
    lag95: '95 % begannen binnen',
    limited: 'An einem Limit',
    priorities: 'Nach Priorität',
    agents: 'Nach Agent',
    idle: 'Nichts ist unterwegs',
    series: 'Wartende und laufende, seit diese Seite offen ist',
  },
  numbers: {
    outcomes: 'Beendete Jobs',
    durations: 'Wie lange Jobs gedauert haben',
    waits: 'Wie lange Jobs auf ihren Beginn gewartet haben',
    decisions: 'Wie lange Entscheidungen gedauert haben',
    calls: 'Aufrufe nach Integration',
    failures: 'Aufrufe ohne Erfolg',
    callDurations: 'Wie lange Aufrufe gedauert haben, 95 %',
    tokens: 'Tokens nach Modell',
    choice: 'Was gezeigt wird',
    span: 'Zeitraum',
    day: '24 Stunden',
    week: '7 Tage',
    month: '30 Tage',
    quarter: '3 Monate',
    none: 'ohne',
    nothing: 'In dieser Zeit ist nichts zu Ende gegangen.',
    cut: 'Es gibt mehr Linien; die größten sind zu sehen.',
    table: 'Als Tabelle',
    from: 'Von',
    upTo: 'Aus dem, was bis dahin zu Ende war:',
    absent: 'Es läuft kein Warehouse',
    absentHint:
      'Zahlen kommen aus einer eigenen Kopie. Installieren Sie @duckdb/node-api, oder lassen Sie operandi warehouse laufen.',
  },
};
