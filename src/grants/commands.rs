//! The commands of a shell script: which program is run with which arguments.

/// Programs that only start what follows them.
const STARTERS: &[&str] = &[
    "sudo", "env", "exec", "time", "nohup", "timeout", "npx", "bunx", "uvx", "pnpx", "xargs", "then", "do",
    "else", "if", "while", "until", "!", "{", "(", "&", "bash", "sh", "stdbuf", "unbuffer", "npm", "pnpm",
    "yarn", "bun", "uv", "pipx", "mise", "gtimeout",
];

/// Their own words before what they start: `pnpm dlx`, `uv tool run`, `timeout 10m`.
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
    let mut words = text
        .split_ascii_whitespace()
        .map(|word| word.trim_matches(['"', '\'', '(', ')', '{', '}']))
        .filter(|word| !word.is_empty());
    let mut started = false;
    let program = words.find(|word| {
        let only_starts = STARTERS.contains(word)
            || started && (THEIR_WORDS.contains(word) || word.starts_with('-') || is_duration(word));
        started |= STARTERS.contains(word);
        !only_starts && !is_assignment(word)
    })?;
    let rest: Vec<&str> = words.collect();
    let name = bare(program);
    Some(if rest.is_empty() { name.to_owned() } else { format!("{name} {}", rest.join(" ")) })
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
    if program.starts_with('@') {
        return match program[1..].find('@') {
            Some(version) => &program[..=version],
            None => program,
        };
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
        assert_eq!(of(""), [""; 0]);
        assert_eq!(of("@"), ["@"]);
    }
}
