#!/bin/sh
# Validates SARIF files with the multitool of the SARIF SDK, GitHub's rules switched on. It fails on any error or warning.
#
#   tests/sarif/validate.sh FILE.sarif…
#
# The npm package is installed once, below target/. It carries a program for Linux on x86-64; node runs what is left.
set -eu

package='@microsoft/sarif-multitool'
version='5.7.0'

if [ "$#" -eq 0 ]; then
    echo "usage: $0 FILE.sarif…" >&2
    exit 2
fi

here=$(cd "$(dirname "$0")/../.." && pwd)
cache="${CARGO_TARGET_DIR:-$here/target}/sarif-multitool-$version"
tool="$cache/node_modules/$package-linux/Sarif.Multitool"
config="$cache/github.xml"

if [ ! -f "$tool" ]; then
    mkdir -p "$cache"
    npm install --prefix "$cache" --no-save --no-audit --no-fund --loglevel=error "$package@$version" >&2
fi
# npm does not run the package's own script that would do this.
chmod +x "$tool"

if [ ! -f "$config" ]; then
    # GH1001 to GH1007 are off by default: each is switched on in the line below its name.
    "$tool" export-validation-config "$cache/default.xml" >/dev/null
    sed '/Key="GH100[1-7]\./,/RuleEnabled/ s/Value="Default"/Value="Error"/' "$cache/default.xml" >"$config.new"
    mv "$config.new" "$config"
fi

# The program is written in .NET, which would not start where the system has no ICU.
export DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1

status=0
for file in "$@"; do
    verdict=$(mktemp "$cache/verdict.XXXXXX")
    # Its exit code is 0 whatever it finds, so that its report is what counts; a missing report fails below.
    "$tool" validate "$file" --rule-kind 'Sarif;Ghas' --level 'Error;Warning;Note' \
        --kind 'Fail;Open;Review;Informational' --config "$config" \
        --output "$verdict" --log ForceOverwrite >"$verdict.log" 2>&1 || true
    node - "$verdict" "$verdict.log" "$file" <<'JS' || status=1
const fs = require("fs");
const [verdict, log, file] = process.argv.slice(2);
const text = fs.readFileSync(verdict, "utf8").replace(/^\uFEFF/, "");
if (!text.trim()) {
  console.error(`${file}: the validator wrote no report\n${fs.readFileSync(log, "utf8")}`);
  process.exit(1);
}
const run = JSON.parse(text).runs[0];
const rules = run.tool.driver.rules || [];
let bad = 0;
const notes = {};
for (const result of run.results || []) {
  const level = result.level || rules[result.ruleIndex]?.defaultConfiguration?.level || "warning";
  if (result.kind && result.kind !== "fail") continue;
  if (level === "note") {
    notes[result.ruleId] = (notes[result.ruleId] || 0) + 1;
    continue;
  }
  const where = result.locations?.[0]?.logicalLocations?.[0]?.fullyQualifiedName
    || JSON.stringify(result.locations?.[0]?.physicalLocation?.region || {});
  console.log(`${file}: ${level} ${result.ruleId} at ${where}: ${result.message.text || (result.message.arguments || []).join(" | ")}`);
  bad += 1;
}
for (const invocation of run.invocations || []) {
  for (const said of [...(invocation.toolExecutionNotifications || []), ...(invocation.toolConfigurationNotifications || [])]) {
    if (said.level === "error") {
      console.error(`${file}: the validator failed: ${said.message?.text}`);
      bad += 1;
    }
  }
}
const noted = Object.entries(notes).map(([rule, times]) => `${rule} × ${times}`);
console.log(`${file}: ${bad} errors and warnings; notes: ${noted.join(", ") || "none"}`);
process.exit(bad ? 1 : 0);
JS
    rm -f "$verdict" "$verdict.log"
done
exit "$status"
