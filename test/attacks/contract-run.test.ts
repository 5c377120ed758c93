import { afterEach, describe, expect, it } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { existsSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { type Ground, ground, packet, RIGHT } from '../run/repository.ts';

/** 6-attacks.md, Trigger and contract: what a packet or a branch may try to widen. No engine is ever started by these. */

const FIX = { write: { path: 'src/add.mjs', content: RIGHT } };
const SCRIPT = { 'scripts/play.yml': JSON.stringify({ steps: [FIX] }) };
const FAKE = { engine: { id: 'fake', script: 'scripts/play.yml' } };
const PERMISSIVE =
  'schema: countersign/config/v1\nengines:\n  command: { enabled: true, stages: [2, 3, 4, 5] }\npermissions: { network: ["example.com:443"] }\nallow_no_verification: true\n';

let here: Ground;
afterEach(() => here.remove());
const codes = (result: { blockers: { code: string }[] }): string[] => result.blockers.map((b) => b.code).toSorted();
const git = (...args: string[]): void => {
  execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.invalid', ...args], {
    cwd: here.repo,
    stdio: 'ignore',
  });
};

describe('a base branch with a permissive .countersign of its own', () => {
  it.each([
    ['enables no engine', { engine: { id: 'command' } }, ['true'], 'engine_not_enabled'],
    [
      'allows no network',
      { ...FAKE, permissions: { network: ['example.com:443'], secrets: 'none', cloud: 'none' } },
      null,
      'permission_not_allowed',
    ],
    [
      'drops no verification',
      { ...FAKE, verification_commands: null, no_verification_rationale: 'trust me' },
      null,
      'missing_test_command',
    ],
  ])('%s', async (_what, more, argv, code) => {
    here = ground({ ...SCRIPT, '.countersign/config.yml': 'schema: countersign/config/v1\n' });
    git('checkout', '-qb', 'evil');
    here.commit({ '.countersign/config.yml': PERMISSIVE });
    git('checkout', '-q', 'main');
    const result = await here.run(packet({ ...more, target: { repository: 'acme/sum', base_ref: 'evil' } }), { argv });
    expect(result.status).toBe('blocked');
    expect(codes(result)).toContain(code);
  });

  it('is not read from the work tree, nor from a tag with the name of the protected branch', async () => {
    here = ground({ ...SCRIPT, '.countersign/config.yml': 'schema: countersign/config/v1\n' });
    git('checkout', '-qb', 'evil');
    here.commit({ '.countersign/config.yml': PERMISSIVE });
    git('tag', 'main');
    git('checkout', '-q', 'refs/heads/main');
    git('checkout', '-qB', 'work', 'refs/heads/main');
    here.write({ '.countersign/config.yml': PERMISSIVE });
    const result = await here.run(packet({ engine: { id: 'command' } }), { argv: ['true'], protectedRef: 'main' });
    expect(codes(result)).toContain('engine_not_enabled');
  });
});

describe('a .countersign that is a link', () => {
  it('is refused: read as "no configuration" it would mean the defaults', async () => {
    here = ground({ ...SCRIPT, 'elsewhere/config.yml': PERMISSIVE });
    git('rm', '-rq', '.countersign');
    symlinkSync('elsewhere', join(here.repo, '.countersign'));
    here.commit({});
    await expect(here.run(packet(FAKE))).rejects.toMatchObject({ name: 'UserError' });
  });
});

describe('paths outside the tree', () => {
  it.each(['../play.yml', '/etc/passwd', 'scripts/../../play.yml', './scripts/play.yml', 'scripts//play.yml'])(
    'engine.script %s is no valid packet',
    async (path) => {
      here = ground(SCRIPT);
      await expect(here.run(packet({ engine: { id: 'fake', script: path } }))).rejects.toMatchObject({
        name: 'UserError',
      });
      expect(existsSync(here.out)).toBe(false);
    },
  );

  it.each([
    ['setup.outputs', { setup: { commands: [{ name: 'x', run: ['true'] }], outputs: ['../deps/'] } }],
    ['evidence_expectations', { evidence_expectations: [{ path: '../../secret', required: true }] }],
    ['scratch_paths', { scratch_paths: ['../'] }],
    ['allowed_paths', { allowed_paths: ['src/../../'] }],
  ])('%s are no valid packet', async (_field, more) => {
    here = ground(SCRIPT);
    await expect(here.run(packet({ ...FAKE, ...more }))).rejects.toMatchObject({ name: 'UserError' });
  });

  it('a script that is a link in the base tree is none', async () => {
    here = ground(SCRIPT);
    symlinkSync('/etc/passwd', join(here.repo, 'scripts/link.yml'));
    here.commit({});
    const result = await here.run(packet({ engine: { id: 'fake', script: 'scripts/link.yml' } }));
    expect(codes(result)).toEqual(['scope_incomplete']);
  });

  it('a setup output behind a link is refused', async () => {
    here = ground({ ...SCRIPT, '.gitignore': 'deps\ndeps/\n' });
    const setup = { commands: [{ name: 'x', run: ['ln', '-s', '/etc', 'deps'] }], outputs: ['deps/'] };
    const result = await here.run(packet({ ...FAKE, setup }));
    expect(codes(result)).toEqual(['setup_failed']);
  });
});

describe('the place of a setup output', () => {
  const setup = { commands: [{ name: 'x', script: 'rm -rf deps; mkdir deps; touch deps/made' }], outputs: ['deps/'] };

  it('taken by a link in the base is refused before anything runs', async () => {
    here = ground({ ...SCRIPT, '.gitignore': 'deps/\n' });
    symlinkSync('/tmp', join(here.repo, 'deps'));
    here.commit({});
    const result = await here.run(packet({ ...FAKE, setup }));
    expect(codes(result)).toEqual(['setup_failed']);
  });

  it('taken by a link in the patch is not followed', async () => {
    const steps = [FIX, { symlink: { path: 'deps2', target: '../..' } }];
    here = ground({ 'scripts/play.yml': JSON.stringify({ steps }), '.gitignore': 'deps2/\n' });
    const two = { commands: [{ name: 'x', script: 'mkdir -p deps2/inner' }], outputs: ['deps2/inner/'] };
    const result = await here.run(packet({ ...FAKE, allowed_paths: ['src/', 'deps2'], setup: two }));
    expect(result.status).toBe('fail');
    expect(result.blockers.every((b) => b.code !== 'internal_error')).toBe(true);
  });
});

describe('a packet that asks for more than it may have', () => {
  it.each([
    ['limits above the maxima', { limits: { timeout_seconds: 100_000 } }, 'permission_not_allowed'],
    [
      'network that the configuration does not list',
      { permissions: { network: ['example.com:443'], secrets: 'none', cloud: 'none' } },
      'permission_not_allowed',
    ],
    [
      'network for its setup',
      { setup: { commands: [{ name: 'x', run: ['true'] }], network: ['example.com:443'] } },
      'permission_not_allowed',
    ],
    ['secrets', { permissions: { network: 'none', secrets: ['TOKEN'], cloud: 'none' } }, 'permission_not_allowed'],
    ['a wider mode than the class of the repository', { mutation_mode: 'sandbox-repo' }, 'critical_repository'],
    [
      'a mode that its risk does not allow',
      { risk_class: 'critical', mutation_mode: 'candidate-default' },
      'risk_exceeded',
    ],
  ])('%s', async (_what, more, code) => {
    here = ground(SCRIPT);
    const result = await here.run(packet({ ...FAKE, ...more }));
    expect(result.status).toBe('blocked');
    expect(codes(result)).toContain(code);
  });
});

describe('a policy that nobody evaluates', () => {
  it.each([
    ['that the configuration names', 'schema: countersign/config/v1\npolicy: { rego: .countersign/policy/ }\n'],
    ['that lies there unnamed', 'schema: countersign/config/v1\n'],
  ])('%s blocks', async (_what, config) => {
    here = ground({
      ...SCRIPT,
      '.countersign/config.yml': config,
      '.countersign/policy/allow.rego': 'package countersign\n',
    });
    expect(codes(await here.run(packet(FAKE)))).toEqual(['policy_denied']);
  });
});
