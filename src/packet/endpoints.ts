/**
 * Why a `host:port` is no endpoint, or null. Besides the schema's form: the port is at most 65535, and a host that some resolver reads as an address
 * (`127.1`, `2130706433`, `0x7f.1`, `[0:0::1]`) must be written the way the URL Standard writes it, so that a person sees where it leads.
 */
export function endpointProblem(text: string): string | null {
  const [, host = '', port = ''] = /^(.*):(\d+)$/.exec(text) ?? [];
  if (Number(port) < 1 || Number(port) > 65_535) return 'has no port between 1 and 65535';
  if (host.length > 253 || host.split('.').some((label) => label.length > 63))
    return 'has a host name that is too long';
  const url = `http://${host}/`;
  if (!URL.canParse(url)) return 'has no valid host';
  return new URL(url).hostname === host ? null : 'has a host that is not written in full';
}

/** Why a text cannot be a branch name below `refs/heads/`, or null (git-check-ref-format). */
export function branchProblem(name: string): string | null {
  if (name.startsWith('refs/')) return 'starts with refs/: write the branch name alone';
  if (name.startsWith('-')) return 'starts with a dash';
  if (name === '@' || name.includes('@{')) return 'holds @{';
  // oxlint-disable-next-line no-control-regex -- what git refuses
  if (/[\x00-\x20\x7f~^:?*[\\]/.test(name)) return 'holds a character that git does not allow in a branch name';
  if (name.includes('..')) return 'holds ..';
  if (/^\/|\/$|\/\//.test(name) || name.endsWith('.')) return 'starts or ends like no branch name';
  if (name.split('/').some((part) => part.startsWith('.') || part.endsWith('.lock')))
    return 'has a part that git refuses';
  return null;
}
