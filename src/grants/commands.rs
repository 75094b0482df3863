//! The commands of a shell script: which program is run with which arguments.

use crate::text::Span;

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

/// A command of a script: the places of its program and of its arguments, without quotes.
pub(super) struct Command(pub(super) Vec<Span>);

/// Each command of `script` in one line: the program's name without its directory and version, and its arguments without quotes.
/// Quotes do not keep a command together, so that what is handed to `bash -c` is seen as well.
pub(super) fn of(script: &str) -> Vec<String> {
    parse(script).iter().map(|command| command.line(script)).collect()
}

impl Command {
    /// In one line.
    pub(super) fn line(&self, script: &str) -> String {
        let mut words = self.0.iter().map(|span| &script[span.range()]);
        let name = words.next().map_or("", bare);
        words.fold(name.to_owned(), |line, word| line + " " + word)
    }
}

/// The commands of `script` with their places in it.
pub(super) fn parse(script: &str) -> Vec<Command> {
    // As long as before, so that places stay.
    let joined = script.replace("\\\r\n", "   ").replace("\\\n", "  ");
    let mut commands = Vec::new();
    let mut printed: Option<String> = None;
    let mut start = 0;
    for line in joined.split_inclusive('\n') {
        let begins = start;
        start += line.len();
        let text = line.trim();
        if let Some(end) = printed.as_deref() {
            let has_ended = text == end;
            printed = printed.filter(|_| !has_ended);
            continue;
        }
        printed = printed_until(text);
        if !text.starts_with('#') {
            let at = begins + line.len() - line.trim_start().len();
            commands.extend(parts(text).filter_map(|(offset, part)| command(part, at + offset)));
        }
    }
    commands
}

/// The mark that ends a text which is only printed: `cat <<EOF`.
fn printed_until(line: &str) -> Option<String> {
    let (before, after) = line.split_once("<<")?;
    let is_printed = matches!(before.split_ascii_whitespace().next(), Some("cat" | "echo"));
    let is_kept = before.contains('>') || after.contains(['>', '|']);
    let mark = after.trim_start_matches('-').trim().trim_matches(['"', '\'', '\\']);
    let is_mark = !mark.is_empty() && mark.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    (is_printed && !is_kept && is_mark).then(|| mark.to_owned())
}

/// The parts of a line between what separates commands, with where they begin.
fn parts(line: &str) -> impl Iterator<Item = (usize, &str)> {
    let place = |part: &str| part.as_ptr() as usize - line.as_ptr() as usize;
    line.split([';', '|', '&', '`']).flat_map(|part| part.split("$(")).map(move |part| (place(part), part))
}

/// The words of a part of a line that begins at `at` of the script: from its program on.
fn command(text: &str, at: usize) -> Option<Command> {
    let spans: Vec<Span> = words(text).collect();
    let words: Vec<&str> = spans.iter().map(|span| &text[span.range()]).collect();
    let mut started = false;
    let first = words.iter().enumerate().position(|(at, word)| {
        let starts = STARTERS.contains(word) || is_manager(word, words.get(at + 1));
        let is_theirs = started && (THEIR_WORDS.contains(word) || word.starts_with('-') || is_duration(word));
        started |= starts;
        !starts && !is_theirs && !is_assignment(word)
    })?;
    // Programs are written small; a sentence of a prompt begins with a capital.
    if bare(words[first]).starts_with(|first: char| first.is_ascii_uppercase()) {
        return None;
    }
    Some(Command(spans[first..].iter().map(|span| span.shifted(at)).collect()))
}

/// What stands between spaces, without quotes and brackets around it.
fn words(text: &str) -> impl Iterator<Item = Span> {
    let mut at = 0;
    text.split(|character: char| character.is_ascii_whitespace()).filter_map(move |word| {
        let begins = at;
        at += word.len() + 1;
        let inner = word.trim_start_matches(AROUND);
        let start = begins + word.len() - inner.len();
        let inner = inner.trim_end_matches(AROUND);
        (!inner.is_empty()).then(|| Span::new(start, start + inner.len()))
    })
}

/// What may stand around a word.
const AROUND: [char; 6] = ['"', '\'', '(', ')', '{', '}'];

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
pub(super) fn bare(program: &str) -> &str {
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
    fn words_have_their_places() {
        let script = "# x\n  sudo aws \\\n  iam 'create-access-key' --user-name $(id -u)\n";
        let commands = parse(script);
        let words: Vec<&str> = commands[0].0.iter().map(|span| &script[span.range()]).collect();
        assert_eq!(words, ["aws", "iam", "create-access-key", "--user-name"]);
        assert_eq!(commands[1].line(script), "id -u");
    }

    #[test]
    fn what_is_only_printed_is_no_command() {
        assert_eq!(of("cat <<'EOF'\naws iam x\nEOF\nls"), ["cat <<'EOF", "ls"]);
        assert_eq!(of("cat <<EOF > run.sh\naws iam x\nEOF").len(), 3);
        assert_eq!(of("ssh host <<EOF\naws iam x\nEOF").len(), 3);
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
