#!/usr/bin/env bash
# Regenerates fixtures/traffic-fields.json.gz: builds the oracle against each pinned Kubernetes and runs all of them on the
# same cases. Usage: run.sh [DIR]; DIR, by default a temporary directory, holds the module and build caches (5 GB, removable)
# unless GOMODCACHE and GOCACHE are set.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
work=${1:-$(mktemp -d)}
# The minors where the rules changed, those just before, and the newest, in their latest patches at the time of writing.
versions=(28.15 29.15 30.14 31.14 33.13 34.4 37.1)

export GOMODCACHE=${GOMODCACHE:-$work/mod} GOCACHE=${GOCACHE:-$work/build} GOFLAGS="-mod=mod -modcacherw" CGO_ENABLED=0
mkdir -p "$work"
node "$here/cases.ts" > "$work/cases.json"

# k8s.io/kubernetes names its staging modules as v0.0.0 and replaces them by folders; from a module cache they are
# k8s.io/NAME v0.MINOR.PATCH. Everything else is pinned by its own go.mod.
write_go_mod() {
  go mod init example.test/schema-oracle
  go mod edit -require "k8s.io/kubernetes@v1.$1"
  local upstream
  upstream=$(go mod download -json "k8s.io/kubernetes@v1.$1" | sed -n 's/.*"GoMod": "\(.*\)".*/\1/p')
  for module in $(grep -oE '^\s+k8s\.io/[a-z0-9-]+ v0\.0\.0$' "$upstream" | awk '{print $1}' | sort -u); do
    go mod edit -replace "$module=$module@v0.$1"
  done
}

answers=()
for version in "${versions[@]}"; do
  mkdir -p "$work/$version"
  cd "$work/$version"
  [ -f go.mod ] || write_go_mod "$version"
  cp "$here/oracle/main.go" .
  echo "building the oracle of v1.$version" >&2
  go build -o oracle .
  ./oracle < "$work/cases.json" > answers.json
  answers+=("${version%%.*}=v1.$version=$work/$version/answers.json")
done
node "$here/assemble.ts" "$work/cases.json" "$here/fixtures/traffic-fields.json.gz" "${answers[@]}"
ls -l "$here/fixtures/traffic-fields.json.gz" >&2
