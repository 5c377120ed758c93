import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { adapted, type Self } from './adapt.ts';
import { EXPORT } from './places.ts';
import { readWorkflow, type Workflow } from './workflow.ts';

const REUSABLE = '.github/workflows/packet.yml';

export interface ActionsRepository {
  self: Self;
  folder: string;
  reusable: Workflow;
}

const made = new Map<string, ActionsRepository>();

/** This Action as it lies at `owner/name@<commit>`, with what act does not know adapted in its reusable workflow. Made once. */
export function actionsRepository(self: Self): ActionsRepository {
  const key = JSON.stringify([self.repository, self.commit, self.lastSteps ?? [], [...(self.kept ?? [])]]);
  const there = made.get(key);
  if (there) return there;
  const folder = join(EXPORT, '..', `at-${process.pid}-${made.size}`);
  mkdirSync(folder, { recursive: true });
  cpSync(EXPORT, folder, { recursive: true });
  const reusable = readWorkflow(readFileSync(join(EXPORT, REUSABLE), 'utf8'));
  writeFileSync(join(folder, REUSABLE), adapted(reusable.document, self));
  const repository = { self, folder, reusable };
  made.set(key, repository);
  return repository;
}

const REMOTE = /^([\w.-]+\/[\w.-]+)\/\.github\/workflows\/packet\.yml@([0-9a-f]{40})$/;

/**
 * The reusable workflow that a job names: this Action's, by a full commit in whatever repository the adopter's file says, or, in this Action's own repository, of the same commit.
 */
export function called(uses: string, here: Self): ActionsRepository {
  const [, repository, commit] = REMOTE.exec(uses) ?? [];
  if (repository !== undefined && commit !== undefined) return actionsRepository({ ...here, repository, commit });
  if (uses === `./${REUSABLE}`) return actionsRepository(here);
  throw new Error(`no workflow of ours, or not by a full commit: ${uses}`);
}
