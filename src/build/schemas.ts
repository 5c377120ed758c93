import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';

export type Schema = Record<string, unknown> & { $id: string; title: string; description: string };
export interface SchemaFile {
  /** `packet` of `packet.v1.schema.json`. */
  name: string;
  version: number;
  file: string;
  text: string;
  schema: Schema;
}

/** All schema files, sorted by name. A file whose `$id` does not say what its name says stops the build. */
export function readSchemas(root: string): SchemaFile[] {
  const folder = join(root, 'schemas');
  return readdirSync(folder)
    .filter((file) => file.endsWith('.schema.json'))
    .toSorted()
    .map((file) => {
      const match = /^([a-z-]+)\.v(\d+)\.schema\.json$/.exec(basename(file));
      if (!match?.[1] || !match[2]) throw new Error(`schemas/${file}: name it <name>.v<n>.schema.json`);
      const text = readFileSync(join(folder, file), 'utf8');
      const schema = JSON.parse(text) as Schema;
      const id = `urn:countersign:${match[1]}:v${match[2]}`;
      if (schema.$id !== id) throw new Error(`schemas/${file}: $id must be ${id}`);
      return { name: match[1], version: Number(match[2]), file, text, schema };
    });
}

/** `execution-report` → `ExecutionReport`. */
export const typeName = (name: string): string =>
  name.replaceAll(/(?:^|[-_])([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
