#!/usr/bin/env bash
# Builds the release binaries: static Swift standard library, unused sections dropped.
# They stay unstripped in .build/release; the stripped ones that users get are in .build/dist.
set -euo pipefail
cd "$(dirname "$0")/.."

swift build -c release --static-swift-stdlib
binaries=$(swift build -c release --static-swift-stdlib --show-bin-path)
mkdir -p .build/dist
for program in wayside-agent wayside-hub wayside-device; do
    if [ ! .build/dist/$program -nt "$binaries/$program" ]; then
        strip -o .build/dist/$program "$binaries/$program"
    fi
done
