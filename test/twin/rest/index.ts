import { ok, type Route } from '../http/route.ts';
import { actionRoutes } from './actions.ts';
import { checkRoutes } from './checks.ts';
import { commentRoutes } from './comments.ts';
import { commitRoutes } from './commits.ts';
import { gitRoutes } from './git-data.ts';
import { issueRoutes } from './issues.ts';
import { pullRoutes } from './pulls.ts';
import { repositoryRoutes } from './repository.ts';
import { reviewRoutes } from './reviews.ts';
import { ruleRoutes } from './rules.ts';

/** Counts nothing itself; `rateOf` says what the caller has left. */
const rateLimit: Route = {
  operation: 'GET /rate_limit',
  rights: null,
  handle: ({ world, caller }) => {
    const rate = world.rateOf(caller.label);
    return ok({ resources: { core: rate, search: rate, graphql: rate }, rate });
  },
};

export const ROUTES: readonly Route[] = [
  rateLimit,
  ...repositoryRoutes,
  ...issueRoutes,
  ...commentRoutes,
  ...pullRoutes,
  ...reviewRoutes,
  ...commitRoutes,
  ...gitRoutes,
  ...checkRoutes,
  ...actionRoutes,
  ...ruleRoutes,
];
