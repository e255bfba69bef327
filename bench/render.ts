import { Liquid } from 'liquidjs';
import { renderResponse } from '../engine/render/render.ts';

/*
 * What rendering a result costs: our escaped, budgeted rendering against the template engine by itself, parsing each time
 * as a naive caller would, and against a hand-written function as the floor.
 */

const rows = Array.from({ length: 100 }, (_, index) => ({
  sku: `SKU-${index}`,
  name: `<b>Article ${index}</b> & more`,
  price: index * 1.19,
}));
const output = { customer: 'Amélie <Dubois>', rows };
const template =
  '<h1>{{ output.customer }}</h1><ul>{% for row in output.rows %}<li>{{ row.sku }}: {{ row.name }} {{ row.price }}</li>{% endfor %}</ul>';
const responses = { html: { en: template, de: template } };
const bare = new Liquid({ outputEscape: 'escape' });

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
};
const escaped = (text: string | number): string =>
  String(text).replaceAll(/[&<>"]/g, (char) => entities[char] ?? char);

const contenders: Readonly<Record<string, () => string>> = {
  'hand-written function (floor)': () =>
    `<h1>${escaped(output.customer)}</h1><ul>${output.rows
      .map(({ sku, name, price }) => `<li>${escaped(sku)}: ${escaped(name)} ${escaped(price)}</li>`)
      .join('')}</ul>`,
  renderResponse: () =>
    renderResponse(responses, { format: 'html', locale: 'de-CH', data: { output } }).content,
  'liquidjs, parsing each time': () => String(bare.parseAndRenderSync(template, { output })),
};

function microseconds(render: () => string): number {
  for (let warm = 0; warm < 200; warm += 1) render();
  const samples = Array.from({ length: 15 }, () => {
    const began = performance.now();
    for (let run = 0; run < 40; run += 1) render();
    return ((performance.now() - began) * 1000) / 40;
  });
  return samples.toSorted((left, right) => left - right)[7] ?? Number.NaN;
}

const measured = Object.entries(contenders).map(([what, render]) => ({
  what,
  us: microseconds(render),
}));
const floor = measured[0]?.us ?? 1;
console.table(
  measured.map(({ what, us }) => ({
    'a page of 100 rows': what,
    'us, median': Math.round(us),
    'of the floor': `${(us / floor).toFixed(1)} x`,
  })),
);
