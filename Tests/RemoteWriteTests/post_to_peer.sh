#!/bin/sh
# Starts a real receiver on a free port, posts one request to it and prints what it answers and what it then knows.
# usage: post_to_peer.sh prometheus|victoria-metrics BODY-FILE CONTENT-TYPE VERSION QUERY TIME
set -eu
peer=$1 body=$2 type=$3 version=$4 query=$5 time=$6
directory=$(mktemp -d)
port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
base=http://127.0.0.1:$port
case $peer in
prometheus)
    : > "$directory/prometheus.yml"
    prometheus --config.file="$directory/prometheus.yml" --storage.tsdb.path="$directory/data" \
        --web.listen-address="127.0.0.1:$port" --web.enable-remote-write-receiver > "$directory/log" 2>&1 &
    ready=$base/-/ready ;;
victoria-metrics)
    victoria-metrics -httpListenAddr="127.0.0.1:$port" -storageDataPath="$directory/data" \
        -search.latencyOffset=0s > "$directory/log" 2>&1 &
    ready=$base/health ;;
esac
process=$!
trap 'kill "$process"; wait "$process" || true; rm -rf "$directory"' EXIT
curl -sf --retry 100 --retry-delay 1 --retry-all-errors --max-time 100 -o "$directory/ready" "$ready"
curl -s -D "$directory/headers" -o "$directory/answer" --data-binary "@$body" -H "Content-Type: $type" \
    -H 'Content-Encoding: snappy' -H "X-Prometheus-Remote-Write-Version: $version" "$base/api/v1/write"
head -1 "$directory/headers" | cut -d ' ' -f 2
grep -ci '^x-prometheus-remote-write-samples-written:' "$directory/headers" || true
[ "$peer" = prometheus ] || curl -s "$base/internal/force_flush"
curl -s -G --data-urlencode "query=$query" --data-urlencode "time=$time" "$base/api/v1/query"
