import { describe, expect, it } from 'vitest';

import { allowedArrows, drawnArrows, faultsOfDrawing } from './room-graph.ts';

const page = (lines: string): string =>
  `# A page\n\n\`\`\`mermaid\nflowchart TD\n${lines}\n\`\`\`\n`;

describe('the drawing of the rooms', () => {
  it('has an arrow for each room of a box and on each side of an ampersand', () => {
    const boxed = [
      '  a["hall/"]',
      '  subgraph wing',
      '    b["attic/"]',
      '    c["cellar/"]',
      '  end',
      '  a --> wing',
      '  b & c -->|coal| a',
    ].join('\n');

    expect([...drawnArrows(page(boxed))]).toEqual([
      'hall → attic',
      'hall → cellar',
      'attic → hall/coal',
      'cellar → hall/coal',
    ]);
  });

  it('tells an arrow to a room that is not drawn', () => {
    const drawn = drawnArrows(page('  a["hall/"]\n  a --> b'));

    expect(faultsOfDrawing(drawn, new Set(), new Set())).toEqual([
      'draws hall → unknown b, which no rule allows',
    ]);
  });

  it('is at fault for what it leaves out and for what no import takes', () => {
    const allowed = allowedArrows({
      forbidden: [
        { name: 'hall-reaches-only-down', to: { pathNot: ['^hall/', '^attic/', '^cellar/coal/'] } },
        { name: 'no-circular', to: { circular: true } },
      ],
    });

    expect(
      faultsOfDrawing(new Set(['hall → attic']), allowed, new Set(['hall → cellar/coal'])),
    ).toEqual([
      'does not draw hall → cellar/coal, which a rule allows',
      'knows hall → attic, which no import takes',
    ]);
  });
});
