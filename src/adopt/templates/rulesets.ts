import type { Template } from '../types.ts';
import { fixed, json } from './fixed.ts';

/** The numeric id of the app that a workflow's token acts as, on github.com. */
export const ACTIONS_APP = 15_368;

export const GATE = 'countersign/gate';

/** No bypass: whoever needs one adds it where everybody can see it. A look at the last push is asked for instead of dismissing every approval at each push. */
const branch = {
  name: 'countersign',
  target: 'branch',
  enforcement: 'active',
  bypass_actors: [],
  conditions: { ref_name: { include: ['~DEFAULT_BRANCH'], exclude: [] } },
  rules: [
    { type: 'deletion' },
    { type: 'non_fast_forward' },
    {
      type: 'pull_request',
      parameters: {
        required_approving_review_count: 1,
        dismiss_stale_reviews_on_push: false,
        require_code_owner_review: true,
        require_last_push_approval: true,
        required_review_thread_resolution: false,
      },
    },
    {
      type: 'required_status_checks',
      parameters: {
        strict_required_status_checks_policy: false,
        required_status_checks: [{ context: GATE, integration_id: ACTIONS_APP }],
      },
    },
  ],
};

/** Only administrators push workflow files, on any branch. GitHub offers push rulesets to private and internal repositories of organisations on a paid plan. */
const workflowFiles = {
  name: 'countersign: workflow files',
  target: 'push',
  enforcement: 'active',
  // 5: the repository role Admin.
  bypass_actors: [{ actor_id: 5, actor_type: 'RepositoryRole', bypass_mode: 'always' }],
  rules: [{ type: 'file_path_restriction', parameters: { restricted_file_paths: ['.github/workflows/**/*'] } }],
};

/** Rulesets as GitHub imports them (Settings → Rules → Rulesets → Import a ruleset) and as its API takes them. */
export const rulesets: readonly Template[] = [
  fixed('.countersign/ruleset.json', () => json(branch)),
  fixed('.countersign/ruleset-workflow-files.json', () => json(workflowFiles)),
];
