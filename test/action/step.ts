/** Everything that is printed to standard output meanwhile, which is what a runner reads commands from. */
export async function printed(work: () => unknown): Promise<string> {
  const write = process.stdout.write.bind(process.stdout);
  let text = '';
  process.stdout.write = (chunk: string | Uint8Array): boolean => {
    text += typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString('utf8');
    return true;
  };
  try {
    await work();
  } finally {
    process.stdout.write = write;
  }
  return text;
}

/** What a runner makes of the file of outputs (docs.github.com, Workflow commands: `name<<delimiter`, lines, delimiter). */
export function outputsOf(file: string): Record<string, string> {
  const lines = file.split('\n');
  const outputs: Record<string, string> = {};
  for (let index = 0; index < lines.length; index += 1) {
    const [, name, delimiter] = /^([^<=]+)<<(.+)$/.exec(lines[index] ?? '') ?? [];
    if (name === undefined) {
      if (lines[index]) throw new Error(`no output: ${lines[index]}`);
      continue;
    }
    const end = lines.indexOf(delimiter ?? '', index + 1);
    if (end === -1) throw new Error(`output ${name} does not end`);
    outputs[name] = lines.slice(index + 1, end).join('\n');
    index = end;
  }
  return outputs;
}
