#!/usr/bin/env bash
# Scans trees that nobody here wrote (by default the unpacked sources of the dependencies) and trees that are made from them.
#
#   tests/real_trees.sh [TREE]
#
# No panic; the same bytes whatever the number of threads; every reported place holds what the report says; every planted
# credential is found at its very span; one large file costs no memory; what cannot be read is said and costs nothing else.
set -euo pipefail
cd "$(dirname "$0")/.."

tree="${1:-${CARGO_HOME:-$HOME/.cargo}/registry/src}"
out="$PWD/target/real-trees"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$out"
[ -n "${OUTSTAY:-}" ] || cargo build --release --locked --bin outstay
cargo build --locked --example check_spans --example demo --example plant
outstay="${OUTSTAY:-$PWD/target/release/outstay}"
examples="$PWD/target/debug/examples"

fail() {
    echo "$1" >&2
    exit 1
}

# scan NAME TREE THREADS EXIT…: the reports are $out/NAME.json and $out/NAME.sarif; the exit code has to be one of those given.
scan() {
    local name="$1" tree="$2" threads="$3" status=0
    shift 3
    "$outstay" scan --all --no-config --now 2026-01-01 --threads "$threads" \
        --format "json=$out/$name.json" --format "sarif=$out/$name.sarif" "$tree" || status=$?
    case " $* " in
        *" $status "*) ;;
        *) fail "the scan of $tree ended with $status, not with one of: $*" ;;
    esac
    if grep -q '"panicked"' "$out/$name.json"; then
        fail "an artifact of $tree made the scan panic"
    fi
}

# twice NAME TREE: with 1 and with 8 threads.
twice() {
    # A finding in what others wrote is no fault of the scan.
    scan "$1-8" "$2" 8 0 1
    scan "$1" "$2" 1 0 1
    cmp "$out/$1.json" "$out/$1-8.json"
    cmp "$out/$1.sarif" "$out/$1-8.sarif"
    rm "$out/$1-8.json" "$out/$1-8.sarif"
    echo "the reports of $1 are equal: $(wc -c < "$out/$1.json") bytes"
}

# peak COMMAND…: runs it and prints the most memory that it held, in kB; its exit code has to be 1.
peak() {
    local most=0 now status=0
    "$@" > "$out/peak.txt" 2>&1 &
    # The system keeps the high-water mark as long as the process lives; what its last moments add is missed.
    while now=$(awk '/^VmHWM:/ { print $2 }' "/proc/$!/status" 2> /dev/null) && [ -n "$now" ]; do
        most="$now"
        sleep 0.01
    done
    wait "$!" || status=$?
    [ "$status" -eq 1 ] || fail "it ended with $status: $*: $(tail -5 "$out/peak.txt")"
    echo "$most"
}

# bounded NAME FILE BYTES: a scan of the file finds the credential that is planted at BYTES and holds at most 100 MB.
bounded() {
    [ -r /proc/self/status ] || return 0
    local most
    most=$(peak "$outstay" scan --no-config --format "json=$out/$1.json" "$2")
    [ "$most" -le 100000 ] || fail "the scan of the $1 held $most kB"
    grep -q "\"start\": *$3," "$out/$1.json" || fail "the credential in the $1 is not found"
    echo "the scan of the $1 held $most kB"
}

twice dependencies "$tree"
"$examples/check_spans" "$out/dependencies.json" "$tree"

target/debug/examples/demo > "$out/demo.txt"
twice demo target/demo
"$examples/check_spans" "$out/demo.json" target/demo

for seed in 1 2; do
    "$examples/plant" "$tree" "$work/planted-$seed" "$seed" > "$work/planted-$seed.list"
    twice "planted-$seed" "$work/planted-$seed"
    "$examples/check_spans" "$out/planted-$seed.json" "$work/planted-$seed" "$work/planted-$seed.list"
done

# With pipefail, what only takes the beginning of another's output would fail it.
set +o pipefail
secret=$(grep '^ANTHROPIC_API_KEY=' target/demo/.env)
yes 'a setting = 1, "another": [2], ' | tr -d '\n' | head -c 100000000 > "$work/line.json"
printf ' %s and so on' "$secret" >> "$work/line.json"
bounded "line of 100 MB" "$work/line.json" $((100000000 + 1 + 18))
truncate -s 1000000000 "$work/large.env"
printf '\n%s\n' "$secret" >> "$work/large.env"
bounded "file of 1 GB" "$work/large.env" $((1000000000 + 1 + 18))
