export { evidenceText } from './evidence.ts';
export { packetText, problemsText } from './issue.ts';
export { openingText, withEvidence } from './pull.ts';
export { summaryText } from './summary.ts';
