#!/usr/bin/env bash
# Wire bytes a sample of this agent, vmagent and Prometheus agent at equal batching, on the same recorded node.
set -euo pipefail
cd "$(dirname "$0")/../.."
recording=${RECORDING:-../shared/data/node-1s.tsv.xz}
flags=(-c release --static-swift-stdlib -Xlinker --no-export-dynamic)
exec python3 Tests/Benchmarks/wire.py .build/dist \
    "$(swift build "${flags[@]}" --show-bin-path)/flash-benchmark" "$recording" "$@"
