import { relative } from 'node:path';
import { type BuildOptions, build } from 'esbuild';

/** What starts as a process or thread of its own: one self-contained file each, found by `scriptFile`. */
const SCRIPTS = { player: 'src/engines/player.ts', 'hash-worker': 'src/evidence/read/hash-worker.ts' };

const COMMON = {
  outdir: 'dist',
  bundle: true,
  write: false,
  format: 'esm',
  platform: 'node',
  // The ES module of a package that has both: jsonc-parser's other one cannot be bundled.
  mainFields: ['module', 'main'],
  target: 'node20',
  minifySyntax: true,
  minifyWhitespace: true,
  legalComments: 'none',
  charset: 'utf8',
} as const satisfies BuildOptions;

/** ESM bundles, code split so that a command loads only what it needs, and the scripts. Runs on Node ≥ 20 without an install. */
export async function dist(root: string): Promise<Map<string, string>> {
  const cli = await build({
    ...COMMON,
    absWorkingDir: root,
    entryPoints: { cli: 'src/cli/main.ts' },
    splitting: true,
    chunkNames: 'chunks/[name]-[hash]',
    // Bundled CommonJS asks for require(); ESM has none (4-facts.md).
    banner: { js: "import{createRequire as __cr}from'node:module';const require=__cr(import.meta.url);" },
  });
  const scripts = await build({
    ...COMMON,
    absWorkingDir: root,
    entryPoints: SCRIPTS,
    outExtension: { '.js': '.mjs' },
  });
  return new Map([...cli.outputFiles, ...scripts.outputFiles].map((file) => [relative(root, file.path), file.text]));
}
