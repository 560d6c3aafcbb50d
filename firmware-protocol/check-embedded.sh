#!/usr/bin/env bash
# Compiles JSONText and DeviceProtocol as Embedded Swift for the ESP32-C3 (rv32imc) and the ESP32-C6 (rv32imac) with
# the stock toolchain, keeps what their own functions reach, prints its size, and fails where that includes the heap.
#
# The compiler's own -no-allocations is of no use here: on 32-bit targets it reports every conversion from 32 to 64
# bits, for code that never runs and that the linker drops.
set -euo pipefail
cd "$(dirname "$0")/.."
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
lld=$(dirname "$(readlink -f "$(command -v swiftc)")")/ld.lld

check() { # module name, source directory
    local name=$1 sources=$2 chip march
    for chip in c3:rv32imc c6:rv32imac; do
        march=${chip#*:}
        swiftc -target riscv32-none-none-eabi -Xcc "-march=$march" -Xcc -mabi=ilp32 \
            -enable-experimental-feature Embedded -swift-version 6 -wmo -Osize -parse-as-library \
            -warnings-as-errors -package-name wayside -module-name "$name" \
            -enable-upcoming-feature ExistentialAny -enable-upcoming-feature InternalImportsByDefault \
            -enable-upcoming-feature MemberImportVisibility \
            -Xfrontend -function-sections -c "$sources"/*.swift -o "$out/$name.o"
        llvm-nm --defined-only "$out/$name.o" | awk -v own="${#name}$name" 'index($3, own) { print "-u", $3 }' \
            >"$out/own.txt"
        "$lld" --gc-sections --unresolved-symbols=ignore-all -e 0 @"$out/own.txt" -o "$out/$name.elf" "$out/$name.o"
        echo "$name for ESP32-${chip%%:*} ($march): $(size_of "$out/$name.elf")"
        if llvm-nm "$out/$name.elf" | grep -E 'posix_memalign|swift_allocObject|swift_slowAlloc'; then
            echo "$name reaches the heap" >&2
            return 1
        fi
    done
}

size_of() { # bytes of code and constants
    llvm-size --format=sysv "$1" | awk '
        /^\.text/ { code += $2 } /^\.s?rodata/ { constants += $2 }
        END { printf "code %d bytes, constants %d bytes\n", code, constants }'
}

check DeviceProtocol firmware-protocol/swift/Sources/DeviceProtocol
check JSONText Sources/JSONText
