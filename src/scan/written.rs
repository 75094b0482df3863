//! What a file is written in, by its name.

use crate::detect::Syntax;
use crate::document::Format;

/// In which files an unquoted word is an expression.
pub(super) fn syntax_of(name: &str) -> Syntax {
    let extension = name.rsplit_once('.').map_or("", |(_, extension)| extension);
    match extension {
        "rs" | "go" | "py" | "js" | "jsx" | "ts" | "tsx" | "mjs" | "cjs" | "java" | "kt" | "kts"
        | "scala" | "swift" | "c" | "h" | "cc" | "cpp" | "hpp" | "cs" | "rb" | "php" | "pl" | "lua"
        | "dart" | "ex" | "exs" | "erl" | "hs" | "ml" | "clj" | "groovy" | "m" | "mm" | "vue" | "svelte"
        | "html" | "htm" | "css" | "scss" | "sql" | "md" | "rst" | "adoc" | "txt" | "ipynb" | "map" | "r"
        | "jl" | "zig" | "proto" | "graphql" | "sol" => Syntax::Code,
        _ => Syntax::Config,
    }
}

/// What a file is written in, by its name.
pub(super) fn format_of(name: &str) -> Option<Format> {
    let extension = name.rsplit_once('.').map_or("", |(_, extension)| extension);
    match extension {
        "json" | "jsonc" | "json5" => Some(Format::Json),
        "yaml" | "yml" => Some(Format::Yaml),
        "toml" => Some(Format::Toml),
        "env" => Some(Format::Dotenv),
        "ini" | "cfg" | "conf" => Some(Format::Ini),
        "tf" | "tofu" | "tfvars" | "hcl" | "nomad" => Some(Format::Hcl),
        "xml" | "pubxml" | "config" => Some(Format::Xml),
        _ => match name {
            "credentials" | "config" | ".npmrc" | ".pypirc" => Some(Format::Ini),
            _ => None,
        },
    }
}
