import { sha256Hex } from '../contracts/canonical.ts';
import type { SchemaFile } from './schemas.ts';

interface LockEntry {
  id: string;
  version: number;
  digest: string;
}

/**
 * `schemas/lock.json`: what each published schema's bytes are. New schemas are added; a changed one is an error unless `relock` says that no
 * release holds it yet (2-contracts.md: changing a published schema's bytes without a new version fails).
 */
export function lock(
  schemas: SchemaFile[],
  current: string | null,
  relock: boolean,
): { text: string; errors: string[] } {
  const entries: LockEntry[] = schemas.map((s) => ({
    id: `countersign/${s.name}`,
    version: s.version,
    digest: `sha256:${sha256Hex(s.text)}`,
  }));
  const old = current === null ? [] : (JSON.parse(current) as { schemas: LockEntry[] }).schemas;
  const errors = relock
    ? []
    : old.flatMap((was) => {
        const is = entries.find((e) => e.id === was.id && e.version === was.version);
        if (!is) return [`${was.id}/v${was.version} is locked and gone: published schemas stay`];
        return is.digest === was.digest ? [] : [`${was.id}/v${was.version} changed: give it a new version`];
      });
  return { text: `${JSON.stringify({ schemas: entries }, null, 2)}\n`, errors };
}
