import type { Row } from './row.ts';
import { action } from './rows/action.ts';
import { archives } from './rows/archive.ts';
import { relay } from './rows/relay.ts';
import { runLarge, runSmall } from './rows/run-fake.ts';
import { sandbox } from './rows/sandbox.ts';
import { validateInProcess } from './rows/validate-in-process.ts';
import { validateProcess } from './rows/validate-process.ts';
import { verifyLarge, verifyMany } from './rows/verify.ts';

/** Every row of the bench, in the order of the table (issue 3, Speed). */
export const rows: readonly Row[] = [
  validateProcess,
  validateInProcess,
  runSmall,
  runLarge,
  verifyLarge,
  verifyMany,
  archives,
  sandbox,
  relay,
  action,
];
