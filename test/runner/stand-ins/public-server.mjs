/** The client believes every server but github.com to be one without this artifact service; here it is told so, for this process. */
export async function publicServer() {
  process.env.GITHUB_SERVER_URL = 'https://github.com';
  return await import('@actions/artifact');
}
