#!/usr/bin/env bash
# Builds a real kube-apiserver from Debian's source package `kubernetes` into build/kube/, once, and
# installs Debian's etcd, for ./dev test --with-kube. Minutes and 2 GB; nothing else needs it. Where
# that cannot be, kube_apiserver_modules.sh builds one.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
binary=build/kube/kube-apiserver
[ -x "$binary" ] && command -v etcd >/dev/null && exit 0

modules=$PWD/tools/kube_apiserver_modules.sh
[ "${SPANHOUND_KUBE:-}" = modules ] && exec "$modules"

missing() {
  echo "with-kube: skips Debian's sources: $1" >&2
  exec "$modules"
}
grep -q '^VERSION_CODENAME=bookworm' /etc/os-release || missing "this is not Debian 12"
[ "$(id -u)" -eq 0 ] || missing "installing packages needs root"

# Go 1.19 is Debian's own. The source brings its other modules along, but for one: its copy of
# reflect2 does not work with Go from 1.18 on, and Debian has the version that does.
packages=(etcd-server golang-1.19-go golang-github-modern-go-reflect2-dev rsync dpkg-dev make gcc)
wait_for_lock=DPkg::Lock::Timeout=120  # another apt-get of this machine ends some time
apt-get -qq update && DEBIAN_FRONTEND=noninteractive RUNLEVEL=1 apt-get -qq -o "$wait_for_lock" \
  install -y --no-install-recommends "${packages[@]}" >/dev/null || missing "packages: ${packages[*]}"

work=$PWD/build/kube/work
mkdir -p "$work/lists/partial" "$work/parts"
uri=$(apt-get indextargets --format '$(RELEASE) $(REPO_URI)' 'Created-By: Packages' |
  awk '$1 == "bookworm" {print $2; exit}')
printf 'Types: deb-src\nURIs: %s\nSuites: bookworm\nComponents: main\nSigned-By: %s\n' "$uri" \
  /usr/share/keyrings/debian-archive-keyring.gpg >"$work/parts/kube.sources"
apt_source=(apt-get -qq -o Dir::Etc::sourcelist=/dev/null -o "Dir::Etc::sourceparts=$work/parts"
  -o "Dir::State::lists=$work/lists")
cd "$work"
"${apt_source[@]}" update || missing "no sources at $uri"
"${apt_source[@]}" source --download-only kubernetes 2>/dev/null || missing "no source kubernetes"
rm -rf src
dpkg-source --no-check -x kubernetes_*.dsc src >/dev/null

reflect2=modern-go/reflect2
rm -f src/vendor/github.com/$reflect2/*.go src/vendor/github.com/$reflect2/*.s
cp /usr/share/gocode/src/github.com/$reflect2/*.go /usr/share/gocode/src/github.com/$reflect2/*.s \
  "src/vendor/github.com/$reflect2/"
mkdir -p src/.go/src/k8s.io home
ln -sfn ../../.. src/.go/src/k8s.io/kubernetes
echo "with-kube: builds kube-apiserver, some minutes; $work/build.log"
unset GOROOT
(cd src && env HOME="$work/home" GOPATH="$PWD/.go" GOFLAGS= GOPROXY=off GOTOOLCHAIN=local \
  CGO_ENABLED=0 PATH="/usr/lib/go-1.19/bin:$PATH" KUBE_GIT_VERSION=v1.20.2 \
  KUBE_GIT_COMMIT=debian KUBE_GIT_TREE_STATE=archive make WHAT=cmd/kube-apiserver) \
  >build.log 2>&1 || missing "the build failed, see $work/build.log"
cp src/_output/bin/kube-apiserver ..
rm -rf src home
