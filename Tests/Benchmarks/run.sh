#!/usr/bin/env bash
# Measures the agent beside Debian's node_exporter and vmagent in one run; prints a table in Markdown.
set -euo pipefail
cd "$(dirname "$0")/../.."
exec python3 Tests/Benchmarks/agent_beside_peers.py .build/dist "$@"
