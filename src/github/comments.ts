import { commentOf } from './issues.ts';
import { entriesOf, type Transport } from './transport.ts';
import type { Comment, Repository, Saved } from './types.ts';

/** The hidden first line of a comment of ours. */
const markerOf = (kind: string): string => `<!-- countersign:${kind} -->`;

/** Page by page, so that a search can stop early. */
async function* commentsOf(transport: Transport, { owner, name }: Repository, number: number): AsyncGenerator<Comment> {
  const parameters = { owner, repo: name, issue_number: number };
  for await (const page of transport.pages('GET /repos/{owner}/{repo}/issues/{issue_number}/comments', parameters)) {
    for (const entry of entriesOf(page)) yield commentOf(entry, page.at);
  }
}

export interface CommentToSave {
  number: number;
  kind: string;
  body: string;
  /** The token's own login: a comment of anybody else that looks like ours is not touched. */
  login: string;
  among: readonly Comment[] | undefined;
}

export async function saveComment(transport: Transport, repository: Repository, wanted: CommentToSave): Promise<Saved> {
  const marker = markerOf(wanted.kind);
  const body = `${marker}\n${wanted.body}`;
  const isOurs = ({ actor, body: text }: Comment): boolean =>
    actor.type === 'Bot' && actor.login === wanted.login && text.split(/\r?\n/, 1)[0] === marker;
  const find = async (): Promise<Comment | null> => {
    for await (const comment of commentsOf(transport, repository, wanted.number)) if (isOurs(comment)) return comment;
    return null;
  };
  const at = { owner: repository.owner, repo: repository.name };
  const existing = wanted.among === undefined ? await find() : (wanted.among.find(isOurs) ?? null);
  if (existing !== null) {
    if (existing.body === body) return { id: existing.id, did: 'nothing' };
    const parameters = { ...at, comment_id: existing.id, body };
    await transport.send('PATCH /repos/{owner}/{repo}/issues/comments/{comment_id}', parameters);
    return { id: existing.id, did: 'updated' };
  }
  const parameters = { ...at, issue_number: wanted.number, body };
  const route = 'POST /repos/{owner}/{repo}/issues/{issue_number}/comments';
  const { id } = await transport.create(route, parameters, (reply) => commentOf(reply.data, reply.at), find);
  return { id, did: 'created' };
}
