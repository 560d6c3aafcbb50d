#!/usr/bin/env bash
# CPU, disk, memory and restart of the hub beside Debian's VictoriaMetrics and Prometheus, on identical requests.
set -euo pipefail
cd "$(dirname "$0")/../.."
recording=${RECORDING:-../shared/data/node-1s.tsv.xz}
flags=(-c release --static-swift-stdlib -Xlinker --no-export-dynamic)
exec python3 Tests/Benchmarks/hub.py .build/dist \
    "$(swift build "${flags[@]}" --show-bin-path)/hub-benchmark" "$recording" "$@"
