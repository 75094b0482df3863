#!/usr/bin/env bash
# How long a scan takes beside reading the same bytes with ripgrep, and beside the peers on the PATH.
#
#   benches/compare.sh [--save NAME] [--pairs N] [--peer-pairs N] [--binary OUTSTAY] [TREE]
#
# Without TREE the unpacked sources of the dependencies are copied until they are 500 MB. The report is Markdown; --save
# also writes it to benches/results/NAME.md. Every figure is of whole processes with a warm cache, run in turn: what
# disturbs one of a pair disturbs the other.
set -euo pipefail
export LC_ALL=C
cd "$(dirname "$0")/.."

pairs=11 peer_pairs=3 small_pairs=50 name='' tree='' binary=''
while [ $# -gt 0 ]; do
    case "$1" in
        --save) name="$2"; shift 2 ;;
        --pairs) pairs="$2"; shift 2 ;;
        --peer-pairs) peer_pairs="$2"; shift 2 ;;
        --binary) binary="$2"; shift 2 ;;
        -h|--help) sed -n '2,8s/^# \{0,1\}//p' "$0"; exit 0 ;;
        -*) echo "compare.sh: unknown option $1; see --help" >&2; exit 2 ;;
        *) tree="$1"; shift ;;
    esac
done

work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT

megabytes() { du -sm --apparent-size "$1" 2>/dev/null | cut -f1 || du -sm "$1" | cut -f1; }

# Copies the dependencies' sources as often as 500 MB take.
dependencies() {
    local from="${CARGO_HOME:-$HOME/.cargo}/registry/src" copy=0
    if [ ! -d "$from" ]; then
        echo "compare.sh: there are no sources in $from; run cargo fetch, or name a tree" >&2
        exit 2
    fi
    mkdir "$work/tree"
    while [ "$copy" -eq 0 ] || [ "$(megabytes "$work/tree")" -lt 500 ]; do
        cp -R "$from" "$work/tree/$copy"
        copy=$((copy + 1))
    done
}

if [ -z "$binary" ]; then
    cargo build --release --locked --bin outstay
    binary="${CARGO_TARGET_DIR:-target}/release/outstay"
fi
binary="$(cd "$(dirname "$binary")" && pwd)/$(basename "$binary")"
# The harness is no part of what is measured: an unoptimised one does, and is there at once.
harness="$(cargo bench --profile dev --bench paired --locked --no-run --message-format json \
    | sed -n 's/.*"name":"paired".*"executable":"\([^"]*\)".*/\1/p')"

if [ -z "$tree" ]; then
    dependencies
    tree="$work/tree"
    what="the dependencies' sources, several times over"
else
    what="a tree that was named"
fi

# No tree holds this: the halves meet only here.
absent="no_such_literal_""anywhere_4711"
mkdir "$work/small"
printf 'HOST=localhost\nPORT=8080\nLOG_LEVEL=info\nDATABASE_NAME=app\n' > "$work/small/.env"

# table LABEL ROUNDS OTHER-LABEL A… -- B…: two rows.
table() {
    local label="$1" rounds="$2" other="$3" row
    shift 3
    row="$("$harness" "$rounds" "$@")"
    # shellcheck disable=SC2034 # the fields have names so that the order is seen
    IFS=$'\t' read -r a_min a_med a_max b_min b_med b_max ratio difference a_memory b_memory a_code b_code <<<"$row"
    printf '| %s | %s | %s | %s | %s | %s | exit %s |\n' "$label" "$a_min" "$a_med" "$a_max" "$a_memory" "" "$a_code"
    printf '| %s | %s | %s | %s | %s | outstay takes %s times as long, %s ms more | exit %s |\n' \
        "$other" "$b_min" "$b_med" "$b_max" "$b_memory" "$ratio" "$difference" "$b_code"
    # 2 and 3 are a wrong call and an incomplete scan: no figure of such a run counts.
    if [ "$a_code" -gt 1 ] || [ "$a_code" -lt 0 ]; then
        echo "compare.sh: $label ended with exit code $a_code; its figures count for nothing" >&2
        exit 1
    fi
}

heading() {
    printf '\n## %s\n\n| command | min ms | median ms | max ms | peak MB | median of the pairs | |\n' "$1"
    printf '|---|---|---|---|---|---|---|\n'
}

# What each peer calls an offline scan of a directory, without a configuration; {} is the directory.
peers() {
    cat <<'PEERS'
gitleaks dir --no-banner --exit-code 0 {}
betterleaks dir --no-banner --exit-code 0 {}
trufflehog filesystem --no-update --no-verification {}
kingfisher scan --no-validate --no-update-check --git-history none {}
ripsecrets {}
noseyparker scan --datastore DATASTORE {}
secretlint --no-color {}/**/*
detect-secrets scan --all-files --no-verify {}
titus scan {}
PEERS
}

version() {
    local said
    said="$("$1" --version 2>/dev/null || "$1" version 2>/dev/null || true)"
    printf '%s\n' "${said%%$'\n'*}"
}

compare_peers() {
    local directory="$1" rounds="$2" missing='' line program command
    while IFS= read -r line; do
        program="${line%% *}"
        if ! command -v "$program" >/dev/null; then
            missing="$missing $program"
            continue
        fi
        line="${line//DATASTORE/$work/datastore}"
        read -r -a command <<<"${line//\{\}/$directory}"
        table "outstay scan --all" "$rounds" "${line//$work\//}" "$binary" scan --all "$directory" -- "${command[@]}"
    done < <(peers)
    [ -z "$missing" ] || absent_peers="$missing"
}

processor() {
    sed -n 's/^model name[^:]*: //p' /proc/cpuinfo 2>/dev/null | head -n 1 | grep . \
        || sysctl -n machdep.cpu.brand_string 2>/dev/null || uname -m
}

report() {
    absent_peers=''
    printf '# outstay beside reading, and beside its peers\n\n'
    printf -- '- date: %s\n' "$(date -u +%Y-%m-%d)"
    printf -- '- processor: %s, %s cores\n' "$(processor)" "$(getconf _NPROCESSORS_ONLN)"
    printf -- '- system: %s\n' "$(uname -sr)"
    printf -- '- outstay: %s, commit %s\n' "$("$binary" --version)" "$(git describe --always --dirty 2>/dev/null || echo unknown)"
    printf -- '- ripgrep: %s\n' "$(version rg)"
    printf -- '- tree: %s, %s MB in %s files\n' "$what" "$(megabytes "$tree")" "$(find "$tree" -type f | wc -l | tr -d ' ')"
    printf -- '- runs: in turn, after one of each to warm up\n'

    heading "A tree, $pairs pairs"
    table "outstay scan --all" "$pairs" "rg -c --no-ignore --hidden -a -g '!.git' (an absent literal)" \
        "$binary" scan --all "$tree" -- rg -c --no-ignore --hidden -a -g '!.git' "$absent" "$tree"
    compare_peers "$tree" "$peer_pairs"

    heading "One small .env file, $small_pairs pairs"
    table "outstay scan FILE" "$small_pairs" "true" "$binary" scan "$work/small/.env" -- true
    compare_peers "$work/small" "$small_pairs"

    [ -z "$absent_peers" ] || printf '\nNot on the PATH, so not compared:%s.\n' "$absent_peers"
}

command -v rg >/dev/null || { echo "compare.sh: ripgrep (rg) is what is measured against; install it" >&2; exit 2; }
report | tee "$work/report.md"
if [ -n "$name" ]; then
    mkdir -p benches/results
    cp "$work/report.md" "benches/results/$name.md"
fi
