#!/usr/bin/env bash
# The gates that the compiler does not keep. Prints one line a gate; ends with 1 if any failed.
set -uo pipefail
cd "$(dirname "$0")/.."

failures=0
gate() {
    local name=$1
    shift
    local output
    if output=$("$@" 2>&1); then
        printf 'ok      %s\n' "$name"
    else
        printf 'FAILED  %s\n%s\n' "$name" "$output"
        failures=$((failures + 1))
    fi
}

sources() {
    git ls-files --cached --others --exclude-standard -- 'Sources/*.swift' 'Tests/*.swift' \
        'firmware-protocol/*.swift' 'Sources/*.c' 'Sources/*.cc' 'Sources/*.h' 'firmware-protocol/*.[ch]' | sort -u
}

format_is_kept() {
    swift format lint --strict -p -r Sources Tests firmware-protocol Package.swift
}

files_are_short() {
    local long
    long=$(sources | xargs wc -l | awk '$2 != "total" && $1 > 600 {print $2 ": " $1 " lines, at most 600"}')
    [ -z "$long" ] || { echo "$long"; return 1; }
}

# Swift may let go of a directory as soon as its path has been read, and its deinit removes it.
directories_outlive_their_tests() {
    local short
    short=$(grep -rHA1 -nE '^ {8,}let \w+ = (try )?(ScratchDirectory|TemporaryDirectory)\(.*\)$' \
        Tests --include='*.swift' | grep -E '\.swift-[0-9]+-' | grep -v 'withExtendedLifetime')
    [ -z "$short" ] || { echo "$short"; echo "add \`defer { withExtendedLifetime(directory) {} }\`"; return 1; }
}

foundation_is_not_imported() {
    ! grep -nE '^\s*(public |package |internal |private )?import Foundation$' -r Sources firmware-protocol
}

# Which module may import a C module: "C module, importers". Glibc is LinuxSystem's for system calls; the others take
# libm, memcmp and constants such as O_CREAT from it.
c_modules_stay_behind_their_wrappers() {
    local bad=0 module importers file
    while read -r module importers; do
        while read -r file; do
            local owner
            owner=$(cut -d/ -f2 <<<"$file")
            if ! grep -qw "$owner" <<<"$importers"; then
                echo "$file imports $module, which only $importers may"
                bad=1
            fi
        done < <(grep -lE "^(internal |private |package |public )?import $module\$" -r Sources firmware-protocol)
    done <<'TABLE'
CLinux LinuxSystem
CMosquitto MQTTSession
COpenSSL TLSTransport
CRE2 LabelMatching
CSQLite SampleStore
CSnappy RemoteWrite
CYAML SettingsFile
CZlib HTTPExchange
CChecksum RingLog
CWaysideDevice none
Glibc LinuxSystem HTTPExchange LabelMatching PromQL RingLog SampleStore Wear
TABLE
    return $bad
}

# A clean build of one product fails on an import that its targets do not declare; a whole build would not.
agent_builds_alone() {
    rm -rf .build/agent-only
    swift build --scratch-path .build/agent-only --product wayside-agent
}


# Swift mangles a module into its symbols as its length and its name.
modules_of() {
    local module pattern=""
    for module in "$@"; do pattern="$pattern|${#module}$module"; done
    echo "${pattern#|}"
}

holds_none_of() {
    local binary=$1 pattern found
    shift
    pattern=$(modules_of "$@")
    [ -e "$binary" ] || { echo "$binary is not built"; return 1; }
    found=$(nm "$binary" | grep -E "\\\$s($pattern)" | head -5)
    [ -z "$found" ] || { echo "$binary holds symbols of another program:"; echo "$found"; return 1; }
}

agent_holds_no_hub() {
    holds_none_of .build/agent-only/debug/wayside-agent SampleStore SampleCodec PromQL PrometheusAPI Relay WaysideHub
}

hub_holds_no_agent() {
    swift build --product wayside-hub &&
        holds_none_of .build/debug/wayside-hub HostMetrics MQTTSession DeviceIntake DeviceProtocol Wear BatchRecord WaysideAgent
}

no_full_foundation() {
    local program
    for program in wayside-agent wayside-hub wayside-device; do
        swift build --product $program || return 1
        if readelf -d .build/debug/$program | grep -E 'NEEDED.*(libFoundation\.so|libFoundationInternationalization)'; then
            echo "$program links full Foundation"
            return 1
        fi
    done
}

gate "swift format" format_is_kept
gate "files have at most 600 lines" files_are_short
gate "tests keep their directories until they end" directories_outlive_their_tests
gate "no import of Foundation" foundation_is_not_imported
gate "C modules are imported by their wrappers only" c_modules_stay_behind_their_wrappers
gate "DeviceProtocol and JSONText compile as Embedded Swift for rv32imc and rv32imac" \
    firmware-protocol/check-embedded.sh
gate "the C library keeps the vectors, with sanitizers, and compiles for rv32imac" firmware-protocol/check-c.sh
gate "the examples of firmware are right as far as that shows without ESP-IDF" firmware-protocol/check-examples.sh
gate "wayside-agent builds alone from clean" agent_builds_alone
gate "wayside-agent holds no hub code" agent_holds_no_hub
gate "wayside-hub holds no agent code" hub_holds_no_agent
gate "no program links libFoundation" no_full_foundation

[ "$failures" -eq 0 ] || { echo "$failures gates failed"; exit 1; }
