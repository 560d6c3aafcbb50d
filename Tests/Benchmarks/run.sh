#!/usr/bin/env bash
# Measures the agent beside Debian's node_exporter and vmagent in one run; prints tables in Markdown.
set -euo pipefail
cd "$(dirname "$0")/../.."
flags=(-c release --static-swift-stdlib -Xlinker --no-export-dynamic)
exec python3 Tests/Benchmarks/agent_beside_peers.py .build/dist \
    "$(swift build "${flags[@]}" --show-bin-path)/host-benchmark" "$@"
