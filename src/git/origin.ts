import { join } from 'node:path';
import { gitText, saidNo } from './command.ts';
import { foreignEnvironment } from './environment.ts';
import type { Source } from './types.ts';

/**
 * Where DIR's remote `origin` points, as its own configuration file says it (no includes, no `insteadOf`, no remote is asked); null where there is none. Untrusted text: whoever
 * wrote that file chose it.
 */
export async function originUrl({ gitDir, commonDir }: Source): Promise<string | null> {
  const file = join(commonDir, 'config');
  try {
    const asked = ['config', '--no-includes', '--file', file, '--get', 'remote.origin.url'];
    return (await gitText(foreignEnvironment(gitDir), asked)).trim() || null;
  } catch (error) {
    if (saidNo(error)) return null;
    throw error;
  }
}
