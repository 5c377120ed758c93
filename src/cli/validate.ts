import { EXIT, type ExitCode, type Packet, type Problem } from '../contracts/index.ts';
import { packetSetErrors, parsePlainPacket } from '../packet/index.ts';
import { type Output, oneLine } from './output.ts';
import type { Register } from './program.ts';
import { readInput } from './read-input.ts';
import {
  type DocumentResult,
  type PacketResult,
  type Validated,
  formatOf,
  invalidPacket,
  packetResult,
} from './results.ts';

/** `countersign validate --json`. `errors` are files that could not be read; `documents` are there when other contracts than packets were given. */
export interface ValidateResult {
  ok: boolean;
  errors?: Problem[];
  packets: PacketResult[];
  documents?: DocumentResult[];
}

/** Validates files by name, `-` for standard input; then the packets among them in each other's company. */
export async function validateFiles(files: readonly string[]): Promise<ValidateResult> {
  const problems: Problem[] = [];
  const read: { text: string; validated: Validated }[] = [];
  for (const file of files) {
    const input = readInput(file);
    if ('problem' in input) problems.push(input.problem);
    else if ('invalid' in input) read.push({ text: '', validated: invalidPacket(file, [input.invalid]) });
    else read.push({ text: input.text, validated: await validateText(file, input.text) });
  }
  await addSetErrors(read);
  const packets = read.flatMap(({ validated }) => (validated.kind === 'packet' ? [validated.result] : []));
  const documents = read.flatMap(({ validated }) => (validated.kind === 'document' ? [validated.result] : []));
  return {
    ok: problems.length === 0 && [...packets, ...documents].every((result) => result.ok),
    ...(problems.length > 0 ? { errors: problems } : {}),
    packets,
    ...(documents.length > 0 ? { documents } : {}),
  };
}

/** One file: a packet by default; the other contracts are loaded when one is given. */
async function validateText(file: string, text: string): Promise<Validated> {
  const format = formatOf(file, text);
  if (format === 'packet')
    return packetResult(file, parsePlainPacket(text) ?? (await import('./packets.ts')).parsePacket(text));
  return await (await import('./documents.ts')).validateDocument(file, text, format);
}

/** Adds what is wrong only between packets, with its place in each packet's own text. */
async function addSetErrors(read: readonly { text: string; validated: Validated }[]): Promise<void> {
  const valid = read.flatMap(({ text, validated }) =>
    validated.kind === 'packet' && validated.packet
      ? [{ text, result: validated.result, packet: validated.packet }]
      : [],
  );
  const packets: Packet[] = valid.map(({ packet }) => packet);
  for (const [i, errors] of packetSetErrors(packets).entries()) {
    const one = valid[i];
    if (!one || errors.length === 0) continue;
    one.result.errors.push(...(await import('./packets.ts')).placeInPacket(errors, one.text));
    one.result.ok = false;
    one.result.eligible = false;
  }
}

/** For people: a line for each file that is valid, every error of the others with its fix. */
function print(result: ValidateResult, out: Output): void {
  out.problems(result.errors ?? []);
  for (const packet of result.packets) {
    if (!packet.ok) {
      out.problems(packet.errors.map((error) => ({ ...error, file: packet.file })));
      continue;
    }
    out.result(
      `${out.green('valid')} ${oneLine(packet.file)} ${packet.packet_id ?? ''} ${out.dim(packet.digest ?? '')}`,
    );
    if (packet.missing.length > 0) out.result(`  ${out.yellow('not eligible')}: lacks ${packet.missing.join(', ')}`);
    if (packet.unknown_constraints.length > 0)
      out.result(`  ${out.yellow('not eligible')}: unknown constraints ${packet.unknown_constraints.join(', ')}`);
  }
  for (const document of result.documents ?? [])
    if (document.ok)
      out.result(
        `${out.green('valid')} ${oneLine(document.file)} ${document.schema ?? ''} ${out.dim(document.digest ?? '')}`,
      );
    else out.problems(document.errors.map((error) => ({ ...error, file: document.file })));
}

/** Validates files and prints the result. */
export async function validate(files: readonly string[], out: Output, json: boolean): Promise<ExitCode> {
  const result = await validateFiles(files);
  if (json) out.json(result);
  else print(result, out);
  return result.ok ? EXIT.pass : EXIT.usage;
}

export const register: Register = (program, { out, json, exit }) => {
  program
    .command('validate')
    .description('check packets, or any other contract document by its schema id')
    .argument('<file...>', 'packets (Markdown or an issue form), .json or .yml documents, - for standard input')
    .action(async (files: string[]) => {
      exit(await validate(files, out, json));
    });
};
