import { build } from 'esbuild';
import { relative } from 'node:path';

/** One ESM bundle per entry point, code split so that a command loads only what it needs. Runs on Node ≥ 20 without an install. */
export async function dist(root: string): Promise<Map<string, string>> {
  const result = await build({
    absWorkingDir: root,
    entryPoints: { cli: 'src/cli/main.ts' },
    outdir: 'dist',
    bundle: true,
    splitting: true,
    write: false,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    minifySyntax: true,
    minifyWhitespace: true,
    legalComments: 'none',
    charset: 'utf8',
    chunkNames: 'chunks/[name]-[hash]',
    // Bundled CommonJS asks for require(); ESM has none (4-facts.md).
    banner: { js: "import{createRequire as __cr}from'node:module';const require=__cr(import.meta.url);" },
  });
  return new Map(result.outputFiles.map((file) => [relative(root, file.path), file.text]));
}
