import { describe, expect, it } from 'vitest';
import { checkResponses, renderTemplate, settingsFor } from './render.ts';

const noon = '2024-02-29T12:34:56.789Z';

function render(
  template: string,
  data: Record<string, string | number | null> = {},
  locale?: string,
): string {
  const settings = settingsFor({ locale, now: Date.UTC(2026, 10, 29, 8) });
  return renderTemplate(template, 'text', { data: { d: noon, ...data }, settings });
}

/** What C's and Ruby's strftime give for the instant in UTC. */
const directives: Readonly<Record<string, string>> = {
  '%Y-%m-%d': '2024-02-29',
  '%F': '2024-02-29',
  '%D|%x': '02/29/24|02/29/24',
  '%T|%X|%R': '12:34:56|12:34:56|12:34',
  '%r': '12:34:56 PM',
  '%c': 'Thu Feb 29 12:34:56 2024',
  '%v': '29-FEB-2024',
  '%A %a %B %b %h': 'Thursday Thu February Feb Feb',
  '%C %y %j': '20 24 060',
  '%e|%-d|%_m|%-m|%05d': '29|29| 2|2|00029',
  '%H %k %I %l %M %S': '12 12 12 12 34 56',
  '%L %N %3N %6N': '789 789000000 789 789000',
  '%p %P': 'PM pm',
  '%u %w': '4 4',
  '%G-W%V %g': '2024-W09 24',
  '%U %W': '08 09',
  '%s %Q': '1709210096 1709210096789',
  '%z %:z %::z %Z': '+0000 +00:00 +00:00:00 UTC',
  '%d%q': '29th',
  '%^a %^B %#p': 'THU FEBRUARY PM',
  '100%% %n%t|': '100% \n\t|',
};

describe('dates in templates', () => {
  it.each(Object.entries(directives))('print %s as strftime does', (format, expected) => {
    expect(render(`{{ d | date: '${format}' }}`)).toBe(expected);
  });

  it.each([
    ['2024-02-29', '2024-02-29T00:00:00+00:00'],
    ['2024-02-29T12:00', '2024-02-29T12:00:00+00:00'],
    ['2024-02-29 12:00:00', '2024-02-29T12:00:00+00:00'],
    ['2024-02-29T12:00:00+05:30', '2024-02-29T06:30:00+00:00'],
    ['2024-02-29T12:00:00-0500', '2024-02-29T17:00:00+00:00'],
    ['Thu, 29 Feb 2024 12:00:00 +0100', '2024-02-29T11:00:00+00:00'],
    [1_709_210_096, '2024-02-29T12:34:56+00:00'],
    ['1709210096', '2024-02-29T12:34:56+00:00'],
    ['now', '2026-11-29T08:00:00+00:00'],
  ])('read %s, in UTC where it names no zone', (d, expected) => {
    expect(render('{{ d | date_to_xmlschema }}', { d })).toBe(expected);
  });

  it.each(['yesterday', '2024-02-30', '29.02.2024', 'Feb 29, 2024', '1e400', ''.padEnd(50, 'x')])(
    'refuse %s, which is none',
    (d) => {
      expect(() => render("{{ d | date: '%F' }}", { d })).toThrow(/is no date, line:1/);
    },
  );

  it('leave nothing as it is', () => {
    expect(render("{{ d | date: '%F' | default: 'open' }}", { d: null })).toBe('open');
    expect(render("{{ missing | date: '%F' }}")).toBe('');
  });

  it('follow the clocks of a zone that is named', () => {
    const at = (d: string, zone: string) => render(`{{ d | date: '%F %R %Z', ${zone} }}`, { d });
    expect(at('2026-03-29T00:59:00Z', "'Europe/Berlin'")).toBe('2026-03-29 01:59 GMT+1');
    expect(at('2026-03-29T01:00:00Z', "'Europe/Berlin'")).toBe('2026-03-29 03:00 GMT+2');
    expect(at('2026-11-01T05:30:00Z', "'America/New_York'")).toBe('2026-11-01 01:30 EDT');
    expect(at('2026-04-04T15:15:00Z', "'Australia/Lord_Howe'")).toBe('2026-04-05 01:45 GMT+10:30');
    expect(at(noon, "'+05:30'")).toBe('2024-02-29 18:04 +05:30');
    expect(at(noon, '360')).toBe('2024-02-29 06:34 -06:00');
  });

  it('name months and days in the language of the template, or in one that is given', () => {
    expect(render("{{ d | date: '%A, %-d. %B %Y' }}", {}, 'de-CH')).toBe(
      'Donnerstag, 29. Februar 2024',
    );
    expect(render("{{ d | date: '%-d %B' }}", {}, 'ru')).toBe('29 февраля');
    expect(render("{{ d | date: '%A', nil, 'fr' }}")).toBe('jeudi');
    expect(render("{{ d | date: '%A' }}", {}, 'default')).toBe('Thursday');
    expect(render('{{ d | date_to_rfc822 }}', {}, 'de')).toBe('Thu, 29 Feb 2024 12:34:56 +0000');
    expect(render('{{ d | date_to_long_string }}', {}, 'de')).toBe('29 Februar 2024');
    expect(render("{{ d | date_to_string: 'ordinal', 'US' }}")).toBe('Feb 29th, 2024');
  });

  it.each(['America/St_Johns', 'Asia/Tehran', 'Australia/Lord_Howe', 'UTC'])(
    'are the same on a server in %s',
    (zone) => {
      const { TZ } = process.env;
      process.env['TZ'] = zone;
      try {
        const summer = { d: '2024-07-01T12:00:00', e: 'Mon, 01 Jul 2024 12:00:00 GMT' };
        const winter = { d: '2024-01-01T12:00:00', e: 'Mon, 01 Jan 2024 12:00:00 GMT' };
        const template = "{{ d | date: '%F %T %s %z' }} {{ e | date: '%R', 'Europe/Berlin' }}";
        expect(render(template, summer)).toBe('2024-07-01 12:00:00 1719835200 +0000 14:00');
        expect(render(template, winter)).toBe('2024-01-01 12:00:00 1704110400 +0000 13:00');
      } finally {
        if (TZ === undefined) delete process.env['TZ'];
        else process.env['TZ'] = TZ;
      }
    },
  );

  it('are found fault with before they are published, where the template writes out what is wrong', () => {
    const text = `{% if output.a %}\n{{ output.a | date: '%Y-%E' }}{% endif %}{{ output.b | date: '%F', 'Mars/Olympus' }}`;
    expect(checkResponses({ text }).map(({ message }) => message)).toEqual([
      'the format of a date has no directive %E; % itself is %%, line:2, col:21',
      '"Mars/Olympus" is no time zone, line:2, col:68',
    ]);
    expect(
      checkResponses({ text: "{{ output.a | date: '%F %T %D %R %r %c', 'Asia/Tehran' }}" }),
    ).toEqual([]);
    expect(() => render('{{ d | date: f }}', { f: '50%' })).toThrow(/no directive %/);
  });
});
