#!/usr/bin/env bash
# Queries of dashboards to the hub beside Debian's VictoriaMetrics and Prometheus, over the same samples.
set -euo pipefail
cd "$(dirname "$0")/../.."
recording=${RECORDING:-../shared/data/node-1s.tsv.xz}
flags=(-c release --static-swift-stdlib -Xlinker --no-export-dynamic)
exec python3 Tests/Benchmarks/query.py .build/dist \
    "$(swift build "${flags[@]}" --show-bin-path)/hub-benchmark" "$recording" "$@"
