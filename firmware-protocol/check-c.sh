#!/usr/bin/env bash
# Checks the C library: builds it as C99 without a warning and with the address and undefined-behaviour sanitizers, holds
# it against all vectors and its queue against a model, and prints its size on a 32-bit RISC-V; fails where it has
# variables of its own or reaches for more of the C library than it says.
#   firmware-protocol/check-c.sh            what continuous integration runs
#   firmware-protocol/check-c.sh fuzz 60    60 seconds of libFuzzer on the queue, then the same
#   QUEUE_SEED=7 QUEUE_RUNS=5000 firmware-protocol/check-c.sh
set -euo pipefail
cd "$(dirname "$0")"
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
warnings=(-std=c99 -pedantic -Wall -Wextra -Wconversion -Wshadow -Werror)
sanitizers=(-g -O1 -fsanitize=address,undefined -fno-sanitize-recover=all)

native() { # output, check program, more arguments
    clang -fuse-ld=lld "${warnings[@]}" -Wno-sign-conversion "${sanitizers[@]}" -Ic/include c/*.c "$2" "${@:3}" -o "$1"
}

if [ "${1:-}" = fuzz ]; then
    native "$out/fuzz" check/c_queue.c -DFUZZ -fsanitize=fuzzer
    (cd "$out" && ./fuzz -max_total_time="${2:-60}" -max_len=2000 -rss_limit_mb=1024 -print_final_stats=1 2>&1) |
        grep -E 'ERROR|not so|stat::|Test unit' || true
    [ -z "$(find "$out" -name 'crash-*' -o -name 'timeout-*' -o -name 'oom-*')" ] || {
        find "$out" -name '*-*' -type f -exec xxd -p {} \;
        exit 1
    }
fi

native "$out/vectors" check/c_vectors.c $(pkg-config --cflags --libs libcrypto)
"$out/vectors" vectors/vectors.txt
native "$out/queue" check/c_queue.c
"$out/queue" "${QUEUE_SEED:-20261126}" "${QUEUE_RUNS:-60}"

# Not linked: the functions of <string.h> and the compiler's own arithmetic are the chip's. Freestanding, so that the
# compiler finds no other header than ours and its own.
bare_metal() { # name, compiler with its target
    local name=$1 source sum
    mkdir "$out/$name"
    for source in c/*.c; do
        "${@:2}" "${warnings[@]}" -Os -ffreestanding -ffunction-sections -fdata-sections -isystem check/freestanding \
            -Ic/include -c "$source" -o "$out/$name/$(basename "$source" .c).o"
    done
    sum=$(llvm-size "$out/$name"/*.o | awk 'NR > 1 { text += $1; data += $2; bss += $3 } END { print text, data, bss }')
    read -r text data bss <<<"$sum"
    echo "C library for rv32imac by $name: code and constants $text bytes, data $data, bss $bss"
    [ "$data" -eq 0 ] && [ "$bss" -eq 0 ] || { echo "the C library must keep nothing of its own" >&2; return 1; }
    if llvm-nm --undefined-only "$out/$name"/*.o | awk 'NF == 2 { print $2 }' |
        grep -vE '^(wayside_|mem(cpy|move|set|cmp)$|str(len|cmp)$|__[a-z]+[ds][fi][0-9]*$|__[a-z]+(di|si|df|sf)[a-z]*[0-9]?$)'; then
        echo "the C library reaches for what firmware may not have" >&2
        return 1
    fi
}

bare_metal clang clang --target=riscv32-unknown-elf -march=rv32imac -mabi=ilp32
if command -v riscv64-unknown-elf-gcc >/dev/null; then
    bare_metal gcc riscv64-unknown-elf-gcc -march=rv32imac -mabi=ilp32
fi
