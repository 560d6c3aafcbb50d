#!/usr/bin/env bash
# What this agent, vmagent and Prometheus agent deliver after a kill -9 in an outage and after one flipped bit.
set -euo pipefail
cd "$(dirname "$0")/../.."
exec python3 Tests/Benchmarks/crash.py .build/dist "$@"
