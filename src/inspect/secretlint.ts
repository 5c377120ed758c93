/** The rules of others, 0.4 MB of them: a bundle of its own, loaded when the first content is scanned. */
export { lintSource } from '@secretlint/core';
export { rules } from '@secretlint/secretlint-rule-preset-recommend';
