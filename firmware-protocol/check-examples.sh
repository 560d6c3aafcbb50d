#!/usr/bin/env bash
# Checks the examples as far as that goes without ESP-IDF: against our own declarations of its functions (examples/stubs).
# The C is checked for syntax and warnings by clang and, where it is there, gcc, in both configurations, and the
# application is run on Linux, with sanitizers, against a make-believe ESP-IDF (check/c_example.c); the Embedded
# Swift is compiled for the ESP32-C6 and linked as far as its own code goes, to see that it needs no heap. What this
# cannot show: that ESP-IDF's functions are as declared, that its build finds everything, and that it runs.
set -euo pipefail
cd "$(dirname "$0")/examples"
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT

least=()
all=(-DCONFIG_MQTT_PROTOCOL_5 -DCONFIG_WAYSIDE_AUTHENTICATE -DCONFIG_WAYSIDE_CLIENT_CERTIFICATE -DCONFIG_WAYSIDE_BATTERY)
includes=(-Istubs/esp-idf -Iesp-idf/main -Iesp32-c6-swift/main -I../c/include)

check_c() { # compiler, definitions
    local source
    for source in esp-idf/main/*.c esp32-c6-swift/main/*.c; do
        "$1" -std=gnu17 -fsyntax-only -Wall -Wextra -Werror "${includes[@]}" "${@:2}" "$source"
    done
}

compilers=(clang)
if command -v gcc >/dev/null; then compilers+=(gcc); fi
for compiler in "${compilers[@]}"; do
    check_c "$compiler" "${least[@]}"
    check_c "$compiler" "${all[@]}"
done
echo "the C of the examples: syntax and warnings by ${compilers[*]}, two configurations"

clang -fuse-ld=lld -std=gnu17 -Wall -Wextra -Werror -g -O1 -fsanitize=address,undefined -fno-sanitize-recover=all \
    "${includes[@]}" -DCONFIG_MQTT_PROTOCOL_5 -DCONFIG_WAYSIDE_BATTERY ../c/*.c esp-idf/main/*.c ../check/c_example.c \
    -o "$out/example"
"$out/example"

# The sources that a component's CMakeLists.txt names must be those that there are.
named=$(grep -oE 'wayside_[a-z]+\.c' esp-idf/components/wayside_device/CMakeLists.txt | sort)
[ "$named" = "$(cd ../c && ls ./*.c | sed 's,^./,,' | sort)" ] || {
    echo "components/wayside_device/CMakeLists.txt does not name the sources of c/" >&2
    exit 1
}

# As idf_component_register_swift compiles it: the application and the protocol's sources but for its decoders, one module.
mapfile -t protocol < <(find ../swift/Sources/DeviceProtocol -name '*.swift' ! -name '*MessageDecoder*' | sort)
swiftc -target riscv32-none-none-eabi -Xcc -march=rv32imac -Xcc -mabi=ilp32 -enable-experimental-feature Embedded \
    -swift-version 6 -wmo -Osize -parse-as-library -warnings-as-errors -module-name example -package-name wayside \
    -import-objc-header esp32-c6-swift/main/BridgingHeader.h $(printf -- '-Xcc %s ' "${includes[@]}") \
    -Xfrontend -function-sections -c "${protocol[@]}" esp32-c6-swift/main/*.swift -o "$out/example.o"
"$(dirname "$(readlink -f "$(command -v swiftc)")")/ld.lld" --gc-sections --unresolved-symbols=ignore-all -e app_main \
    "$out/example.o" -o "$out/example.elf"
if llvm-nm "$out/example.elf" | grep -E 'posix_memalign|swift_allocObject|swift_slowAlloc'; then
    echo "the Swift of the examples reaches the heap" >&2
    exit 1
fi
echo "the Swift of the examples: compiled for rv32imac, $(llvm-size "$out/example.elf" | awk 'NR == 2 { print $1 }')" \
    "bytes of code and constants with the protocol's encoders, no heap"
