import { isSha, type Sha } from '../contracts/index.ts';
import { malformed } from './failure.ts';
import type { Person } from './types.ts';

const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?Z$/;

/** Nobody: the account is deleted, or GitHub does not say who it was. */
export const GHOST: Person = { id: 0, login: 'ghost', type: 'User' };

/**
 * A JSON object that GitHub sent, read member by member. A member that is missing or of another type is a GitHubFailure that names it: nothing that
 * was not looked at gets further in.
 */
export class Answer {
  readonly #members: Readonly<Record<string, unknown>>;
  /** `GET /repos/acme/site/pulls/7 head`. */
  readonly at: string;

  constructor(value: unknown, at: string) {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) throw malformed(at, 'no object');
    this.#members = value as Record<string, unknown>;
    this.at = at;
  }

  #get<T>(name: string, is: (value: unknown) => value is T, what: string): T {
    const value = Object.hasOwn(this.#members, name) ? this.#members[name] : undefined;
    if (is(value)) return value;
    throw malformed(this.at, `${JSON.stringify(name)} is not ${what}`);
  }

  /** Null where the member is null; missing is an error as always. */
  orNull<T>(name: string, read: (name: string) => T): T | null {
    return Object.hasOwn(this.#members, name) && this.#members[name] === null ? null : read(name);
  }

  /** All members, not looked at. */
  all(): Readonly<Record<string, unknown>> {
    return this.#members;
  }

  has(name: string): boolean {
    return Object.hasOwn(this.#members, name) && this.#members[name] !== null;
  }

  readonly text = (name: string): string => this.#get(name, (v): v is string => typeof v === 'string', 'a text');

  /** A text that GitHub leaves null where it is empty. */
  readonly prose = (name: string): string => this.orNull(name, this.text) ?? '';

  readonly flag = (name: string): boolean => this.#get(name, (v): v is boolean => typeof v === 'boolean', 'a boolean');

  readonly number = (name: string): number =>
    this.#get(name, (v): v is number => typeof v === 'number' && Number.isSafeInteger(v) && v >= 0, 'a whole number');

  readonly sha = (name: string): Sha =>
    this.#get(name, (v): v is Sha => typeof v === 'string' && isSha(v), 'a commit id');

  readonly time = (name: string): string =>
    this.#get(
      name,
      (v): v is string => typeof v === 'string' && TIME.test(v) && !Number.isNaN(Date.parse(v)),
      'a time in UTC',
    );

  readonly object = (name: string): Answer =>
    new Answer(
      this.#get(name, (v): v is object => typeof v === 'object' && v !== null && !Array.isArray(v), 'an object'),
      `${this.at} ${name}`,
    );

  readonly list = (name: string): unknown[] => this.#get(name, (v): v is unknown[] => Array.isArray(v), 'a list');

  readonly person = (name: string): Person => {
    const who = this.orNull(name, this.object);
    return who === null ? GHOST : { id: who.number('id'), login: who.text('login'), type: who.text('type') };
  };

  oneOf<T extends string>(name: string, values: readonly T[]): T {
    return this.#get(name, (v): v is T => values.some((value) => value === v), `one of ${values.join(', ')}`);
  }
}
