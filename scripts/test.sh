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
    echo "What failed, each test with its first issue:"
    # A test may have a thousand issues; one line each names all tests, and the runner's summary stays the last line.
    awk '
        / recorded an issue/ && /^✘/ {
            name = $0
            sub(/ recorded an issue.*/, "", name)
            if (!(name in count)) { order[++tests] = name; first[name] = substr($0, length(name) + 19, 500) }
            count[name]++
        }
        / error: / && !/^◇/ && !/^✔/ && ++errors <= 5 { print substr($0, 1, 500) }
        END {
            for (i = 1; i <= tests && i <= 30; i++) print order[i] " (" count[order[i]] " failed)" first[order[i]]
            if (tests > 30) print "✘ and " tests - 30 " more tests failed"
        }' "$output"
    grep -E '^. Test run with' "$output" | tail -n 1
fi
exit "$status"
