/**
 * The git room: the only code that runs git.
 *
 *   openSource(dir) -> Source                                        DIR, read and never run
 *   originUrl(source) -> string | null                               where its remote `origin` points
 *   openBaseline(source, gitDir) -> Baseline                         our own bare git directory
 *   sourceStatus(source, baseline) -> SourceStatus                   gate clean_base; protected_roots before and after
 *   checkoutWorkspace(baseline, commit, dir) -> Workspace            the engine's copy
 *   walk(workspace, { maxEntries }) -> Walk                          lstat of everything, before any git sees the tree
 *   resultTree(baseline, workspace, walk, { isScratch, maxGrowth }) -> ResultTree
 *   rawDiff(baseline, before, after) -> RawChange[]
 *   writePatch(baseline, before, after, file, maxBytes) -> { bytes, truncated }
 *   changedContents(baseline, changes) -> AsyncIterable<ChangedContent>   for inspect's scanSecrets
 *   keepPristine(workspace, dir) -> Pristine                         a copy of its files, made before anybody wrote to it
 *   checkoutVerified(baseline, baseTree, patchFile, dir, pristine) -> { tree, finding? }
 *   applyToTree(baseline, tree, patchFile) -> { tree, finding? }      objects of a result, in our own git directory
 *   replayPatch(dir, baseCommit, patchFile) -> { tree, finding? }    for `verify --repo`
 *   writeRepository(dir, fixture)                                   a repository from data, for scenarios and tests
 *   fetchCommits(baseline, remote, wants) -> Map                     commits of a remote, into our own git directory; remoteRefs, remoteBranches: what is there
 *   pushCommit(baseline, remote, commit, ref, expected) -> Pushed    moves one ref of a remote, or says why not
 *   writeOpenedCommit, writeCommit(baseline, …) -> Sha               commits from data, without a work tree
 *   commitShape(baseline, sha) -> CommitShape                        its tree, its parents, the files it changed
 *   openBeneath(root, path) -> FileHandle                            component by component, no links, regular files only
 */
export type * from './types.ts';
export { type Applied, applyToTree, checkoutVerified, replayPatch } from './apply.ts';
export { openBaseline } from './baseline.ts';
export { GitFailure } from './command.ts';
export {
  type ChangedFile,
  type CommitShape,
  commitShape,
  type OpenedCommit,
  writeCommit,
  writeOpenedCommit,
} from './commit-object.ts';
export { changedContents } from './contents.ts';
export { rawDiff, writePatch } from './diff.ts';
export { type Fixture, type FixtureCommit, type FixtureFile, type FixtureFiles, writeRepository } from './fixture.ts';
export { ignoredPaths } from './ignored.ts';
export { openBeneath } from './open-beneath.ts';
export { originUrl } from './origin.ts';
export { type Pushed, pushCommit } from './push.ts';
export { fetchCommits, type RemoteRefs, remoteBranches, remoteRefs } from './remote.ts';
export { type Remote, rewritten } from './remote-environment.ts';
export { type ResultTreeOptions, resultTree } from './result-tree.ts';
export { openSource } from './source.ts';
export { sourceStatus } from './status.ts';
export { type WalkOptions, walk } from './walk.ts';
export { checkoutWorkspace, keepPristine } from './workspace.ts';
