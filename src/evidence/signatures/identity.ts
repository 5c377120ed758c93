import { usage } from '../../contracts/index.ts';

/** GitHub Actions' own issuer of identities. */
export const GITHUB_ISSUER = 'https://token.actions.githubusercontent.com';

/** Who is to have signed: exact texts, never patterns. */
export interface Identity {
  /** The certificate's subject alternative name: the URI of a workflow at a ref, or an e-mail address. */
  name: string;
  /** The OpenID Connect issuer that vouched for it. */
  issuer: string;
}

/** What a Sigstore certificate says of who signed, and of the workflow run where it was one; null where it does not say. */
export interface Certificate {
  name: string | null;
  issuer: string | null;
  /** `https://github.com/owner/name`: whose run it was, which a reusable workflow's own name does not tell. */
  sourceRepository: string | null;
  /** Full ref name. */
  sourceRef: string | null;
  /** `https://github.com/owner/name/actions/runs/ID/attempts/N`. */
  run: string | null;
}

/** What a pack says of where it was made; all null where it was not made on GitHub. */
export interface Origin {
  /** `owner/name`. */
  repository: string | null;
  /** The default branch, as full ref name. */
  ref: string | null;
  /** The id of the workflow run. */
  run: string | null;
}

/** A workflow: server, repository, and path and ref of the file. */
const WORKFLOW = /^(https:\/\/[^/]+)\/([^/]+\/[^/]+)\/\.github\/workflows\/[^/@]+\.ya?ml@.+$/;

/** `owner/name/.github/workflows/file.yml@ref` is short for the same on github.com. Throws a UserError for a text that names nobody. */
export function identityOf(name: string, issuer: string = GITHUB_ISSUER): Identity {
  const whole = /^[^/:@]+\/[^/:@]+\/\.github\//.test(name) ? `https://github.com/${name}` : name;
  if (!WORKFLOW.test(whole) && !/^[^\s/@]+@[^\s/@]+$/.test(whole))
    throw usage(
      `${JSON.stringify(name)} names no signer`,
      '--identity',
      'Write OWNER/REPO/.github/workflows/FILE.yml@REF as the certificate has it, or an e-mail address.',
    );
  if (!URL.canParse(issuer))
    throw usage(
      `${JSON.stringify(issuer)} is no address`,
      '--issuer',
      `The one of GitHub Actions is ${GITHUB_ISSUER}.`,
    );
  return { name: whole, issuer };
}

/**
 * Whether the certificate is of whom we were told, and of the place that the pack says it was made in. Null where it is.
 *
 * A reusable workflow signs under its own name wherever it is called: anybody may call it from a repository of their own. So the repository, the branch and the
 * run that GitHub wrote into the certificate must be the pack's. A pack that was not made on GitHub must be of the workflow's own repository.
 */
export function identityProblem(certificate: Certificate, wanted: Identity, origin: Origin): string | null {
  if (certificate.name !== wanted.name) return `signed by ${said(certificate.name)}, not by ${wanted.name}`;
  if (certificate.issuer !== wanted.issuer)
    return `vouched for by ${said(certificate.issuer)}, not by ${wanted.issuer}`;
  const [, server = '', own = ''] = WORKFLOW.exec(wanted.name) ?? [];
  // A person vouches for what they sign, wherever it was made.
  if (server === '') return null;
  const repository = `${server}/${origin.repository ?? own}`;
  if (certificate.sourceRepository !== repository)
    return `signed in a run of ${said(certificate.sourceRepository)}, the pack is of ${repository}`;
  if (origin.repository === null) return null;
  if (origin.ref === null || certificate.sourceRef !== origin.ref)
    return `signed on ${said(certificate.sourceRef)}, the rules of the pack are those of ${said(origin.ref)}`;
  if (origin.run === null || certificate.run?.startsWith(`${repository}/actions/runs/${origin.run}/attempts/`) !== true)
    return `signed in ${said(certificate.run)}, the pack was made in run ${said(origin.run)}`;
  return null;
}

const said = (text: string | null): string => text ?? '(nothing)';
