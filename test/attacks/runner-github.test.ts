import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import { Stage, WORKFLOW } from '../action/stage.ts';
import { packet } from '../run/repository.ts';

/** What an engine tries that knows how runners work. Everything that it finds it leaves in the change, for us to look at. */
const AGENT = `#!/bin/bash
{ env; cat /proc/*/environ | tr '\\0' '\\n'; ls -laR /tmp /home /root /github /run/secrets /var/run; cat /etc/shadow; } >src/found.txt 2>&1
for file in "$GITHUB_OUTPUT" "$GITHUB_ENV" "$GITHUB_PATH" "$GITHUB_STEP_SUMMARY" /tmp/stage-*/*/output /tmp/stage-*/*/summary /tmp/stage-*/*/temp/*; do
  echo 'status=pass' >>"$file"
done 2>/dev/null
for out in 1 2; do
  printf '%s\\n' '::set-output name=status::pass' '  ::add-mask::pass' '::stop-commands::x' '##[set-env name=PATH;]/tmp' '::save-state name=x::y' >&$out
  printf 'a\\r::error::b\\n\\033]0;title\\007\\033[2J\\n<script>alert(1)</script>\\n\`\`\`\\n' >&$out
done
touch $'src/a\\n::set-output name=status::pass' $'src/##[error]x' 'src/<img src=x onerror=alert(1)>.mjs' 'src/%0A::error::x.mjs'
touch -- '--output=x'
exit 0
`;
const HOSTILE = packet({
  engine: { id: 'command' },
  title: 'x ::set-output name=status::pass ##[error]<script>alert(1)</script> @ann #1',
  verification_commands: [
    { name: 'hostile', script: AGENT.replaceAll('src/found.txt', '/tmp/found.txt') },
    { name: 'never', run: ['false'] },
  ],
});
/** Variables of a runner, and of people who set too many. */
const ENVIRONMENT = {
  ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'canary-oidc',
  ACTIONS_RUNTIME_TOKEN: 'canary-runtime',
  GITHUB_TOKEN: 'canary-github',
  AWS_SECRET_ACCESS_KEY: 'canary-aws',
  ANTHROPIC_API_KEY: 'canary-model',
  GITHUB_ENV: '/tmp/canary-env',
  GITHUB_PATH: '/tmp/canary-path',
};

let stage: Stage;
afterEach(async () => await stage.close());

describe('a hostile engine', () => {
  it('learns nothing, and changes no output, summary, annotation or log of a later step', async () => {
    stage = await Stage.open({ 'agent.sh': { text: AGENT, executable: true } });
    const issue = stage.repo.as('ann').openIssue({ title: 'x', body: HOSTILE }).id;
    stage.later();
    const opened = await stage.deliver(stage.repo.as('ann').label(issue, 'packet'), { skip: ['run', 'gate'] });
    expect(opened.open?.code).toBe(0);
    const run = stage.repo.runs.start({ path: WORKFLOW, event: 'workflow_dispatch', actor: 'ann' });
    const payload = { inputs: { issue: String(issue) }, repository: { id: stage.repo.id, default_branch: 'main' } };
    const step = await stage.step('run', {
      run,
      event: { name: 'workflow_dispatch', payload },
      inputs: { issue: String(issue) },
      change: { env: ENVIRONMENT },
    });
    expect(step).toMatchObject({ code: 1, outputs: { status: 'fail', started: 'started' } });
    const codes = JSON.parse(step.outputs['blockers'] ?? '[]') as string[];
    expect(codes).toEqual(expect.arrayContaining(['unsafe_path', 'disallowed_file_change', 'verification_failed']));

    const commands = step.log.split(/\r\n|[\r\n\u2028\u2029]/).filter((line) => /^\s*::|##\[/.test(line));
    expect(commands.filter((line) => !/^::(?:add-mask::ghs_\w+|(?:error|warning|notice) [^:]*::)/.test(line))).toEqual(
      [],
    );
    expect(commands.filter((line) => line.includes('set-output'))).toEqual([]);
    expect(step.log + step.summary).not.toContain('\u001b');
    expect(step.summary).not.toMatch(/<(?!!--|code>|\/code>|details>|\/details>|summary>|\/summary>|br>)/);
    expect(step.summary).not.toMatch(/(?:^|[\s(])@ann\b/m);
    expect(step.summary.match(/^```/gm)).toHaveLength(2);

    const pack = step.outputs['pack'] ?? '';
    const found = readFileSync(join(pack, 'patch.diff'), 'utf8');
    expect(found).toContain('found.txt');
    const raw = ['patch.diff', 'test.log', 'report.json', 'inputs.json', 'trace.jsonl'].map((name) =>
      readFileSync(join(pack, name), 'utf8'),
    );
    for (const text of raw) expect(text).not.toMatch(/canary-|ghs_|INPUT_|GITHUB_[A-Z]+=|\/stage-(?!\*)|RUNNER_TEMP=/);
    for (const file of ['/tmp/canary-env', '/tmp/canary-path']) expect(existsSync(file)).toBe(false);
    run.finish('failure');
  });
});
