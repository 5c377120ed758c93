import { isDigest, type Digest, usage, UserError, type Problem } from '../contracts/index.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

export const MODES = ['validate', 'open', 'run', 'publish', 'verify', 'gate', 'sign'] as const;
export type Mode = (typeof MODES)[number];

/** What a step of the Action was asked for: its inputs, and what the runner says about where it runs. Everything from people is data here. */
export interface Inputs {
  mode: Mode;
  token: string;
  /** The issue and the pull request that an earlier step found; null where none is given. */
  issue: number | null;
  pull: number | null;
  /** What an earlier step saw and this one must see again. */
  bodyDigest: Digest | null;
  engine: string | null;
  /** `verify` and `sign`: a pack, and the digest that it must have. */
  pack: string | null;
  expect: Digest | null;
  /** Text of an ed25519 key (mode `sign`). */
  signingKey: string | null;
  /** The adopter's workflow file, whose runs alone make evidence. */
  workflowPath: string;
}

const ISSUE = /^[1-9]\d{0,9}$/;

const number = (text: string): number | null => (ISSUE.test(text) ? Number(text) : null);
const digest = (text: string): Digest | null => (isDigest(text) ? text : null);

/** Reads the inputs from `INPUT_*`, as action.yml hands them over. All errors at once; throws a UserError (exit 3). */
export function readInputs(env: Environment): Inputs {
  const errors: Problem[] = [];
  const given = (name: string): string | null =>
    env[`INPUT_${name.toUpperCase().replaceAll('-', '_')}`]?.trim() || null;
  const checked = <T>(name: string, read: (text: string) => T | null, fix: string): T | null => {
    const text = given(name);
    const value = text === null ? null : read(text);
    if (text !== null && value === null)
      errors.push({ code: 'usage', message: `input ${name} is ${JSON.stringify(text.slice(0, 100))}`, at: name, fix });
    return value;
  };
  const mode = checked(
    'mode',
    (text) => MODES.find((known) => known === text) ?? null,
    `Use one of ${MODES.join(', ')}.`,
  );
  const inputs = {
    token: given('token') ?? '',
    issue: checked('issue', number, 'Give the number of an issue.'),
    pull: checked('pull', number, 'Give the number of a pull request.'),
    bodyDigest: checked('body-digest', digest, 'Give sha256: and 64 lower-case hex digits.'),
    engine: given('engine'),
    pack: given('pack'),
    signingKey: given('signing-key'),
    expect: checked('expect', digest, 'Give sha256: and 64 lower-case hex digits.'),
    workflowPath:
      checked(
        'workflow-path',
        (text) => (/^\.github\/workflows\/[\w.-]+\.ya?ml$/.test(text) ? text : null),
        'Give .github/workflows/<file>.yml.',
      ) ?? '.github/workflows/countersign.yml',
  };
  if (mode === null && errors.length === 0)
    throw usage('input mode is missing', 'mode', `Use one of ${MODES.join(', ')}.`);
  if (mode === null || errors.length > 0) throw new UserError(errors);
  return { mode, ...inputs };
}
