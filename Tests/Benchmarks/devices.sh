#!/usr/bin/env bash
# Messages a second and CPU a message of this agent, mosquitto_sub and Debian's MQTT exporter on the same stream.
set -euo pipefail
cd "$(dirname "$0")/../.."
exec python3 Tests/Benchmarks/devices.py .build/dist "$@"
