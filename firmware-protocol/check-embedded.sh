#!/usr/bin/env bash
# Compiles JSONText and DeviceProtocol as Embedded Swift for the ESP32-C3 (rv32imc) and the ESP32-C6 (rv32imac) with
# the stock toolchain, keeps what their own functions reach, prints its size, and fails where that includes the heap.
#
#   check-embedded.sh               that
#   check-embedded.sh run MACHINE   builds embedded/ with the vectors for MACHINE, runs it and prints what it says;
#                                   linux, rv32imac or rv32imc (the latter two on QEMU)
#
# The compiler's own -no-allocations is of no use here: on 32-bit targets it reports every conversion from 32 to 64
# bits, for code that never runs and that the linker drops.
set -euo pipefail
cd "$(dirname "$0")/.."
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
lld=$(dirname "$(readlink -f "$(command -v swiftc)")")/ld.lld
protocol=firmware-protocol/swift/Sources/DeviceProtocol

# compile MODULE SOURCES… : makes $out/MODULE.o and its module for the machine of ${target[@]}
compile() {
    local name=$1
    shift
    swiftc "${target[@]}" -enable-experimental-feature Embedded -swift-version 6 -wmo -Osize -parse-as-library \
        -warnings-as-errors -package-name wayside -module-name "$name" \
        -enable-upcoming-feature ExistentialAny -enable-upcoming-feature InternalImportsByDefault \
        -enable-upcoming-feature MemberImportVisibility \
        -Xfrontend -function-sections -I "$out" -I firmware-protocol/embedded \
        -emit-module -emit-module-path "$out/$name.swiftmodule" -c "$@" -o "$out/$name.o"
}

riscv() { # march
    target=(-target riscv32-none-none-eabi -Xcc "-march=$1" -Xcc -mabi=ilp32)
}

check() { # module, objects it needs besides its own
    local name=$1
    shift
    llvm-nm --defined-only "$out/$name.o" | awk -v own="${#name}$name" 'index($3, own) { print "-u", $3 }' >"$out/own.txt"
    "$lld" --gc-sections --unresolved-symbols=ignore-all -e 0 @"$out/own.txt" -o "$out/$name.elf" "$out/$name.o" "$@"
    echo "$name for ESP32-${chip%%:*} ($march): $(size_of "$out/$name.elf")"
    if llvm-nm "$out/$name.elf" | grep -E 'posix_memalign|swift_allocObject|swift_slowAlloc'; then
        echo "$name reaches the heap" >&2
        return 1
    fi
}

# What one use costs: only what is reached from a symbol whose mangled name holds PATTERN.
part() { # title, pattern
    llvm-nm --defined-only "$out/DeviceProtocol.o" | awk -v p="$2" '$3 ~ p { print "-u", $3 }' >"$out/part.txt"
    "$lld" --gc-sections --unresolved-symbols=ignore-all -e 0 @"$out/part.txt" -o "$out/part.elf" \
        "$out/DeviceProtocol.o" "$out/JSONText.o"
    echo "  $1: $(size_of "$out/part.elf")"
}

size_of() { # bytes of code and constants
    llvm-size --format=sysv "$1" | awk '
        /^\.text/ { code += $2 } /^\.s?rodata/ { constants += $2 }
        END { printf "code %d bytes, constants %d bytes\n", code, constants }'
}

check_all() {
    for chip in c3:rv32imc c6:rv32imac; do
        march=${chip#*:}
        riscv "$march"
        compile JSONText Sources/JSONText/*.swift
        compile DeviceProtocol "$protocol"/*.swift
        check JSONText
        check DeviceProtocol "$out/JSONText.o"
        part "encoding, both encodings, with MACs" '14MessageEncoderV'
        part "decoding, both encodings" '14MessageDecoderO'
    done
}

# The program in three modules, as firmware would have it.
compile_program() {
    compile JSONText Sources/JSONText/*.swift
    compile DeviceProtocol "$protocol"/*.swift
    compile Program firmware-protocol/embedded/Program.swift Tests/DeviceProtocolTests/VectorRunner/*.swift
}

run() { # machine
    local objects=("$out/Program.o" "$out/DeviceProtocol.o" "$out/JSONText.o") c=firmware-protocol/embedded
    local flags=(-Wall -Wextra -Werror -Os -Ifirmware-protocol/vectors -Wa,-Ifirmware-protocol/vectors)
    if [ "$1" = linux ]; then
        target=()
        compile_program
        clang "${flags[@]}" "$c/board.c" "$c/linux.c" "${objects[@]}" -Wl,--gc-sections -o "$out/program"
        "$out/program"
        return
    fi
    riscv "$1"
    compile_program
    # Debian's libgcc comes without compressed instructions where it comes without atomic ones.
    local libgcc_march=$1 cpu=rv32
    [ "$1" = rv32imac ] || { libgcc_march=rv32im; cpu=rv32,a=off; }
    riscv64-unknown-elf-gcc -march="${1}_zicsr" -mabi=ilp32 -ffreestanding -nostdlib "${flags[@]}" \
        "$c/board.c" "$c/virt.c" "${objects[@]}" -Wl,--gc-sections,--no-warn-rwx-segments -T "$c/virt.ld" \
        "$(riscv64-unknown-elf-gcc -march=$libgcc_march -mabi=ilp32 -print-libgcc-file-name)" -o "$out/program"
    riscv64-unknown-elf-size "$out/program" >&2
    timeout 120 qemu-system-riscv32 -machine virt -cpu "$cpu" -nographic -bios none -kernel "$out/program"
}

case "${1:-}" in
    "") check_all ;;
    run) run "${2:?linux, rv32imac or rv32imc}" ;;
    *)
        echo "usage: check-embedded.sh [run linux|rv32imac|rv32imc]" >&2
        exit 2
        ;;
esac
