import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Api } from './http/api.ts';
import { FaultList } from './http/faults.ts';
import { PRE_RECEIVE } from './http/git.ts';
import { Requests } from './http/requests.ts';
import { serve } from './http/server.ts';
import { Tokens } from './http/tokens.ts';
import { eventErrors } from './http/validate.ts';
import { openRepository } from './people/repository.ts';
import { ROUTES } from './rest/index.ts';
import { Storage } from './results/storage.ts';
import type { GitHubEvent, Twin, TwinOptions, TwinPerson } from './types.ts';
import { ACTIONS, account, accountOf } from './world/accounts.ts';
import type { App, Caller, Repository, World } from './world/types.ts';

/** Starts a GitHub on loopback, empty. Close it; a test that is done asks `expectNoViolations` first. */
export async function openTwin({ folder, now = () => new Date() }: TwinOptions = {}): Promise<Twin> {
  const root = folder ?? mkdtempSync(join(tmpdir(), 'twin-'));
  const place = (name: string): string => {
    mkdirSync(join(root, name), { recursive: true });
    return join(root, name);
  };
  const hooks = place('hooks');
  writeFileSync(join(hooks, 'pre-receive'), PRE_RECEIVE);
  chmodSync(join(hooks, 'pre-receive'), 0o755);
  const faults = new FaultList();
  const requests = new Requests();
  const tokens = new Tokens();
  const storage = new Storage(
    () => world.url,
    () => now().getTime(),
  );
  let lastId = 1000;
  const world: World = {
    url: '',
    apiUrl: '',
    remotes: place('remotes'),
    blobs: place('blobs'),
    now: () => `${now().toISOString().slice(0, 19)}Z`,
    nextId: () => ++lastId,
    accounts: [],
    apps: [],
    repositories: [],
    events: [],
    emit: (event) => emit(event),
    signedUrl: (artifact, may) => storage.sign(artifact, may),
    rateOf: (label) => requests.rateOf(label, world.now()),
  };
  const api = new Api(world, ROUTES);
  const { violations } = api;
  const emit = (event: GitHubEvent): GitHubEvent => {
    const name = (event.action === null ? event.name : `${event.name}-${event.action}`).replaceAll('_', '-');
    const errors = eventErrors(name, event.payload);
    if (errors.length > 0)
      violations.push({ operation: `event ${name}`, part: 'event', errors, url: '', value: event.payload });
    world.events.push(event);
    return event;
  };
  const server = serve({ world, api, tokens, faults, requests, storage, hooks });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  world.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  world.apiUrl = `${world.url}/api/v3`;
  account(world, 'github', 'Organization');

  const repositoryOf = (fullName: string): Repository => {
    const found = world.repositories.find(({ owner, name }) => `${owner.login}/${name}` === fullName);
    if (!found) throw new Error(`there is no repository ${fullName}`);
    return found;
  };
  const known = (login: string): TwinPerson & { deleted: boolean } => {
    const found = accountOf(world, login);
    if (!found) throw new Error(`there is no ${login}`);
    return found;
  };

  return {
    url: world.url,
    apiUrl: world.apiUrl,
    graphqlUrl: `${world.url}/api/graphql`,
    resultsUrl: `${world.url}/`,
    remotes: world.remotes,
    repository: (fullName, options) => openRepository({ world, api, tokens }, fullName, options),
    person: (login, { type } = {}) => account(world, login, type),
    deletePerson: (login) => {
      known(login).deleted = true;
    },
    reuseLogin: (login) => {
      known(login).deleted = true;
      return account(world, login);
    },
    token: (options) => {
      if (options.permissions === undefined) {
        const caller: Caller = {
          person: account(world, options.actor),
          app: null,
          grant: null,
          label: options.label ?? options.actor,
        };
        return tokens.give(caller, 'ghp_');
      }
      const app = appOf(world, options.app);
      return tokens.give(
        {
          person: account(world, `${app.slug}[bot]`),
          app,
          grant: {
            repositoryId: repositoryOf(options.repository).id,
            permissions: new Map(Object.entries(options.permissions)),
          },
          label: options.label ?? app.slug,
        },
        'ghs_',
      );
    },
    runtimeToken: (fullName, runId) => {
      const repository = repositoryOf(fullName);
      const run = repository.runs.find(({ id }) => id === runId);
      if (!run) throw new Error(`there is no run ${runId}`);
      return tokens.giveRuntime({ repository, run });
    },
    regrant: (token, { permissions, label }) => tokens.regrant(token, new Map(Object.entries(permissions)), label),
    revoke: (token) => tokens.revoke(token),
    violations,
    requests,
    faults,
    events: world.events,
    expectNoViolations: () => {
      if (violations.length === 0) return;
      const lines = violations.map(
        ({ operation, part, errors, url }) => `${part} of ${operation} (${url}): ${errors.join('; ')}`,
      );
      throw new Error(`GitHub's description was broken:\n${lines.join('\n')}`);
    },
    close: async () => {
      server.closeAllConnections();
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
      });
      if (folder === undefined) rmSync(root, { recursive: true, force: true });
    },
  };
}

/** An app by its slug; any but the one of workflows is made as it is named. */
function appOf(world: World, slug = ACTIONS.slug): App {
  if (slug === ACTIONS.slug) return ACTIONS;
  const known = world.apps.find((app) => app.slug === slug);
  if (known) return known;
  const made = { id: world.nextId(), slug, name: slug };
  world.apps.push(made);
  return made;
}
