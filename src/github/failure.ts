import { type Problem, UserError } from '../contracts/index.ts';

/** What became of a request. `status` is null where no whole answer came. Everything in it but `at` is GitHub's: untrusted. */
export interface Refusal {
  /** `GET /repos/acme/site/issues/7`. */
  at: string;
  status: number | null;
  message: string;
  /** Lower-case names. */
  headers: Readonly<Record<string, string | undefined>>;
}

/** A request that failed for good. A UserError (exit 3), so that what it says reaches whoever can mend it. */
export class GitHubFailure extends UserError {
  static override [Symbol.hasInstance](value: unknown): boolean {
    return value instanceof Error && value.name === 'UserError' && 'status' in value;
  }
  readonly status: number | null;
  constructor(status: number | null, problem: Problem) {
    super(problem);
    this.status = status;
  }
}

/** True for a failure with one of these statuses. */
export const failedWith = (error: unknown, ...statuses: number[]): boolean =>
  error instanceof GitHubFailure && error.status !== null && statuses.includes(error.status);

export const failure = (refusal: Refusal): GitHubFailure => new GitHubFailure(refusal.status, problemOf(refusal));

/** Where GitHub's answer is not what its own documentation says. */
export const malformed = (at: string, what: string): GitHubFailure =>
  new GitHubFailure(null, {
    code: 'usage',
    message: `GitHub's answer is not as documented: ${what}`,
    at,
    fix: 'Run it again. If it stays so, report it with the name and version of this GitHub server.',
  });

/** Where a list goes on above what is read. */
export const tooMany = (at: string, pages: number): GitHubFailure =>
  new GitHubFailure(null, {
    code: 'usage',
    message: `GitHub lists more than ${pages * 100} entries, and part of the list would say something else than all of it`,
    at,
    fix: 'Begin again with a new issue or pull request, or delete what is not needed any more.',
  });

/** Permissions by the first part of the path below the repository, as the `permissions` of a job are called. */
const PERMISSIONS: Readonly<Record<string, string>> = {
  issues: 'issues',
  pulls: 'pull-requests',
  actions: 'actions',
  'check-runs': 'checks',
  commits: 'contents',
  collaborators: 'metadata',
};

/** What the job needs, as GitHub says it, else by the path. Source: docs.github.com, "Permissions required for GitHub Apps". */
export function permissionNeeded({ at, headers }: Refusal): string {
  const said = headers['x-accepted-github-permissions'];
  if (said !== undefined && /^[a-z_=,; ]{1,200}$/.test(said)) {
    return said.replaceAll('_', '-').replaceAll('=', ': ').replaceAll(';', ', or');
  }
  const [method = '', path = ''] = at.split(' ');
  const parts = path.split('/').slice(4);
  const name = parts.findLast((part) => part in PERMISSIONS) ?? '';
  return `${PERMISSIONS[name] ?? 'contents'}: ${method === 'GET' ? 'read' : 'write'}`;
}

/** Settings that GitHub names in the text of a refusal alone. */
const SETTINGS: readonly (readonly [RegExp, string])[] = [
  [
    /not permitted to create or approve pull requests/i,
    'Allow it under Settings → Actions → General → "Allow GitHub Actions to create and approve pull requests" (an organisation may have to allow it first).',
  ],
  [/archived/i, 'Unarchive the repository: nothing can be written to it.'],
  [/SAML|single sign-on|SSO/i, "Authorise the token for the organisation's single sign-on."],
  [/IP allow list/i, "Add the runner's address to the organisation's IP allow list."],
  [/suspended/i, 'Ask the owner of the account or installation to lift the suspension.'],
];

/** Says what failed and what mends it. */
export function problemOf(refusal: Refusal): Problem {
  const { at, status } = refusal;
  const text = JSON.stringify(refusal.message.slice(0, 300));
  const say = (message: string, fix: string): Problem => ({ code: 'usage', message, at, fix });
  const setting = SETTINGS.find(([words]) => words.test(refusal.message))?.[1];
  if (status === null)
    return say(`GitHub gave no answer: ${text}`, "Run it again; check the network and GitHub's status page.");
  if (status >= 500)
    return say(
      `GitHub answered ${status} again and again`,
      'Run it again; www.githubstatus.com says whether it is down.',
    );
  if (isPrimaryLimit(refusal))
    return say(`The token's rate limit is used up until ${resetTime(refusal)}`, 'Run it again after that time.');
  if (isSecondaryLimit(refusal))
    return say(`GitHub asks for fewer requests and for a longer wait than is worth it: ${text}`, 'Run it again later.');
  switch (status) {
    case 401:
      return say(
        `GitHub does not know the token: ${text}`,
        'Give a token that has not expired: in a workflow `${{ github.token }}`, on your machine `GITHUB_TOKEN=$(gh auth token)`.',
      );
    case 403:
      return say(
        `GitHub forbids it: ${text}`,
        setting ?? `Give the job the permission \`${permissionNeeded(refusal)}\`.`,
      );
    case 404:
      return say(
        'GitHub knows no such thing, or hides it from this token',
        `Check that it exists, and that the job has the permission \`${permissionNeeded(refusal)}\`.`,
      );
    case 409:
      return say(`It conflicts with what is there: ${text}`, setting ?? 'Run it again: it reads the state anew.');
    case 410:
      return say(
        `It is gone: ${text}`,
        'Deleted and expired things do not come back: run the packet again, or enable issues in the settings.',
      );
    case 422:
      return say(
        `GitHub does not accept what it was sent: ${text}`,
        setting ?? 'Look at the names and branches that the message is about.',
      );
    default:
      return status < 400
        ? say(
            `It is at another address by now (status ${status})`,
            'Use the present name of the repository: it was renamed or transferred.',
          )
        : say(
            `GitHub answered ${status}: ${text}`,
            setting ?? 'Look up this status in the documentation of the REST API.',
          );
  }
}

/** Nothing remains of the hourly limit. Source: docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api. */
export const isPrimaryLimit = ({ status, headers }: Refusal): boolean =>
  (status === 403 || status === 429) && headers['x-ratelimit-remaining'] === '0';

/** Too much at once: GitHub says how long to wait, or says so in words alone. */
export const isSecondaryLimit = ({ status, headers, message }: Refusal): boolean =>
  status === 429 ||
  (status === 403 && (headers['retry-after'] !== undefined || /secondary rate limit|abuse detection/i.test(message)));

function resetTime({ headers }: Refusal): string {
  const seconds = Number(headers['x-ratelimit-reset']);
  return Number.isSafeInteger(seconds) && seconds > 0 && seconds < 1e11
    ? new Date(seconds * 1000).toISOString()
    : 'a time that it does not say';
}
