/**
 * Makes `github.json.gz`, the part of GitHub's own description of its API that the twin is held to. `@octokit/openapi` is 390 MB and no dependency:
 *
 *     cd "$(mktemp -d)" && npm pack @octokit/openapi@23.0.2 && tar xzf octokit-openapi-23.0.2.tgz package/generated/api.github.com.json
 *     node test/twin/openapi/prune.ts "$OLDPWD/…/api.github.com.json"
 *
 * Prose and examples are left out, nothing else: what is left is a valid OpenAPI document for every operation in operations.ts.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { EVENTS, OPERATIONS } from './operations.ts';

type Tree = Record<string, unknown>;

const PROSE = new Set(['description', 'example', 'examples', 'summary', 'tags', 'externalDocs', 'title', 'deprecated']);

/** Whether a member is no data and none of the description's own words. */
const isProse = (name: string): boolean => PROSE.has(name) || name.startsWith('x-');

/** `inside`: the names of the members this was found under. Below `properties` every name is a name of data; a response without a description is none (OpenAPI 3.0.3, Response Object). */
function withoutProse(value: unknown, inside: readonly string[] = []): unknown {
  if (Array.isArray(value)) return value.map((entry) => withoutProse(entry));
  if (typeof value !== 'object' || value === null) return value;
  const isResponse = inside.at(-2) === 'responses';
  const kept = Object.entries(value).filter(
    ([name]) => inside.at(-1) === 'properties' || !isProse(name) || (isResponse && name === 'description'),
  );
  return Object.fromEntries(kept.map(([name, entry]) => [name, withoutProse(entry, [...inside, name])]));
}

const at = (tree: unknown, ...path: string[]): unknown =>
  path.reduce<unknown>((found, name) => (found as Tree | undefined)?.[name], tree);

function refsIn(value: unknown, found: string[] = []): string[] {
  if (typeof value !== 'object' || value === null) return found;
  for (const [name, entry] of Object.entries(value)) {
    if (name === '$ref' && typeof entry === 'string') found.push(entry);
    else refsIn(entry, found);
  }
  return found;
}

function prune(whole: Tree): Tree {
  const paths: Record<string, Tree> = {};
  for (const operation of OPERATIONS) {
    const [method = '', path = ''] = operation.split(' ');
    const described = at(whole, 'paths', path, method.toLowerCase());
    if (described === undefined) throw new Error(`GitHub describes no ${operation}`);
    (paths[path] ??= {})[method.toLowerCase()] = withoutProse(described);
  }
  const webhooks: Tree = {};
  for (const event of EVENTS) {
    const described = at(whole, 'x-webhooks', event);
    if (described === undefined) throw new Error(`GitHub describes no event ${event}`);
    webhooks[event] = withoutProse(described);
  }
  const components: Record<string, Tree> = {};
  const todo = [...refsIn(paths), ...refsIn(webhooks)];
  for (let ref = todo.pop(); ref !== undefined; ref = todo.pop()) {
    const [, , kind = '', name = ''] = ref.split('/');
    const there = (components[kind] ??= {});
    if (name in there) continue;
    const part = withoutProse(at(whole, 'components', kind, name), [kind, name]);
    there[name] = part;
    todo.push(...refsIn(part));
  }
  const { openapi, info } = whole as { openapi: string; info: { title: string; version: string } };
  return {
    openapi,
    info: { title: info.title, version: info.version },
    servers: [{ url: 'https://api.github.com' }],
    paths,
    'x-webhooks': webhooks,
    components,
  };
}

const [source] = process.argv.slice(2);
if (source === undefined) throw new Error('usage: prune.ts api.github.com.json');
const pruned = JSON.stringify(prune(JSON.parse(readFileSync(source, 'utf8')) as Tree));
// zlib writes no time into the header: the same description gives the same bytes.
writeFileSync(fileURLToPath(new URL('github.json.gz', import.meta.url)), gzipSync(pruned, { level: 9 }));
process.stdout.write(`${OPERATIONS.length} operations, ${EVENTS.length} events, ${pruned.length} characters\n`);
