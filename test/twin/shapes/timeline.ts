import type { Json } from '../types.ts';
import { account } from '../world/accounts.ts';
import type { Issue, Repository, TimelineEntry, World } from '../world/types.ts';
import { app, nodeId, person } from './account.ts';
import { gitCommit } from './commit.ts';
import { timelineComment } from './issue.ts';
import { review } from './pull.ts';
import { apiOf } from './repository.ts';

/** Source: docs.github.com/en/rest/using-the-rest-api/issue-event-types. */
export function timelineItem(world: World, of: Repository, issue: Issue, entry: TimelineEntry): Json {
  if ('comment' in entry) return timelineComment(world, of, entry.comment);
  if ('review' in entry) {
    const { review: said } = entry;
    // The timeline writes states small.
    return {
      ...review(world, of, issue, said),
      user: person(world, said.author),
      event: 'reviewed',
      state: said.state.toLowerCase(),
      updated_at: said.updatedAt,
    };
  }
  if ('sha' in entry) return { ...gitCommit(world, of, entry.sha), event: 'committed' };
  return {
    id: entry.id,
    node_id: nodeId('E', entry.id),
    url: `${apiOf(world, of)}/issues/events/${entry.id}`,
    // GitHub's description knows no event of nobody.
    actor: person(world, entry.actor ?? account(world, 'ghost')),
    event: entry.event,
    commit_id: entry.commit,
    commit_url: entry.commit === null ? null : `${apiOf(world, of)}/commits/${entry.commit}`,
    created_at: entry.at,
    performed_via_github_app: entry.app && app(world, entry.app),
    ...entry.more({ person: (who) => person(world, who) }),
  };
}
