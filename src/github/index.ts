/**
 * The github room: the only code that knows octokit. It reads typed facts from GitHub and writes state to it; it decides nothing.
 *
 *   openGitHub({ token, apiUrl, repository }) -> GitHub     one repository, as one token sees it
 *   readSettings({ token, … }, { label, logins }) -> RepositorySettings   how it is set up, for `countersign doctor`
 *   repositoryOf('owner/name') -> Repository
 *   GitHubFailure                                           what every failed request ends in: a UserError with GitHub's status
 */
export type * from './types.ts';
export { failedWith, GitHubFailure } from './failure.ts';
export { openGitHub, type OpenOptions } from './open.ts';
export { repositoryOf } from './repository.ts';
export type * from './settings.ts';
export { readSettings } from './settings.ts';
