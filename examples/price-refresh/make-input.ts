// Prints an input with as many articles as asked for: `npx node examples/price-refresh/make-input.ts 1000`.

/** Articles with prices that follow from their numbers, so that a test can compute what must come out. */
export function makeInput(count: number): {
  readonly batch: string;
  readonly rate: number;
  readonly articles: readonly { readonly sku: string; readonly netPrice: number }[];
} {
  const articles = Array.from({ length: count }, (_, index) => ({
    sku: `SKU-${String(index + 1).padStart(4, '0')}`,
    netPrice: ((index * 37) % 1000) / 4 + 1,
  }));
  return { batch: '2026-11', rate: 1.19, articles };
}

if (import.meta.main) {
  process.stdout.write(`${JSON.stringify(makeInput(Number(process.argv[2] ?? 1000)))}\n`);
}
