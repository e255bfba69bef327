/** What the sessions of a database begin with. */
export interface SessionSettings {
  /** A name of the zone database or a POSIX rule. */
  readonly timeZone?: string;
  readonly dateStyle?: string;
  readonly intervalStyle?: string;
  /** Whose setting it is: that of a role in a database goes before that of the database. @default 'database' */
  readonly of?: 'database' | 'role';
}

/** What OPERANDI_TEST_TIMEZONE makes of every test's database: its zone, and with it the other ways to write times. */
export function suiteSettings(): SessionSettings {
  const timeZone = process.env['OPERANDI_TEST_TIMEZONE'] ?? '';
  if (timeZone === '') return {};
  return { timeZone, dateStyle: 'German', intervalStyle: 'sql_standard' };
}

/** The statements that give a database its settings; sessions that are open already keep theirs. */
export function settingStatements(database: string, settings: SessionSettings): string[] {
  const whose =
    settings.of === 'role'
      ? `alter role current_user in database ${database}`
      : `alter database ${database}`;
  const { timeZone, dateStyle, intervalStyle } = settings;
  return Object.entries({ timeZone, dateStyle, intervalStyle }).flatMap(([name, value]) =>
    value === undefined ? [] : [`${whose} set ${name} to '${value}'`],
  );
}

/** A zone whose clock goes back by an hour in the middle of this day. */
export function zoneWithChange(now: Date): string {
  const [yesterday, today] = [dayOfYear(now, -1), dayOfYear(now, 0)];
  return `<AAA>-3:30<BBB>-4:30,J${String(yesterday)}/12,J${String(today)}/12`;
}

/** From 1 to 365; the 29th of February is never counted. */
function dayOfYear(now: Date, days: number): number {
  const day = new Date(now.getTime() + days * 86_400_000);
  const isLeapDay = day.getUTCMonth() === 1 && day.getUTCDate() === 29;
  const date = isLeapDay ? 28 : day.getUTCDate();
  return (Date.UTC(2001, day.getUTCMonth(), date) - Date.UTC(2001, 0, 0)) / 86_400_000;
}
