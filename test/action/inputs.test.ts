import { describe, expect, it } from '@jest/globals';
import { MODES, readInputs } from '../../src/action/inputs.ts';
import { UserError } from '../../src/contracts/index.ts';

const DIGEST = `sha256:${'a'.repeat(64)}`;
const problems = (env: Record<string, string>): string[] => {
  try {
    readInputs(env);
  } catch (error) {
    if (error instanceof UserError) return error.errors.map(({ at }) => at);
    throw error;
  }
  return [];
};

describe('inputs', () => {
  it('are read from the environment, and empty ones are not there', () => {
    expect(
      readInputs({
        INPUT_MODE: ' run ',
        INPUT_TOKEN: 't',
        INPUT_ISSUE: '7',
        INPUT_PULL: '',
        INPUT_BODY_DIGEST: DIGEST,
        INPUT_ENGINE: 'fake',
        INPUT_WORKFLOW_PATH: '.github/workflows/other.yaml',
      }),
    ).toEqual({
      mode: 'run',
      token: 't',
      issue: 7,
      pull: null,
      bodyDigest: DIGEST,
      engine: 'fake',
      pack: null,
      expect: null,
      signingKey: null,
      workflowPath: '.github/workflows/other.yaml',
    });
  });
  it('have a mode of the list', () => {
    for (const mode of MODES) expect(readInputs({ INPUT_MODE: mode }).mode).toBe(mode);
    expect(problems({})).toEqual(['mode']);
    expect(problems({ INPUT_MODE: 'Run' })).toEqual(['mode']);
  });
  it.each([
    ['issue', '0'],
    ['issue', '-1'],
    ['issue', '1e3'],
    ['issue', '7\n8'],
    ['issue', '12345678901'],
    ['pull', '${{ needs.run.outputs.pull }}'],
    ['body-digest', 'A'.repeat(64)],
    ['body-digest', DIGEST.toUpperCase()],
    ['expect', 'sha256:'],
    ['workflow-path', '../countersign.yml'],
    ['workflow-path', '.github/workflows/a/b.yml'],
    ['workflow-path', '.github/workflows/countersign.yml@refs/heads/main'],
  ])('are refused by name and with what they were: %s %j', (name, value) => {
    const env = { INPUT_MODE: 'gate', [`INPUT_${name.toUpperCase().replaceAll('-', '_')}`]: value };
    expect(problems(env)).toEqual([name]);
  });
  it('are all wrong at once', () =>
    expect(problems({ INPUT_MODE: 'x', INPUT_ISSUE: 'y', INPUT_EXPECT: 'z' })).toEqual(['mode', 'issue', 'expect']));
});
