import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { createProgram } from '../../cli/program.ts';

const root = new URL('../../', import.meta.url);

function fences(document: string, language: string): readonly string[] {
  const text = readFileSync(new URL(document, root), 'utf8');
  const pattern = new RegExp(`\`\`\`${language}\\n(.*?)\`\`\``, 'gs');
  return [...text.matchAll(pattern)].map(([, code]) => code ?? '');
}

/** What the type checker says of snippets that users would paste into files of their own. */
function complaints(snippets: readonly string[], given: string): readonly string[] {
  const cache = new URL('.cache/', root);
  mkdirSync(cache, { recursive: true });
  const folder = mkdtempSync(fileURLToPath(new URL('snippets-', cache)));
  const files = snippets.map((snippet, index) => {
    const file = join(folder, `snippet-${index}.ts`);
    writeFileSync(file, `${given}\n${snippet}\nexport {};\n`);
    return file;
  });
  const program = ts.createProgram(files, {
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    target: ts.ScriptTarget.ES2024,
    lib: ['lib.es2024.d.ts', 'lib.esnext.disposable.d.ts'],
    types: ['node'],
    strict: true,
    noEmit: true,
    skipLibCheck: true,
    allowImportingTsExtensions: true,
    paths: { '@operandi/sdk': [fileURLToPath(new URL('sdk/src/index.ts', root))] },
  });
  const diagnostics = files.flatMap((file) =>
    ts.getPreEmitDiagnostics(program, program.getSourceFile(file)),
  );
  rmSync(folder, { recursive: true });
  return diagnostics.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'));
}

describe('the README', () => {
  const manifest = JSON.parse(readFileSync(new URL('package.json', root), 'utf8')) as {
    readonly scripts: Readonly<Record<string, string>>;
  };
  const commands = fences('README.md', 'sh').flatMap((code) => code.trim().split('\n'));

  it('names only npm scripts that exist', () => {
    const names = commands.flatMap(
      (line) => /npm (?:run )?(demo|test|start)\b/.exec(line)?.[1] ?? [],
    );
    expect(names.length).toBeGreaterThan(1);
    for (const name of names) expect(manifest.scripts).toHaveProperty(name);
  });

  it.each([
    { of: 'the project', document: 'README.md' },
    { of: 'the package', document: 'scripts/packages/operandi/README.md' },
  ])('names only commands and options that operandi has: $of', async ({ document }) => {
    const lines = fences(document, 'sh').flatMap((code) => code.trim().split('\n'));
    const uses = lines.filter((line) => /^(?:npx )?operandi /.test(line));
    expect(uses.length).toBeGreaterThan(3);
    for (const use of uses) {
      const words = use.replace(/^npx /, '').split(/\s+/).slice(1);
      let command = await createProgram(words);
      for (const word of words) {
        const next = command.commands.find((each) => each.name() === word);
        if (next === undefined) break;
        command = next;
      }
      const known = [...command.options.map(({ long }) => long), '--help'];
      expect(
        words.filter((word) => word.startsWith('--') && !known.includes(word)),
        use,
      ).toEqual([]);
      expect(words[0] === '--help' || command.parent !== null, use).toBe(true);
    }
  });

  it('shows TypeScript that compiles', () => {
    const given =
      'declare const apiKey: string; declare const invoice: { readonly total: number };';
    const snippets = ['README.md', 'sdk/README.md', 'docs/enqueue.md'].map((document) =>
      fences(document, 'ts'),
    );
    expect(snippets.every(({ length }) => length > 0)).toBe(true);
    expect(complaints(snippets.flat(), given)).toEqual([]);
  }, 60_000);
});
