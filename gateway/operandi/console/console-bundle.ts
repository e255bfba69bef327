/** Made by `npm run codegen:console`. */
export const consoleBundle = new URL('./_generated/console.bundle', import.meta.url);
