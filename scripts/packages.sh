#!/usr/bin/env bash
# Installs the Debian packages that a task needs and the machine lacks.
#   scripts/packages.sh build|demo|test
# As root or with sudo it installs them; otherwise it prints the line to run and ends with 1.
set -euo pipefail

build=(libcrypt-dev libmosquitto-dev libssl-dev libsnappy-dev libyaml-dev libsqlite3-dev libre2-dev zlib1g-dev
    pkg-config binutils)
demo=("${build[@]}" mosquitto curl)
test=("${demo[@]}" mosquitto-clients prometheus prometheus-node-exporter prometheus-mqtt-exporter victoria-metrics
    nginx-light openssl python3 xz-utils apache2-utils e2fsprogs mount util-linux iproute2 strace
    dbus-daemon systemd
    # The device protocol: an oracle of CBOR, and the bare machine that its Embedded Swift runs on.
    python3-cbor2 gcc-riscv64-unknown-elf qemu-system-misc)

case "${1:-}" in
    build) wanted=("${build[@]}") ;;
    demo) wanted=("${demo[@]}") ;;
    test) wanted=("${test[@]}") ;;
    *)
        echo "usage: scripts/packages.sh build|demo|test" >&2
        exit 2
        ;;
esac

if ! command -v dpkg-query >/dev/null; then
    echo "This is not Debian; make sure that the equivalents of these are installed: ${wanted[*]}" >&2
    exit 0
fi

missing=()
for package in "${wanted[@]}"; do
    state=$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null || true)
    [ "$state" = installed ] || missing+=("$package")
done
[ ${#missing[@]} -gt 0 ] || exit 0

as_root=()
if [ "$(id -u)" -ne 0 ]; then
    if ! command -v sudo >/dev/null || ! { sudo -n true 2>/dev/null || [ -t 0 ]; }; then
        echo "These packages are missing. Run this line as root, then try again:" >&2
        echo "  apt-get update && apt-get install -y ${missing[*]}" >&2
        exit 1
    fi
    as_root=(sudo)
fi
echo "Installing ${missing[*]}"
"${as_root[@]}" apt-get -qq update
# The packages of brokers and databases start them as services; whoever asked for a demo did not ask for that.
no_start=$(mktemp -d)
trap 'rm -rf "$no_start"' EXIT
printf '#!/bin/sh\nexit 101\n' >"$no_start/policy-rc.d"
chmod +x "$no_start/policy-rc.d"
if [ ! -e /usr/sbin/policy-rc.d ]; then
    "${as_root[@]}" install -m 755 "$no_start/policy-rc.d" /usr/sbin/policy-rc.d
    trap '"${as_root[@]}" rm -f /usr/sbin/policy-rc.d; rm -rf "$no_start"' EXIT
fi
"${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends \
    "${missing[@]}" >/dev/null
