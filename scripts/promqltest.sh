#!/usr/bin/env bash
# Runs every script of Prometheus's PromQL test language in a folder and prints what passed of each and what did not.
#   scripts/promqltest.sh FOLDER [--quiet]
set -euo pipefail
here=$PWD
cd "$(dirname "$0")/.."
folder=${1:-Tests/PromQLTests/Scripts}
[ $# -eq 0 ] || shift
case $folder in /*) ;; *) [ ! -d "$here/$folder" ] || folder=$here/$folder ;; esac
# Only the query engine and the runner are built.
log=$(mktemp)
trap 'rm -f "$log"' EXIT
if ! swift build --product promqltest >"$log" 2>&1; then
    cat "$log"
    exit 2
fi
"$(swift build --show-bin-path)/promqltest" "$folder" "$@"
