import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { collectFacts, examine, type Finding, planInit, writeFiles } from '../../src/adopt/index.ts';
import { type Json, openTwin, type Twin, type TwinRepository } from '../twin/index.ts';
import { ACTION, type Adopter, adopter } from './repository.ts';

/** One adopter whose work tree is as init leaves it, committed; a repository on the twin for each test, set up by its owner to their best. */
let site: Adopter;
let twin: Twin;
let repo: TwinRepository;
let count = 0;

const RULESET = '.countersign/ruleset.json';
const WORKFLOW_FILES = '.countersign/ruleset-workflow-files.json';
const ruleset = (path: string): Json => JSON.parse(site.read(path)) as Json;

beforeAll(async () => {
  site = adopter();
  const options = { repo: site.dir, approvers: ['alice'], repository: null, action: ACTION, checkout: '/' };
  const { root, plan } = await planInit(options);
  await writeFiles(root, plan);
  site.commit();
  twin = await openTwin();
});
afterAll(async () => {
  site.remove();
  await twin.close();
});

let branchRules: number;
let pushRules: number;
beforeEach(() => {
  count += 1;
  repo = twin.repository(`acme/site-${count}`, { files: { 'README.md': '# site\n' } });
  repo.collaborator('root', 'admin');
  repo.collaborator('alice', 'write');
  repo.settings.actions.defaultWorkflowPermissions = 'read';
  repo.settings.actions.canApprovePullRequests = true;
  branchRules = repo.settings.addRuleset(ruleset(RULESET));
  pushRules = repo.settings.addRuleset(ruleset(WORKFLOW_FILES));
});
afterEach(() => twin.expectNoViolations());

async function doctor(as: string | null = 'root'): Promise<Finding[]> {
  const facts = await collectFacts({
    repo: site.dir,
    repository: repo.fullName,
    env: {
      GITHUB_API_URL: twin.apiUrl,
      ...(as === null ? {} : { GITHUB_TOKEN: twin.token({ actor: as }) }),
    },
    checkout: '/',
    probe: () => Promise.resolve(null),
  });
  return examine(facts);
}

/** What does not hold: `code level`. */
const amiss = (found: Finding[]): string[] =>
  [...new Set(found.filter(({ level }) => level !== 'ok').map(({ code, level }) => `${code} ${level}`))].toSorted();

const gateRule = (checks: Json[]): Json => ({
  type: 'required_status_checks',
  parameters: { strict_required_status_checks_policy: false, required_status_checks: checks },
});
const withRules = (change: (rules: Json[]) => Json[]) => () => {
  repo.settings.removeRuleset(branchRules);
  const changed = ruleset(RULESET);
  repo.settings.addRuleset({ ...changed, rules: change(changed['rules'] as Json[]) });
};
const without = (type: string) => withRules((rules) => rules.filter((rule) => rule['type'] !== type));
const withGate = (...checks: Json[]) =>
  withRules((rules) => [...rules.filter(({ type }) => type !== 'required_status_checks'), gateRule(checks)]);
const pullRule = (change: Json) =>
  withRules((rules) =>
    rules.map((rule) =>
      rule['type'] === 'pull_request' ? { ...rule, parameters: { ...(rule['parameters'] as Json), ...change } } : rule,
    ),
  );

describe('a repository on GitHub', () => {
  it('has nothing amiss when it is set up as docs/adopt.md says', async () => {
    const found = await doctor();
    expect(amiss(found)).toEqual([]);
    expect(found.every(({ fix }) => fix === '')).toBe(true);
    const codes = new Set(found.map(({ code }) => code));
    for (const code of ['actions', 'pull_requests', 'label', 'gate_required', 'gate_pin', 'workflow_files', 'approver'])
      expect(codes).toContain(code);
  });

  it.each<[string, () => void, string[]]>([
    [
      'workflows that may write by default',
      () => void (repo.settings.actions.defaultWorkflowPermissions = 'write'),
      ['token_permissions warning'],
    ],
    [
      'workflows that may not open pull requests',
      () => void (repo.settings.actions.canApprovePullRequests = false),
      ['pull_requests problem'],
    ],
    ['Actions switched off', () => void (repo.settings.actions.enabled = false), ['actions problem']],
    [
      'actions of the owner alone',
      () => void (repo.settings.actions.allowedActions = 'local_only'),
      ['actions problem'],
    ],
    ['selected actions', () => void (repo.settings.actions.allowedActions = 'selected'), ['actions warning']],
    ['no issues', () => void (repo.settings.hasIssues = false), ['repository problem']],
    ['archived', () => void (repo.settings.archived = true), ['repository problem']],
    ['no push ruleset', () => repo.settings.removeRuleset(pushRules), ['workflow_files warning']],
    ['no pull request required', without('pull_request'), ['branch_rules problem', 'code_owner_review warning']],
    ['force pushes', without('non_fast_forward'), ['history warning']],
    ['deletion', without('deletion'), ['history warning']],
    ['no gate', without('required_status_checks'), ['gate_required problem']],
    [
      'another check required',
      withGate({ context: 'countersign/contract', integration_id: 15_368 }),
      ['gate_required problem'],
    ],
    ['a gate from anybody', withGate({ context: 'countersign/gate' }), ['gate_pin problem']],
    ['no review of owners', pullRule({ require_code_owner_review: false }), ['code_owner_review warning']],
    ['an approver who may only read', () => void repo.collaborator('alice', 'read'), ['approver problem']],
    ['an approver who is nobody here', () => void repo.collaborator('alice', 'none'), ['approver problem']],
  ])('%s', async (_name, change, expected) => {
    change();
    const found = await doctor();
    expect(amiss(found)).toEqual(expected);
    expect(found.filter(({ level, fix, at }) => level !== 'ok' && (fix === '' || at === ''))).toEqual([]);
  });

  it('is safe from forged gates with an app of its own instead of the push ruleset', async () => {
    repo.settings.removeRuleset(pushRules);
    withGate({ context: 'countersign/gate', integration_id: 424_242 })();
    expect(amiss(await doctor())).toEqual([]);
  });

  it('warns in these words while whoever may push workflow files can forge the gate', async () => {
    repo.settings.removeRuleset(pushRules);
    const found = await doctor();
    expect(found.find(({ code }) => code === 'workflow_files')?.message).toBe(
      'whoever may push workflow files can forge a check of the Actions app',
    );
  });

  it('may ask it all by classic branch protection', async () => {
    repo.settings.removeRuleset(branchRules);
    repo.settings.protect('main', {
      enabled: true,
      required_pull_request_reviews: {
        require_code_owner_reviews: true,
        dismiss_stale_reviews: false,
        required_approving_review_count: 1,
      },
      required_status_checks: {
        strict: false,
        contexts: ['countersign/gate'],
        checks: [{ context: 'countersign/gate', app_id: 15_368 }],
      },
      allow_force_pushes: { enabled: false },
    });
    expect(amiss(await doctor())).toEqual([]);
    // Of somebody who is no administrator GitHub hides it: unknown, never ok and never a problem.
    expect(amiss(await doctor('alice'))).toEqual([
      'actions unknown',
      'branch_rules unknown',
      'code_owner_review unknown',
      'gate_required unknown',
      'history unknown',
      'token_permissions unknown',
    ]);
  });

  it('without a label', async () => {
    repo = twin.repository(`acme/bare-${count}`, { files: { a: 'a' }, labels: [] });
    repo.collaborator('root', 'admin');
    repo.collaborator('alice', 'write');
    expect(amiss(await doctor())).toContain('label problem');
  });

  it('with another default branch than the clone looks at', async () => {
    repo = twin.repository(`acme/trunk-${count}`, { files: { a: 'a' }, defaultBranch: 'trunk' });
    repo.collaborator('root', 'admin');
    const found = await doctor();
    expect(found.find(({ code, level }) => code === 'default_branch' && level === 'problem')?.message).toMatch(/trunk/);
  });
});

describe('what cannot be told is said to be unknown', () => {
  it('without a token', async () => {
    expect(amiss(await doctor(null))).toEqual(['github unknown']);
  });

  it('with a token that may not ask for settings', async () => {
    const found = await doctor('alice');
    expect(amiss(found)).toEqual(['actions unknown', 'token_permissions unknown']);
  });

  it.each([
    ['/rules/branches/', ['branch_rules unknown', 'workflow_files unknown']],
    ['/rulesets', ['workflow_files unknown']],
    ['/labels/', ['label unknown']],
    ['/actions/permissions', ['actions unknown', 'token_permissions unknown']],
    ['/collaborators/', ['approver unknown']],
  ])('where GitHub forbids %s', async (path, expected) => {
    const back = twin.faults.add({ on: path, status: 403, times: 20 });
    const found = await doctor();
    expect(back()).toBeGreaterThan(0);
    expect(amiss(found)).toEqual(expected);
  });

  it('and a token that GitHub does not know is an error of its own', async () => {
    const token = twin.token({ actor: 'root' });
    twin.revoke(token);
    const asked = collectFacts({
      repo: site.dir,
      repository: repo.fullName,
      env: { GH_TOKEN: token, GITHUB_API_URL: twin.apiUrl },
      checkout: '/',
      probe: () => Promise.resolve(null),
    });
    await expect(asked).rejects.toThrow(/does not know the token/);
  });
});

it('names the ruleset that GitHub takes as it is', async () => {
  // The request is validated against GitHub's own description by the twin.
  for (const path of [RULESET, WORKFLOW_FILES]) {
    const answer = await fetch(`${twin.apiUrl}/repos/${repo.fullName}/rulesets`, {
      method: 'POST',
      headers: { authorization: `Bearer ${twin.token({ actor: 'root' })}`, 'content-type': 'application/json' },
      body: readFileSync(join(site.dir, path)),
    });
    expect(answer.status).toBe(201);
  }
});
