#!/bin/sh
# The pre-commit hook: zonewise check from this checkout, whose packages are installed at the first run. npm cannot build a
# package from git under -g, as pre-commit's own way for Node would want (npm installs what builds it elsewhere).
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
