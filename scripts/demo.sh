#!/usr/bin/env bash
# The whole way on this machine: mosquitto, hub, agent on the real /proc and /sys, five simulated devices.
# Everything listens on loopback, everything is written below one temporary directory, and Ctrl-C ends it all.
#   WAYSIDE_DEMO_SECONDS=N  ends by itself after N seconds (for tests)
set -uo pipefail
cd "$(dirname "$0")/.."
programs=$PWD/.build/dist
mosquitto=$(command -v mosquitto || echo /usr/sbin/mosquitto)

directory=$(mktemp -d "${TMPDIR:-/tmp}/wayside-demo.XXXXXX")
processes=()

# Ends every process by its own id, the last started first, and removes the directory.
finish() {
    trap - EXIT INT TERM
    local index
    for ((index = ${#processes[@]} - 1; index >= 0; index--)); do
        kill -TERM "${processes[index]}" 2>/dev/null
    done
    # What has not ended by itself after six seconds is ended for it.
    (
        sleep 6
        kill -KILL "${processes[@]}" 2>/dev/null
    ) &
    local deadline=$!
    for process in "${processes[@]}"; do wait "$process" 2>/dev/null; done
    kill "$deadline" 2>/dev/null
    rm -rf "$directory"
    printf '\nEverything has ended; nothing is left behind.\n'
}
trap finish EXIT
trap 'exit 0' INT TERM

# A port of loopback that nothing listens on.
free_port() {
    local port
    while :; do
        port=$((20000 + RANDOM % 20000))
        (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null || { echo $port; return; }
    done
}

# start NAME COMMAND…: a background process with its output in a log of its own. It ignores the terminal's
# Ctrl-C, so that `finish` decides the order.
start() {
    local name=$1
    shift
    setsid "$@" >"$directory/$name.log" 2>&1 </dev/null &
    processes+=($!)
}

# wait_for NAME CONDITION…: until the condition holds; shows the process's log when it ends first.
wait_for() {
    local name=$1 process=${processes[-1]}
    shift
    while ! "$@" >/dev/null 2>&1; do
        if ! kill -0 "$process" 2>/dev/null; then
            echo "$name did not start:" >&2
            cat "$directory/$name.log" >&2
            exit 1
        fi
        sleep 0.1
    done
}

accepts() { (exec 3<>"/dev/tcp/127.0.0.1/$1"); }
answers() { curl -fsS "$1"; }

mqtt_port=$(free_port)
hub_port=$(free_port)
agent_port=$(free_port)

cat >"$directory/mosquitto.conf" <<SETTINGS
listener $mqtt_port 127.0.0.1
allow_anonymous true
persistence true
persistence_location $directory/
max_queued_messages 100000
SETTINGS
cat >"$directory/hub.yaml" <<SETTINGS
http: {listen: "127.0.0.1:$hub_port"}
storage: {directory: $directory/hub}
SETTINGS
cat >"$directory/agent.yaml" <<SETTINGS
agent: {id: demo-gateway, labels: {site: demo}, data_dir: $directory/agent}
http: {listen: "127.0.0.1:$agent_port"}
host: {interval: 5s}
mqtt: [{url: "mqtt://127.0.0.1:$mqtt_port", ack_within: 1s}]
buffer: {max_loss: 5s}
remote_write: [{url: "http://127.0.0.1:$hub_port/api/v1/write", batch_for: 5s}]
SETTINGS
mkdir -p "$directory/hub" "$directory/agent"

start mosquitto "$mosquitto" -c "$directory/mosquitto.conf"
wait_for mosquitto accepts "$mqtt_port"
start hub "$programs/wayside-hub" run --config "$directory/hub.yaml"
wait_for hub answers "http://127.0.0.1:$hub_port/-/ready"
start agent "$programs/wayside-agent" run --config "$directory/agent.yaml"
wait_for agent answers "http://127.0.0.1:$agent_port/-/ready"
start modax "$programs/wayside-device" simulate --profile modax --devices 3 --rate 10 --qos 1 \
    --broker "mqtt://127.0.0.1:$mqtt_port"
start wayside "$programs/wayside-device" simulate --profile wayside --devices 2 --rate 1 --qos 1 \
    --broker "mqtt://127.0.0.1:$mqtt_port"

cat <<SCREEN
Wayside is running on this machine until you press Ctrl-C.

  hub      http://127.0.0.1:$hub_port        PromQL: /api/v1/query?query=sensor_data_age_seconds
  agent    http://127.0.0.1:$agent_port/metrics
  broker   mqtt://127.0.0.1:$mqtt_port
  files    $directory

Try in another terminal:
  curl -s 'http://127.0.0.1:$hub_port/api/v1/query?query=node_load1'
  .build/dist/wayside-hub query --url http://127.0.0.1:$hub_port 'rate(node_cpu_seconds_total[1m])'

SCREEN

# In the foreground, so that Ctrl-C ends it first and `finish` the rest.
limit=${WAYSIDE_DEMO_SECONDS:-}
"$programs/wayside-agent" status --config "$directory/agent.yaml" --watch ${limit:+--for "${limit}s"} || true
