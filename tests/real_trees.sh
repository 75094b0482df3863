#!/usr/bin/env bash
# Scans the unpacked sources of the dependencies: no panic, the same bytes whatever the number of threads.
set -euo pipefail
cd "$(dirname "$0")/.."

tree="${1:-${CARGO_HOME:-$HOME/.cargo}/registry/src}"
out="target/real-trees"
mkdir -p "$out"
cargo build --release --locked --bin outstay

for threads in 1 8; do
    # 0 and 1 are both in order: a finding in a dependency is no fault of the scan.
    target/release/outstay scan --all --no-config --now 2026-01-01 --threads "$threads" \
        --format "json=$out/$threads.json" --format "sarif=$out/$threads.sarif" "$tree" || [ $? -eq 1 ]
done
cmp "$out/1.json" "$out/8.json"
cmp "$out/1.sarif" "$out/8.sarif"
if grep -q '"panicked"' "$out/1.json"; then
    echo "an artifact made the scan panic" >&2
    exit 1
fi
echo "the reports of $tree are equal: $(wc -c < "$out/1.json") bytes"
