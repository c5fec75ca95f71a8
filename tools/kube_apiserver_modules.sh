#!/usr/bin/env bash
# Builds a real kube-apiserver, of today, into build/kube/ from the Go module proxy, where Debian's
# sources cannot be had or SPANHOUND_KUBE=modules asks for it. Needs Go 1.26 and etcd; minutes, 3 GB.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
version=1.36.3

missing() {
  echo "with-kube: cannot build a kube-apiserver here: $1" >&2
  exit 1
}
command -v go >/dev/null || missing "no go"
command -v etcd >/dev/null || apt-get -qq -o DPkg::Lock::Timeout=120 install -y \
  --no-install-recommends etcd-server >/dev/null || missing "no etcd"

# A program of one line. Kubernetes' go.mod names its parts by v0.0.0, as folders beside it; each is
# published as a module of the same release.
mkdir -p build/kube/modules
cd build/kube/modules
printf 'module kube\n' >go.mod
its_mod=$(go mod download -json "k8s.io/kubernetes@v$version" |
  sed -n 's/.*"GoMod": "\(.*\)".*/\1/p') && [ -n "$its_mod" ] || missing "no module k8s.io/kubernetes"
{
  printf 'module kube\n%s\nrequire k8s.io/kubernetes v%s\n' "$(grep '^go ' "$its_mod")" "$version"
  awk -v release="v0.${version#*.}" '$1 ~ /^k8s\.io\// && $2 == "v0.0.0" {
    print "replace", $1, "=>", $1, release}' "$its_mod"
} >go.mod
printf '%s\n' 'package main' 'import (' '"os"' '"k8s.io/component-base/cli"' \
  '"k8s.io/kubernetes/cmd/kube-apiserver/app"' ')' \
  'func main() { os.Exit(cli.Run(app.NewAPIServerCommand())) }' >main.go
echo "with-kube: builds kube-apiserver $version, some minutes; $PWD/build.log"
CGO_ENABLED=0 go build -mod=mod -buildvcs=false -trimpath -o kube-apiserver -ldflags \
  "-s -w -X k8s.io/component-base/version.gitVersion=v$version" . >build.log 2>&1 ||
  missing "the build failed, see $PWD/build.log"
mv kube-apiserver ..
