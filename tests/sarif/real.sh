#!/usr/bin/env bash
# Validates the SARIF that the program writes of real trees: with findings, without, and with input that cannot be read.
#
#   tests/sarif/real.sh   after tests/real_trees.sh, whose reports it takes up
set -euo pipefail
cd "$(dirname "$0")/../.."

out="$PWD/target/real-trees"
outstay="${OUTSTAY:-$PWD/target/release/outstay}"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# report NAME EXIT ARGUMENT…: of the tree in $work/NAME.
report() {
    local name="$1" expected="$2" status=0
    shift 2
    (cd "$work/$name" && "$outstay" scan --now 2026-01-01 --format "sarif=$out/$name.sarif" "$@") || status=$?
    if [ "$status" -ne "$expected" ]; then
        echo "the scan of the $name tree ended with $status, not with $expected" >&2
        exit 1
    fi
}

mkdir "$work/empty"
report empty 3

cp -R target/demo "$work/broken"
cd "$work/broken"
mkfifo pipe
ln -s nowhere dangling
ln -s / outside
mkdir -p cut/.cursor deep/.cursor 'a%name'
printf '{"mcpServers": {"a": {"env": {"TOKEN": ' > cut/.cursor/mcp.json
printf '[%.0s' $(seq 10000) > deep/.cursor/mcp.json
mkdir -p web/node_modules/x
echo '{}' > web/node_modules/x/package.json
echo '{}' > web/package.json
printf '[[waiver]]\nrule = "generic-secret"\nreason = "nobody needs it"\nuntil = 2020-01-01\n' > outstay.toml
cd - > /dev/null
report broken 1 . absent pipe

bash tests/sarif/validate.sh "$out/dependencies.sarif" "$out/demo.sarif" "$out/empty.sarif" "$out/broken.sarif"
