#!/usr/bin/env bash
# Prints the sizes of the stripped release binaries.
set -euo pipefail
cd "$(dirname "$0")/.."
for program in wayside-agent wayside-hub wayside-device; do
    bytes=$(stat -c %s .build/dist/$program)
    printf '%-16s %5.1f MB   .build/dist/%s\n' "$program" "$(awk "BEGIN {print $bytes / 1e6}")" "$program"
done
