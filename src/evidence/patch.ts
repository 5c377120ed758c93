import { isUtf8 } from 'node:buffer';
import { blobId, described, type Draft, newDraft, type PatchedFile } from './patched-file.ts';

export interface PatchSummary {
  files: PatchedFile[];
  /** What is not exactly what `git diff --binary --full-index --no-renames` writes. `git apply` skips text that it does not know; a reviewer would not. */
  errors: { line: number; message: string }[];
}

const LINE_LIMIT = 64 << 10;
/** The content of an added or deleted file is hashed again up to this many bytes. */
const CONTENT_LIMIT = 16 << 20;
const MAX_ERRORS = 20;

/**
 * Reads `patch.diff` block by block: which paths, modes and line counts it has. Strict, and in constant memory but for the list of files and one
 * added file's content at a time, whose blob id is computed again (a changed line of a new file shows).
 */
export class PatchReader {
  private readonly files: PatchedFile[] = [];
  private readonly errors: PatchSummary['errors'] = [];
  private rest: Buffer[] = [];
  private restLength = 0;
  private number = 0;
  private draft: Draft | null = null;
  private hunk: { before: number; after: number } | null = null;
  private state: 'header' | 'text' | 'binary' | 'lost' = 'header';

  push(block: Buffer): void {
    let from = 0;
    for (let end = block.indexOf(10); end !== -1; end = block.indexOf(10, from)) {
      const part = block.subarray(from, end);
      from = end + 1;
      if (this.rest.length === 0) this.line(part, part.length);
      else {
        this.rest.push(part);
        const length = this.restLength + part.length;
        const line = Buffer.concat(this.rest);
        this.rest = [];
        this.restLength = 0;
        this.line(line, length);
      }
    }
    if (from < block.length) this.keep(block.subarray(from));
  }

  /** The block is only valid during the call, so what is kept of it is copied, and no more than a header could need. */
  private keep(part: Buffer): void {
    const wanted = this.draft?.content && this.hunk ? CONTENT_LIMIT : LINE_LIMIT;
    if (this.restLength < wanted) this.rest.push(Buffer.from(part.subarray(0, wanted - this.restLength)));
    else if (this.rest.length === 0) this.rest.push(Buffer.alloc(0));
    this.restLength += part.length;
  }

  end(): PatchSummary {
    if (this.restLength > 0) this.wrong('the last line does not end');
    this.finish();
    return { files: this.files, errors: this.errors };
  }

  private wrong(message: string): void {
    if (this.errors.length < MAX_ERRORS) this.errors.push({ line: this.number, message });
  }

  private line(line: Buffer, length: number): void {
    this.number += 1;
    if (this.state === 'lost') return;
    if (this.hunk && (this.hunk.before > 0 || this.hunk.after > 0)) return this.inHunk(line, length);
    if (this.hunk && line[0] === 0x5c) return this.noNewline();
    if (this.state === 'binary' && this.inBinary(line)) return;
    if (length > LINE_LIMIT) return this.lose('a header line is too long');
    const text = line.toString('latin1');
    // Behind the second @@ stands the beginning of some line of the file, cut anywhere: bytes, whatever they are.
    if (this.draft && text.startsWith('@@ ')) return this.startHunk(text);
    // git quotes such names: read as U+FFFD they would all be one, and another than the one that is written.
    if (!isUtf8(line)) return this.lose('a header line is not UTF-8');
    if (text.startsWith('diff --git ')) return this.start(line.toString('utf8').slice('diff --git '.length));
    if (!this.draft) return this.lose('text that belongs to no file');
    if (this.hunk) return this.lose('text after the last hunk of a file');
    this.header(this.draft, line.toString('utf8'));
  }

  private lose(message: string): void {
    this.wrong(message);
    this.state = 'lost';
  }

  private start(rest: string): void {
    this.finish();
    this.state = 'header';
    this.draft = newDraft(rest);
  }

  private header(draft: Draft, line: string): void {
    const cut = /^(old mode|new mode|new file mode|deleted file mode|index|---|\+\+\+) (.*)$/s.exec(line);
    const value = cut?.[2] ?? '';
    switch (cut?.[1]) {
      case 'old mode':
        draft.oldMode = value;
        return;
      case 'new mode':
        draft.mode = value;
        return;
      case 'new file mode':
        draft.created = true;
        draft.mode = value;
        return;
      case 'deleted file mode':
        draft.deleted = true;
        draft.oldMode = value;
        return;
      case 'index':
        return this.index(draft, value);
      case '---':
        draft.minus = value;
        return;
      case '+++':
        draft.plus = value;
        if (draft.created !== draft.deleted) draft.content = [];
        this.state = 'text';
        return;
      default:
        if (line !== 'GIT binary patch') return this.lose('a line that git does not write here');
        draft.binary = true;
        this.state = 'binary';
    }
  }

  private index(draft: Draft, value: string): void {
    const [, before, after, mode] = /^([0-9a-f]{40,64})\.\.([0-9a-f]{40,64})(?: (\d{6}))?$/.exec(value) ?? [];
    if (before === undefined || after === undefined) return this.wrong('the index line has no full object ids');
    draft.ids = [before, after];
    if (mode !== undefined) draft.oldMode = draft.mode = mode;
  }

  private startHunk(text: string): void {
    const match = /^@@ -\d+(?:,(\d+))? \+\d+(?:,(\d+))? @@/.exec(text);
    if (!match || this.state !== 'text') return this.lose('a hunk that is none');
    this.hunk = { before: Number(match[1] ?? 1), after: Number(match[2] ?? 1) };
  }

  private inHunk(line: Buffer, length: number): void {
    const { hunk, draft } = this;
    if (!hunk || !draft) return;
    const sign = line[0];
    if (sign === 0x5c) return this.noNewline();
    if (sign === 0x20 || sign === 0x2d) hunk.before -= 1;
    if (sign === 0x20 || sign === 0x2b) hunk.after -= 1;
    if (sign === 0x2b) draft.added += 1;
    else if (sign === 0x2d) draft.removed += 1;
    else if (sign !== 0x20) return this.lose('a line of a hunk without a sign');
    if (hunk.before < 0 || hunk.after < 0) return this.lose('a hunk is longer than it says');
    this.collect(draft, line, length);
  }

  private collect(draft: Draft, line: Buffer, length: number): void {
    if (!draft.content) return;
    draft.bytes += length;
    if (draft.bytes > CONTENT_LIMIT || line.length !== length) draft.content = null;
    else draft.content.push(Buffer.from(line.subarray(1)), Buffer.from('\n'));
  }

  private noNewline(): void {
    // `\ No newline at end of file`: the line before it has no line feed.
    this.draft?.content?.pop();
  }

  /** Base-85 lines up to an empty one; one or two such parts. Their content is checked by `--repo`, which applies them. */
  private inBinary(line: Buffer): boolean {
    return line.length === 0 || !line.subarray(0, 11).equals(Buffer.from('diff --git '));
  }

  private finish(): void {
    const { draft, hunk } = this;
    this.draft = null;
    this.hunk = null;
    if (!draft || this.state === 'lost') return;
    if (hunk && (hunk.before > 0 || hunk.after > 0)) this.wrong('a hunk ends before it is complete');
    const file = described(draft);
    if (typeof file === 'string') return this.wrong(file);
    this.files.push(file);
    const id = draft.created ? draft.ids?.[1] : draft.ids?.[0];
    if (draft.content && id !== undefined && id !== blobId(draft.content, id.length))
      this.wrong(`the content of ${JSON.stringify(file.path)} is not the blob that its index line names`);
  }
}
