#!/usr/bin/env bash
# Runs every test and repeats at the end what failed, where a reader of a long log looks first.
# One test after the other: many of them wait for real processes, which would starve those that share the threads.
set -uo pipefail
cd "$(dirname "$0")/.."
output=$(mktemp)
trap 'rm -f "$output"' EXIT
swift test --no-parallel "$@" 2>&1 | tee "$output"
status=${PIPESTATUS[0]}
if [ "$status" -ne 0 ]; then
    echo
    echo "What failed:"
    grep -E '^✘|error: ' "$output" | cut -c1-600 | tail -n 40
fi
exit "$status"
