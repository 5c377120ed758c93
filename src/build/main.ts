/**
 * `npm run build`: everything that is generated (validators, types, schema lock, reference docs, dist/). With `--check` nothing is written: a file
 * that differs from a fresh build is named and the exit code is 1.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { dist } from './dist.ts';
import { reference } from './reference.ts';
import { issueFormDefinition } from '../packet/index.ts';
import { lock } from './lock.ts';
import { readSchemas } from './schemas.ts';
import { types } from './types.ts';
import { validators } from './validators.ts';

const root = join(import.meta.dirname, '../..');
const check = process.argv.includes('--check');
const problems: string[] = [];

const read = (path: string): string | null =>
  existsSync(join(root, path)) ? readFileSync(join(root, path), 'utf8') : null;

/** Writes (or compares) a set of files; `owned` is a folder that holds nothing but them. */
function settle(files: Map<string, string>, owned?: string): void {
  for (const [path, content] of files) {
    if (read(path) === content) continue;
    if (check) problems.push(`${path} differs from a fresh build`);
    else {
      mkdirSync(dirname(join(root, path)), { recursive: true });
      writeFileSync(join(root, path), content);
    }
  }
  if (owned === undefined || !existsSync(join(root, owned))) return;
  for (const entry of readdirSync(join(root, owned), { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name).slice(root.length + 1);
    if (!entry.isFile() || files.has(path)) continue;
    if (check) problems.push(`${path} is not part of a fresh build`);
    else rmSync(join(root, path));
  }
}

const schemas = readSchemas(root);
const locked = lock(schemas, read('schemas/lock.json'), process.argv.includes('--relock'));
problems.push(...locked.errors);
if (locked.errors.length === 0) settle(new Map([['schemas/lock.json', locked.text]]));
settle(new Map([...(await validators(schemas)), ...(await types(schemas))]), 'src/contracts/generated');
settle(reference(schemas), 'docs/reference/generated');
settle(new Map([['.github/ISSUE_TEMPLATE/packet.yml', issueFormDefinition()]]));
if (!process.argv.includes('--contracts')) settle(await dist(root), 'dist');

for (const problem of problems) console.error(problem);
if (problems.length > 0) {
  console.error(
    check
      ? 'Run `npm run build` and commit the result.'
      : 'A schema that no release holds yet is accepted with `npm run build -- --relock`.',
  );
  process.exitCode = 1;
}
