#!/usr/bin/env bash
# Compiles JSONText and DeviceProtocol as Embedded Swift for the ESP32-C3 (rv32imc) and the ESP32-C6 (rv32imac) with
# the stock toolchain, and prints what each object takes. DeviceProtocol must also do without the heap.
set -euo pipefail
cd "$(dirname "$0")/.."
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT

check() { # name, source directory, further compiler options
    local name=$1 sources=$2 chip march
    shift 2
    for chip in c3:rv32imc c6:rv32imac; do
        march=${chip#*:}
        swiftc -target riscv32-none-none-eabi -Xcc "-march=$march" -Xcc -mabi=ilp32 \
            -enable-experimental-feature Embedded -swift-version 6 -wmo -Osize -parse-as-library \
            -warnings-as-errors -package-name wayside -module-name "$name" \
            -enable-upcoming-feature ExistentialAny -enable-upcoming-feature InternalImportsByDefault \
            -enable-upcoming-feature MemberImportVisibility \
            -Xfrontend -function-sections "$@" -c "$sources"/*.swift -o "$out/$name-$march.o"
        echo "$name esp32-${chip%%:*} $march $(size_of "$out/$name-$march.o")"
    done
}

size_of() { # bytes of code and constants in an object file
    llvm-size --format=sysv "$1" | awk '
        /^\.text/ { code += $2 } /^\.s?rodata/ { constants += $2 }
        END { printf "code %d bytes, constants %d bytes\n", code, constants }'
}

check DeviceProtocol firmware-protocol/swift/Sources/DeviceProtocol -no-allocations
check JSONText Sources/JSONText -no-allocations
