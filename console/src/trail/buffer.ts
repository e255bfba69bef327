import { Buffer as BrowserBuffer } from 'buffer';

// The SDK's verification is written for Node.js, whose Buffer is global: it is here before that is loaded.
Object.assign(globalThis, { Buffer: BrowserBuffer });
