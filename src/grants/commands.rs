//! The commands of a shell script: which program is run with which arguments.

/// Programs that only start what follows them.
const STARTERS: &[&str] = &[
    "sudo", "env", "exec", "time", "nohup", "timeout", "npx", "bunx", "uvx", "pnpx", "xargs", "then", "do",
    "else", "if", "while", "until", "!", "{", "(", "&", "bash", "sh", "stdbuf", "unbuffer", "gtimeout",
];

/// Package managers, which start what follows one of the words after them.
const MANAGERS: &[(&str, &[&str])] = &[
    ("npm", &["exec", "x"]),
    ("pnpm", &["dlx", "exec"]),
    ("yarn", &["dlx", "exec"]),
    ("bun", &["x"]),
    ("uv", &["tool", "run"]),
    ("pipx", &["run"]),
    ("poetry", &["run"]),
    ("mise", &["exec", "x"]),
];

/// Words of theirs that may still stand before what they start: `uv tool run`, `npm exec --`.
const THEIR_WORDS: &[&str] = &["dlx", "x", "exec", "tool", "run", "--"];

/// Each command of `script` in one line: the program's name without its directory and version, and its arguments without quotes.
/// Quotes do not keep a command together, so that what is handed to `bash -c` is seen as well.
pub(super) fn of(script: &str) -> Vec<String> {
    let joined = script.replace("\\\n", " ");
    let lines = joined.lines().map(str::trim).filter(|line| !line.starts_with('#'));
    lines
        .flat_map(|line| line.split([';', '|', '&', '`']).flat_map(|part| part.split("$(")))
        .filter_map(command)
        .collect()
}

fn command(text: &str) -> Option<String> {
    let words: Vec<&str> = text
        .split_ascii_whitespace()
        .map(|word| word.trim_matches(['"', '\'', '(', ')', '{', '}']))
        .filter(|word| !word.is_empty())
        .collect();
    let mut started = false;
    let at = words.iter().enumerate().position(|(at, word)| {
        let starts = STARTERS.contains(word) || is_manager(word, words.get(at + 1));
        let is_theirs = started && (THEIR_WORDS.contains(word) || word.starts_with('-') || is_duration(word));
        started |= starts;
        !starts && !is_theirs && !is_assignment(word)
    })?;
    let rest = &words[at + 1..];
    let name = bare(words[at]);
    // Programs are written small; a sentence of a prompt begins with a capital.
    if name.starts_with(|first: char| first.is_ascii_uppercase()) {
        return None;
    }
    Some(if rest.is_empty() { name.to_owned() } else { format!("{name} {}", rest.join(" ")) })
}

fn is_manager(word: &str, next: Option<&&str>) -> bool {
    let own = MANAGERS.iter().find(|(manager, _)| *manager == word);
    own.is_some_and(|(_, words)| next.is_some_and(|next| words.contains(next)))
}

/// `NAME=value` before a program.
fn is_assignment(word: &str) -> bool {
    word.split_once('=').is_some_and(|(name, _)| {
        !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
    })
}

fn is_duration(word: &str) -> bool {
    word.bytes().next().is_some_and(|byte| byte.is_ascii_digit())
        && word
            .trim_end_matches(['s', 'm', 'h', 'd'])
            .bytes()
            .all(|byte| byte.is_ascii_digit() || byte == b'.')
}

/// Without a directory and a version: `/usr/bin/claude`, `@openai/codex@1.0`.
fn bare(program: &str) -> &str {
    if let Some(scoped) = program.strip_prefix('@') {
        return scoped.find('@').map_or(program, |version| &program[..=version]);
    }
    let name = program.rsplit('/').next().unwrap_or(program);
    name.split_once('@').map_or(name, |(name, _)| name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_is_seen_through_what_starts_it() {
        for (script, command) in [
            ("claude -p 'fix it'", "claude -p fix it"),
            ("sudo -E timeout 10m /usr/local/bin/claude --print", "claude --print"),
            ("npx -y @anthropic-ai/claude-code@2.0 -p x", "@anthropic-ai/claude-code -p x"),
            ("FOO=1 BAR=\"x\" codex exec", "codex exec"),
            ("pnpm dlx opencode-ai@latest run", "opencode-ai run"),
            ("npm publish --access public", "npm publish --access public"),
            ("npm exec -- codex exec", "codex exec"),
            ("uv run pytest", "pytest"),
            ("if codex \\\n  exec --full-auto", "codex exec --full-auto"),
        ] {
            assert_eq!(of(script), [command], "{script}");
        }
    }

    #[test]
    fn every_command_counts_and_comments_do_not() {
        assert_eq!(of("# claude -p\ncat p.md | claude -p > out"), ["cat p.md", "claude -p > out"]);
        assert_eq!(of("R=$(gemini --yolo) && echo"), ["R=", "gemini --yolo", "echo"].map(str::to_owned)[1..]);
        assert_eq!(of("bash -c 'set -e; copilot -p x'"), ["set -e", "copilot -p x"]);
        assert_eq!(of("echo run claude"), ["echo run claude"]);
        assert_eq!(of("Claude reads the issue\nclaude 'x'"), ["claude x"]);
        assert_eq!(of(""), [""; 0]);
        assert_eq!(of("@"), ["@"]);
    }
}
