#!/usr/bin/env bash
# actionlint, and zizmor at its strictest, over the workflows and the Action of this repository and over what `countersign init` writes for others. Both are installed by version into the
# user's cache. Every exception stands beside what it excepts, with its reason; the one for a whole tool is here.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
# The Node of the tests runs TypeScript as it is.
export PATH=$PWD/node_modules/.bin:$PATH
cache=${XDG_CACHE_HOME:-$HOME/.cache}/countersign
actionlint=$cache/actionlint-1.7.12/actionlint
zizmor=$cache/zizmor-1.32.0/bin/zizmor
go=$(command -v go || echo /usr/local/go/bin/go)
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

[ -x "$actionlint" ] || GOBIN=${actionlint%/*} GOFLAGS='' "$go" install github.com/rhysd/actionlint/cmd/actionlint@v1.7.12
[ -x "$zizmor" ] || {
  rm -rf "$cache/zizmor-1.32.0"
  python3 -m venv "$cache/zizmor-1.32.0"
  "$cache/zizmor-1.32.0/bin/pip" install --quiet --disable-pip-version-check zizmor==1.32.0
}

# What an adopter gets.
git init --quiet --initial-branch=main "$scratch/adopter"
node src/cli/main.ts init --repo "$scratch/adopter" --yes --json --approver alice --repository acme/site \
  --action "countersign/countersign@$(git rev-parse HEAD)" >"$scratch/init.json"

# $/ (this workflow's own repository, at the commit that runs) is newer than actionlint 1.7.12, which takes it for an action without a ref.
"$actionlint" -shellcheck= -pyflakes= -ignore 'specifying action "\$/" in invalid format because ref is missing' \
  .github/workflows/*.yml "$scratch"/adopter/.github/workflows/*.yml
"$zizmor" --offline --no-progress --persona auditor --strict-collection .github action.yml "$scratch/adopter/.github"
