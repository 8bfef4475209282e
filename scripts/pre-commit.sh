#!/bin/sh
# The pre-commit hook: runs zonewise check from this checkout and installs its packages on the first run. pre-commit's
# own Node support does not work: npm installs the packages for the build of a git dependency elsewhere under -g.
set -eu
here=$(dirname "$0")/..
if ! node -e 'process.exit(Number(process.versions.node.split(".")[0]) < 24 ? 1 : 0)' 2>/dev/null; then
  echo 'zonewise needs Node 24 or later on the PATH' >&2
  exit 2
fi
if [ ! -d "$here/node_modules/yaml" ]; then
  (cd "$here" && npm ci --omit=dev --ignore-scripts --no-fund --no-audit >&2)
fi
exec node "$here/src/main.ts" check --ignore-others "$@"
