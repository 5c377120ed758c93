import { randomBytes } from 'node:crypto';
import type { Caller, Repository, Run } from '../world/types.ts';

const ANONYMOUS: Caller = { person: null, app: null, grant: null, label: 'anonymous' };

/** Of the artifact service: one run's jobs. */
export interface RuntimeGrant {
  repository: Repository;
  run: Run;
}

const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');

/** Every token that was given out. None of them outlives the twin. */
export class Tokens {
  readonly #callers = new Map<string, Caller>();
  readonly #runtime = new Map<string, RuntimeGrant>();

  /** @param prefix as GitHub's: `ghs_` of an installation, `ghp_` of a person. */
  give(caller: Caller, prefix: 'ghs_' | 'ghp_'): string {
    const token = prefix + randomBytes(18).toString('hex');
    this.#callers.set(token, caller);
    return token;
  }

  /** An unsigned JWT: the client reads the scope out of it, the service knows the text. Source: actions/toolkit, artifact/src/internal/shared/util.ts. */
  giveRuntime(grant: RuntimeGrant): string {
    const scp = `Actions.Results:${grant.run.id}:${grant.run.id}`;
    const token = `${part({ alg: 'none', typ: 'JWT' })}.${part({ scp, jti: randomBytes(8).toString('hex') })}.${randomBytes(8).toString('hex')}`;
    this.#runtime.set(token, grant);
    return token;
  }

  /** The same token, and another reach: as if a runner had put a new one in its place. */
  regrant(token: string, permissions: ReadonlyMap<string, 'read' | 'write'>, label: string): void {
    const caller = this.#callers.get(token);
    if (!caller?.grant) throw new Error('this is no token of a job');
    this.#callers.set(token, { ...caller, label, grant: { ...caller.grant, permissions } });
  }

  revoke(token: string): void {
    this.#callers.delete(token);
    this.#runtime.delete(token);
  }

  /** Null for credentials that nobody knows. Basic ones are git's: the password is the token. */
  callerOf(authorization: string | undefined): Caller | null {
    if (authorization === undefined || authorization === '') return ANONYMOUS;
    const [scheme = '', credentials = ''] = authorization.split(/ +/);
    switch (scheme.toLowerCase()) {
      case 'bearer':
      case 'token':
        return this.#callers.get(credentials) ?? null;
      case 'basic': {
        const [, password = ''] = Buffer.from(credentials, 'base64').toString().split(/:(.*)/s);
        return this.#callers.get(password) ?? null;
      }
      default:
        return null;
    }
  }

  runtimeOf(authorization: string | undefined): RuntimeGrant | null {
    return this.#runtime.get(/^Bearer (.+)$/i.exec(authorization ?? '')?.[1] ?? '') ?? null;
  }
}
