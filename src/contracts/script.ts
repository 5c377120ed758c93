import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { InternalError } from './errors.ts';

/**
 * The file of a script that runs as a process of its own (the fake engine's player, the relay's bridge, a worker): TypeScript beside its room in a
 * checkout, a self-contained `.cjs` in dist/. `url` is the caller's `import.meta.url`.
 */
export function scriptFile(url: string, name: string): string {
  const here = dirname(fileURLToPath(url));
  const found = [join(here, `${name}.ts`), join(here, `${name}.cjs`), join(here, '..', `${name}.cjs`)].find((f) =>
    existsSync(f),
  );
  if (found === undefined) throw new InternalError(`the script ${name} is not where this build expects it (${here})`);
  return found;
}
