#!/usr/bin/env bash
# How many gateways one hub takes on this machine.
set -euo pipefail
cd "$(dirname "$0")/../.."
recording=${RECORDING:-../shared/data/node-1s.tsv.xz}
flags=(-c release --static-swift-stdlib -Xlinker --no-export-dynamic)
exec python3 Tests/Benchmarks/fleet.py .build/dist \
    "$(swift build "${flags[@]}" --show-bin-path)/fleet-benchmark" "$recording" "$@"
