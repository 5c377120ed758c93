import { canonicalText, InternalError, type Validator } from '../contracts/index.ts';

/** The canonical text of a document that the harness itself hands out: it never emits what it would not accept (2-contracts.md). */
export function emitted<T>(validate: Validator<T>, document: T): string {
  const checked = validate(document);
  if (checked.ok) return canonicalText(document);
  const [error] = checked.errors;
  throw new InternalError(`the harness made a document that breaks its contract at ${error?.at}: ${error?.message}`);
}
