#!/usr/bin/env bash
# Installs what building, running and testing need on Debian 12. A second run only looks.
#   --build   leave out the test tools (browser, fuzzer)
set -euo pipefail

build_packages=(
  build-essential ca-certificates ccache cmake git lld ninja-build pkg-config python3-minimal python3
  libboost1.81-dev libcli11-dev libcpp-httplib-dev libcurl4-openssl-dev libdeflate-dev libgrpc++-dev libhiredis-dev libprotobuf-dev
  libre2-dev libsimdjson-dev libspdlog-dev libssl-dev libxxhash-dev libzstd-dev nlohmann-json3-dev
  protobuf-compiler protobuf-compiler-grpc zlib1g-dev libabsl-dev libyaml-cpp-dev
  libgtest-dev libgmock-dev libbenchmark-dev curl openssl redis-server
)
# These are only in bookworm-backports.
backports_packages=(opentelemetry-cpp-dev libopentelemetry-proto-dev)
test_packages=(chromium clang clang-format clang-tidy libclang-rt-14-dev fonts-dejavu-core redis-server
  rsyslog rsyslog-elasticsearch)

wanted=("${build_packages[@]}" "${backports_packages[@]}")
[ "${1:-}" = --build ] || wanted+=("${test_packages[@]}")

# The UI is built with whatever Node is here from version 18 on; Debian's own is 18.
node_major=$(node --version 2>/dev/null | sed 's/^v\([0-9]*\).*/\1/' || true)
if [ "${node_major:-0}" -lt 18 ] || ! command -v npm >/dev/null; then
  wanted+=(nodejs npm)
fi

missing=()
for package in "${wanted[@]}"; do
  state=$(dpkg-query -W -f '${Status}' "$package" 2>/dev/null || true)
  [ "$state" = "install ok installed" ] || missing+=("$package")
done
[ ${#missing[@]} -eq 0 ] && exit 0

if ! grep -q '^VERSION_CODENAME=bookworm' /etc/os-release; then
  echo "setup: this is not Debian 12; please install by hand: ${missing[*]}" >&2
  exit 1
fi
as_root=()
if [ "$(id -u)" -ne 0 ]; then
  command -v sudo >/dev/null || {
    echo "setup: needs root, or sudo, to install: ${missing[*]}" >&2
    exit 1
  }
  as_root=(sudo)
fi

apt_get() {
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -qq -o=Dpkg::Use-Pty=0 "$@" >/dev/null
}

# Adds the backports suite on the mirror this machine already uses, with Debian's own key.
add_backports() {
  apt-get indextargets --format '$(RELEASE)' 'Created-By: Packages' |
    grep -qx 'bookworm-backports' && return
  local uri keyring=/usr/share/keyrings/debian-archive-keyring.gpg
  uri=$(apt-get indextargets --format '$(RELEASE) $(REPO_URI)' 'Created-By: Packages' \
    'Component: main' | awk '$1 == "bookworm" {print $2; exit}')
  [ -n "$uri" ] || {
    echo "setup: found no Debian bookworm mirror among the apt sources" >&2
    exit 1
  }
  {
    printf 'Types: deb\nURIs: %s\nSuites: bookworm-backports\nComponents: main\n' "$uri"
    [ ! -e "$keyring" ] || printf 'Signed-By: %s\n' "$keyring"
  } | "${as_root[@]}" tee /etc/apt/sources.list.d/spanhound-backports.sources >/dev/null
}

echo "setup: installing ${#missing[@]} Debian packages: ${missing[*]}"
apt_get update
add_backports
apt_get update
apt_get install --no-install-recommends -y "${missing[@]}"
