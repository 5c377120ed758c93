import { pathToFileURL } from 'node:url';

/** What `import.meta.url` is in a bundle, which is CommonJS; `dist.ts` puts it there. */
export const bundleUrl = /* @__PURE__ */ pathToFileURL(__filename).href;
