//! What is wrong with a configuration, shown at its place.

use std::io;
use std::ops::Range;
use std::path::PathBuf;
use std::sync::Arc;

use codespan_reporting::diagnostic::{Diagnostic, Label};
use codespan_reporting::files::SimpleFile;
use codespan_reporting::term;
use codespan_reporting::term::termcolor::Buffer;

use super::nearest;
use crate::text::{aligned, visible};

/// Whether a rendering carries colours.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Paint {
    /// Text alone.
    #[default]
    Plain,
    /// ANSI escapes.
    Ansi,
}

/// A configuration that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// It cannot be read.
    #[error("{}: the configuration cannot be read: {source}; mend it or scan with --no-config", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// It is a symbolic link that leads out of what is scanned.
    #[error("{}: the configuration is a link that leads out of the scanned tree; name it with --config if you trust it", path.display())]
    Link {
        /// The link.
        path: PathBuf,
    },
    /// Something in it is wrong.
    #[error(transparent)]
    Invalid(#[from] Box<Invalid>),
}

/// One thing in a configuration that is wrong.
#[derive(Clone, Debug, thiserror::Error)]
#[error("{path}:{line}: {message}", line = self.line())]
pub struct Invalid {
    /// The file, as reports name it.
    pub path: String,
    /// Its text.
    pub source_text: Arc<str>,
    /// Which of its bytes.
    pub span: Range<usize>,
    /// What is wrong, in one clause.
    pub message: String,
    /// The way out.
    pub help: Option<String>,
}

impl Invalid {
    fn line(&self) -> usize {
        let end = self.span.start.min(self.source_text.len());
        1 + memchr::memchr_iter(b'\n', &self.source_text.as_bytes()[..end]).count()
    }
}

impl ConfigError {
    /// As a terminal shows it: the line, a caret, the way out.
    pub fn render(&self, paint: Paint) -> String {
        let (diagnostic, file) = match self {
            Self::Invalid(invalid) => {
                let source = aligned(&invalid.source_text);
                let span = clamped(&source, &invalid.span);
                let notes = invalid.help.iter().map(|help| format!("help: {}", aligned(help))).collect();
                let diagnostic = Diagnostic::error()
                    .with_message(aligned(&invalid.message))
                    .with_label(Label::primary((), span))
                    .with_notes(notes);
                (diagnostic, SimpleFile::new(visible(&invalid.path).into_owned(), source))
            }
            other => {
                let diagnostic = Diagnostic::error().with_message(aligned(&other.to_string()));
                (diagnostic, SimpleFile::new(String::new(), String::new()))
            }
        };
        let config = term::Config::default();
        let mut buffer = match paint {
            Paint::Plain => Buffer::no_color(),
            Paint::Ansi => Buffer::ansi(),
        };
        match term::emit_to_write_style(&mut buffer, &config, &file, &diagnostic) {
            Ok(()) => String::from_utf8_lossy(buffer.as_slice()).into_owned(),
            Err(_) => format!("error: {}\n", diagnostic.message),
        }
    }
}

/// The complaint about `text` that the TOML reader made.
pub(super) fn from_toml(path: &str, text: &Arc<str>, error: &toml::de::Error) -> Invalid {
    let span = error.span().unwrap_or(0..0);
    let message = error.message().lines().next().unwrap_or_default().to_owned();
    let typed = text.get(span.clone()).unwrap_or_default().trim_matches(['"', '\'']);
    // serde offers the known keys in its message only: unknown field `x`, expected one of `a`, `b`.
    let known = || error.message().split('`').skip(3).step_by(2);
    let help = if message.starts_with("unknown ") {
        Some(match nearest(typed, known()) {
            Some(word) => format!("did you mean `{word}`?"),
            None => format!("known here: {}", known().collect::<Vec<_>>().join(", ")),
        })
    } else if message.contains("TOML datetime") {
        Some("write a date without quotes: 2026-12-31".to_owned())
    } else if message == "missing field `reason`" {
        Some("say why this may stand: reason = \"…\"".to_owned())
    } else {
        None
    };
    let message = match message.split_once(", expected") {
        Some((what, _)) if what.starts_with("unknown field") => {
            what.replacen("unknown field", "unknown key", 1)
        }
        _ => message,
    };
    Invalid { path: path.to_owned(), source_text: text.clone(), span, message, help }
}

fn clamped(text: &str, span: &Range<usize>) -> Range<usize> {
    let boundary = |at: usize| (0..=at).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
    let end = boundary(span.end.min(text.len()));
    boundary(span.start.min(end))..end
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn invalid(text: &str, span: Range<usize>) -> ConfigError {
        let (message, help) = ("it is wrong".to_owned(), Some("mend it".to_owned()));
        Box::new(Invalid { path: "outstay.toml".into(), source_text: text.into(), span, message, help })
            .into()
    }

    #[test]
    fn hostile_text_and_keys_are_not_shown() {
        let key = format!("ghp_{}", "aB3".repeat(12));
        let error = invalid(&format!("a = \"\u{1b}[31m\u{202E}\u{9b}\"\r\nkey = \"{key}\"\r\n"), 0..200);
        let shown = error.render(Paint::Plain);
        assert!(!shown.contains(['\u{1b}', '\u{202E}', '\u{9b}']) && !shown.contains(&key[4..]), "{shown}");
        assert!(shown.contains("****") && !shown.contains("aB3"), "{shown}");
        for secret in ["f3a91c0de88b47d6a2c5910b7e4d3f60", "Gh7!kd02m", "qzkxjvwpbtmghfdxrlqn"] {
            assert!(!aligned(&format!("exlude = \"{secret}\"")).contains(&secret[..5]), "{secret}");
        }
    }

    #[test]
    fn colours_come_on_demand_only() {
        assert!(!invalid("a", 0..1).render(Paint::Plain).contains('\u{1b}'));
        assert!(invalid("a", 0..1).render(Paint::Ansi).contains('\u{1b}'));
    }

    proptest! {
        #[test]
        fn any_text_is_rendered(text in "\\PC{0,30}|[\\x00-\\xff\n\r]{0,30}", start in 0..60_usize, len in 0..60_usize) {
            prop_assert_eq!(aligned(&text).len(), text.len());
            prop_assert!(invalid(&text, start..start + len).render(Paint::Plain).contains("it is wrong"));
        }
    }
}
