import type { Twin, TwinRepository } from '../twin/index.ts';

/** A GET of the API as a person with an account who may read. Throws for any answer but a good one. */
export async function reading(twin: Twin, repo: TwinRepository, path: string): Promise<Response> {
  const token = twin.token({ actor: 'carol', label: 'a reader' });
  const first = await fetch(`${twin.apiUrl}/repos/${repo.fullName}${path}`, {
    headers: { authorization: `Bearer ${token}`, accept: 'application/vnd.github+json' },
    redirect: 'manual',
  });
  // Whoever keeps the bytes of artifacts refuses a token of GitHub's.
  const answer = first.status === 302 ? await fetch(first.headers.get('location') ?? '') : first;
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
  return answer;
}
