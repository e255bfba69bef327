import type { FileResult, ScenarioResult } from './play-file.ts';

/** JUnit XML as continuous integration reads it: a suite a file, a case a scenario. */
export function junitReport(results: readonly FileResult[]): string {
  const suites = results.map(({ file, scenarios, findings }) => {
    const failures = scenarios.filter(({ misses }) => misses.length > 0).length;
    const cases = scenarios.map((each) => junitCase(file, each));
    const unreadable = findings.map(
      ({ message, line, file: of }) =>
        `    <testcase name="is readable" classname=${quoted(file)}><error message=${quoted(`${of}:${String(line)} ${message}`)}/></testcase>`,
    );
    return [
      `  <testsuite name=${quoted(file)} tests="${String(scenarios.length + unreadable.length)}" failures="${String(failures)}" errors="${String(unreadable.length)}">`,
      ...cases,
      ...unreadable,
      '  </testsuite>',
    ].join('\n');
  });
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<testsuites>',
    ...suites,
    '</testsuites>',
  ].join('\n');
}

function junitCase(file: string, { name, misses, tookMs }: ScenarioResult): string {
  const open = `    <testcase name=${quoted(name)} classname=${quoted(file)} time="${(tookMs / 1_000).toFixed(3)}"`;
  if (misses.length === 0) return `${open}/>`;
  const text = misses.map(
    ({ about, message, line }) => `${file}:${String(line)} ${about} ${message}`,
  );
  return `${open}><failure message=${quoted(misses[0]?.message ?? '')}>${escaped(text.join('\n'))}</failure></testcase>`;
}

/** The Test Anything Protocol, version 14. */
export function tapReport(results: readonly FileResult[]): string {
  const points = results.flatMap(({ file, scenarios, findings }) => [
    ...findings.map(({ message, file: of, line }) => ({
      name: `${file} is readable`,
      faults: [`${of}:${String(line)} ${message}`],
    })),
    ...scenarios.map(({ name, misses }) => ({
      name: `${file} ${name}`,
      faults: misses.map(
        ({ about, message, line }) => `${file}:${String(line)} ${about} ${message}`,
      ),
    })),
  ]);
  const lines = points.flatMap(({ name, faults }, index) => [
    `${faults.length === 0 ? 'ok' : 'not ok'} ${String(index + 1)} - ${name.replaceAll(/[\\#]/g, '\\$&')}`,
    ...(faults.length === 0
      ? []
      : ['  ---', ...faults.map((fault) => `  - ${JSON.stringify(fault)}`), '  ...']),
  ]);
  return ['TAP version 14', `1..${String(points.length)}`, ...lines].join('\n');
}

/** Everything, for programs. */
export function jsonReport(results: readonly FileResult[]): string {
  const plain = results.map(({ scenarios, ...result }) => ({
    ...result,
    scenarios: scenarios.map(({ played, ...each }) => ({
      ...each,
      isPassed: each.misses.length === 0,
      played: { ...played, cases: [...played.cases] },
    })),
  }));
  return JSON.stringify({ isPassed: results.every(isPassed), files: plain }, undefined, 2);
}

/** True when all of a file could be played and went as expected. */
export function isPassed({ findings, scenarios }: FileResult): boolean {
  return findings.length === 0 && scenarios.every(({ misses }) => misses.length === 0);
}

function quoted(text: string): string {
  return `"${escaped(text)}"`;
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  '\n': '&#10;',
};

/** XML has no control characters, not even escaped. */
function escaped(text: string): string {
  // oxlint-disable-next-line no-control-regex
  const allowed = text.replaceAll(/[\0-\x08\v\f\x0e-\x1f\ufffe\uffff]/g, '\ufffd');
  return allowed.replaceAll(/[&<>"\n]/g, (char) => entities[char] ?? char);
}
