#!/usr/bin/env bash
# The drawings of the example and of hostile names, read by Graphviz and by Mermaid's own parser.
set -euo pipefail
cd "$(dirname "$0")/.."

for tool in dot node npm; do
    command -v "$tool" >/dev/null || { echo "real_parsers.sh: needs $tool; install graphviz, nodejs and npm" >&2; exit 2; }
done
tools="target/real-parsers"
mkdir -p "$tools/hostile"
[ -d "$tools/node_modules/mermaid" ] || npm install --silent --no-fund --no-audit --prefix "$tools" mermaid@11 jsdom@26
cargo build --locked --bin outstay --example regenerate
cargo run --locked --quiet --example regenerate
git diff --exit-code README.md rules/CATALOG.md

cat > "$tools/hostile/.mcp.json" <<'JSON'
{"mcpServers": {
  "x\"];\n  y --> z %%{init:{}}%% <script>a()</script>": {"command": "x", "env": {"A\"|B]_TOKEN": "${X\u202e\u001b_TOKEN}"}},
  "`**md**`": {"command": "x", "env": {"END_TOKEN": "${end}"}},
  "1. list": {"command": "x", "env": {"#quot;_TOKEN": "${#quot;}"}},
  "click h1 call a()": {"command": "x", "env": {"B_TOKEN": "${style h1 fill}"}}
}}
JSON
cat > "$tools/parse.mjs" <<'JS'
import { readFileSync } from 'node:fs';
import { JSDOM } from 'jsdom';
const { window } = new JSDOM('<!DOCTYPE html><body></body>');
Object.assign(globalThis, { window, document: window.document });
const { default: mermaid } = await import('mermaid');
for (const file of process.argv.slice(2)) {
  const text = readFileSync(file, 'utf8');
  await mermaid.parse(text);
  const diagram = await mermaid.mermaidAPI.getDiagramFromText(text);
  console.log(`${file}: ${diagram.db.getVertices().size} nodes, ${diagram.db.getEdges().length} edges`);
}
JS
for project in target/regenerate "$tools/hostile"; do
    name="$tools/$(basename "$project")"
    target/debug/outstay graph --quiet --no-config --format dot -o "$name.dot" "$project"
    dot -Tsvg -o "$name.svg" "$name.dot"
    target/debug/outstay graph --quiet --no-config -o "$name.mmd" "$project"
done
node "$tools/parse.mjs" "$tools"/*.mmd
