#!/usr/bin/env bash
# Flash bytes a sample of this agent, vmagent and Prometheus agent; recovery time and memory with a full ring.
set -euo pipefail
cd "$(dirname "$0")/../.."
recording=${RECORDING:-../shared/data/node-1s.tsv.xz}
flags=(-c release --static-swift-stdlib -Xlinker --no-export-dynamic)
exec python3 Tests/Benchmarks/flash.py .build/dist \
    "$(swift build "${flags[@]}" --show-bin-path)/flash-benchmark" "$recording" "$@"
