import type { Json } from '../types.ts';

export const DOCS = 'https://docs.github.com/rest';

/** What GitHub says no with. */
export class Refused extends Error {
  readonly status: number;
  readonly body: Json;
  readonly headers: Readonly<Record<string, string>>;
  constructor(status: number, message: string, more: Json = {}, headers: Readonly<Record<string, string>> = {}) {
    super(message);
    this.name = 'Refused';
    this.status = status;
    this.body = { message, ...more, documentation_url: DOCS, status: String(status) };
    this.headers = headers;
  }
}

export const notFound = (): Refused => new Refused(404, 'Not Found');

/** @param errors as GitHub lists them: a text for each, or `{ resource, field, code }`. */
export const invalid = (errors: readonly Json[] | readonly string[] | string): Refused =>
  typeof errors === 'string' ? new Refused(422, errors) : new Refused(422, 'Validation Failed', { errors });
