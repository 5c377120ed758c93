import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { type BuildOptions, build, type Plugin } from 'esbuild';

/** What starts as a process or thread of its own: one self-contained file each, found by `scriptFile`. */
const SCRIPTS = { player: 'src/engines/player.ts', 'hash-worker': 'src/evidence/read/hash-worker.ts' };

/** CommonJS: the ES module loader and the namespaces of Node's own modules cost 8 ms of every start (docs/adr/0087). */
const COMMON = {
  outdir: 'dist',
  bundle: true,
  write: false,
  format: 'cjs',
  supported: { 'dynamic-import': false },
  inject: [join(import.meta.dirname, 'bundle-url.js')],
  define: { 'import.meta.url': 'bundleUrl' },
  platform: 'node',
  // The ES module of a package that has both: jsonc-parser's other one cannot be bundled.
  mainFields: ['module', 'main'],
  target: 'node20',
  minifySyntax: true,
  minifyWhitespace: true,
  legalComments: 'none',
  // One byte a character: what else stands in a text doubles what the whole bundle takes of memory.
  charset: 'ascii',
} as const satisfies BuildOptions;

/** Whose dynamic imports become bundles of their own: ours. Packages stay inside. */
const OURS = /[/\\]src[/\\]/;

/** What is called from outside: the command line, and a step of the Action. */
const MAINS: ReadonlyMap<string, string> = new Map([
  ['src/cli/main.ts', 'cli'],
  ['src/action/start.ts', 'action'],
]);

/** `src/contracts/generated/packet.validator.ts` → `contracts-generated-packet.validator`. */
const bundleName = (root: string, file: string): string =>
  relative(join(root, 'src'), file).replace(/\.ts$/, '').replaceAll(/[/\\]/g, '-');

/** Leaves modules that are loaded on demand out of a bundle, points at their own ones, and says which they are. */
const onDemand = (root: string, from: string, found: (file: string) => void): Plugin => ({
  name: 'on-demand',
  setup(context) {
    context.onResolve({ filter: /^\..*\.ts$/ }, ({ path, resolveDir, importer, kind }) => {
      if (kind !== 'dynamic-import' || !OURS.test(importer)) return null;
      const file = resolve(resolveDir, path);
      found(file);
      return { path: `./${from}${bundleName(root, file)}.js`, external: true };
    });
  },
});

/** Leaves out what a package needs for something that is never asked of it: loading it would cost every start. */
const without = (what: RegExp, of: RegExp): Plugin => ({
  name: `without-${what.source}`,
  setup(context) {
    context.onResolve({ filter: what }, ({ path, importer }) =>
      of.test(importer) ? { path, namespace: 'unused' } : null,
    );
    context.onLoad({ filter: what, namespace: 'unused' }, () => ({ contents: 'module.exports = {};' }));
  },
});

/** Executables for subcommands that we do not have: 4 ms. */
const noPrograms = without(/^node:child_process$/, /[/\\]commander[/\\]/);

/** The client that fetches OpenID tokens, with all of undici: 430 kB of every bundle of the Action, 20 ms. */
const noTokens = without(/^@actions\/http-client/, /[/\\]@actions[/\\]core[/\\]/);

/** Packages that only define things, and do not say so: what nobody asks of them stays out of a bundle. */
const withoutEffects: Plugin = {
  name: 'without-effects',
  setup(context) {
    context.onResolve({ filter: /^(?:js-yaml|jsonc-parser)$/ }, async ({ path, resolveDir, kind, pluginData }) => {
      if (pluginData === 'resolved') return null;
      const { path: file } = await context.resolve(path, { resolveDir, kind, pluginData: 'resolved' });
      return { path: file, sideEffects: false };
    });
  },
};

/** The scenarios that ship, as they are. */
function library(root: string): [path: string, text: string][] {
  const folder = join(root, 'src/scenarios/library');
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.yml'))
    .toSorted()
    .map((path) => [join('dist/scenarios', path), readFileSync(join(folder, path), 'utf8')]);
}

/**
 * `dist/cli.js`, one bundle in `dist/chunks` for every module of ours that is loaded on demand, the scripts and the library of scenarios. Bundles share no chunks on
 * purpose: with shared ones esbuild makes every command load whatever any command takes from a door (esbuild splits by file, and a door reaches all of a room).
 * Only a `UserError` crosses from one bundle to another; it is told by its name. Runs on Node ≥ 20 without an install.
 */
export async function dist(root: string): Promise<Map<string, string>> {
  // The package is one of ES modules; what lies here is not.
  const files = new Map([...library(root), ['dist/package.json', '{"type":"commonjs"}\n']]);
  const entries = new Set([...MAINS.keys()].map((path) => join(root, path)));
  // A set that grows while it is walked: bundles may ask for further ones.
  for (const entry of entries) {
    const main = MAINS.get(relative(root, entry));
    const { outputFiles } = await build({
      ...COMMON,
      absWorkingDir: root,
      entryPoints: { [main ?? `chunks/${bundleName(root, entry)}`]: entry },
      plugins: [
        noPrograms,
        noTokens,
        withoutEffects,
        onDemand(root, main === undefined ? '' : 'chunks/', (file) => entries.add(file)),
      ],
    });
    for (const file of outputFiles) files.set(relative(root, file.path), file.text);
  }
  const scripts = await build({
    ...COMMON,
    absWorkingDir: root,
    entryPoints: SCRIPTS,
    outExtension: { '.js': '.cjs' },
  });
  for (const file of scripts.outputFiles) files.set(relative(root, file.path), file.text);
  return files;
}
