#!/usr/bin/env bash
# Runs every fuzz target (or those named as arguments) for FUZZ_SECONDS each, or, where FUZZ_RUNS is set, on that many inputs
# that are (almost) the same each time, and prints what they did; ends with 1 if any found something. Inputs that led
# somewhere new are kept in .build/fuzz/corpus, findings in .build/fuzz/findings.
set -euo pipefail
cd "$(dirname "$0")/.."

if [ -n "${FUZZ_RUNS:-}" ]; then
    # A gate must not depend on luck: what it lets pass once it lets pass again.
    extent=(-runs="$FUZZ_RUNS" -seed=1)
    export SWIFT_DETERMINISTIC_HASHING=1
    kept=.build/fuzz/corpus-same
    rm -rf $kept
else
    extent=(-max_total_time="${FUZZ_SECONDS:-60}")
    kept=.build/fuzz/corpus
fi
scratch=.build/fuzz
export SWIFT_BACKTRACE=enable=no # libFuzzer prints the stack itself, and the input with it.
# Leaks are told from what the runtime keeps for good by the limit of memory, not by a scan at the end.
export ASAN_OPTIONS=detect_leaks=0
# Symbols for the stacks, where the tool is there.
symbolizer=$(command -v llvm-symbolizer || true)
[ -z "$symbolizer" ] || export ASAN_SYMBOLIZER_PATH=$symbolizer

# swiftc takes the last -sanitize only, so both are in one.
if ! WAYSIDE_FUZZ=1 swift build -c release --scratch-path $scratch --sanitize fuzzer --sanitize address \
    -Xswiftc -sanitize=fuzzer,address --product wayside-fuzz >$scratch.log 2>&1; then
    cat $scratch.log
    exit 1
fi
fuzzer=$scratch/release/wayside-fuzz
mkdir -p $scratch/seeds $scratch/findings $scratch/logs

if [ $# -eq 0 ]; then mapfile -t targets < <("$fuzzer" 2>/dev/null </dev/null); else targets=("$@"); fi
[ ${#targets[@]} -gt 0 ] || { echo "no fuzz targets"; exit 1; }

failures=0
printf '%-18s %12s %10s %10s %8s\n' target runs edges corpus crashes
for target in "${targets[@]}"; do
    export FUZZ_TARGET=$target
    mkdir -p "$kept/$target" "$scratch/findings/$target"
    FUZZ_SEEDS=$scratch/seeds/$target "$fuzzer" >/dev/null 2>&1 || { echo "$target: no seeds"; exit 1; }
    folders=("$kept/$target" "$scratch/seeds/$target")
    [ ! -d "Tests/Fuzzing/Regressions/$target" ] || folders+=("Tests/Fuzzing/Regressions/$target")
    options=(
        "${extent[@]}" -rss_limit_mb=600 -malloc_limit_mb=64 -timeout=10 -max_len=16384
        -artifact_prefix="$scratch/findings/$target/" -print_final_stats=1)
    [ ! -s "$scratch/seeds/$target.dict" ] || options+=(-dict="$scratch/seeds/$target.dict")
    log=$scratch/logs/$target
    status=0
    "$fuzzer" "${options[@]}" "${folders[@]}" >"$log" 2>&1 || status=$?
    runs=$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")
    edges=$(sed -n 's/.* cov: \([0-9]*\) .*/\1/p' "$log" | tail -1)
    corpus=$(sed -n 's/.* corp: \([0-9]*\).*/\1/p' "$log" | tail -1)
    crashes=$((status == 0 ? 0 : 1))
    printf '%-18s %12s %10s %10s %8s\n' "$target" "${runs:-?}" "${edges:-?}" "${corpus:-?}" $crashes
    if [ $status -ne 0 ]; then
        failures=$((failures + 1))
        grep -E 'Seed:|Fatal error|ERROR|SUMMARY|Test unit written|#[0-9]+ .* in ' "$log" | head -20 || true
        echo "  again: FUZZ_TARGET=$target $fuzzer FILE; all of it: $log"
    fi
done
[ $failures -eq 0 ] || { echo "$failures targets found something"; exit 1; }
