#!/usr/bin/env bash
# make_golden.sh DIRECTORY: a golden store of today's format, as text. Needs a build of store_test.
# For a new format version: once, into tests/format/vN, with a test beside the others in
# src/store/golden_directory_test.cc. Those of older versions are never made again.
set -euo pipefail
mkdir -p "$1"
SPANHOUND_GOLDEN_OUT=$(realpath "$1") "${SPANHOUND_BUILD:-build/release}/src/store/store_test" \
  --gtest_filter='GoldenDirectory.TodaysStoreHoldsTheSameRows' --gtest_brief=1
