//! Writing into `outstay.toml` without touching what stands there.

use std::fmt::Write as _;
use std::path::Path;

use super::{Config, ConfigError, FILE_NAME};
use crate::model::{PathSet, PatternError, Timestamp, Waived, Waiver};

/// A waiver to be written.
#[derive(Clone, Debug)]
pub struct NewWaiver {
    /// What it is about.
    pub subject: Waived,
    /// A pattern of paths; everywhere if `None`.
    pub path: Option<String>,
    /// Why.
    pub reason: String,
    /// The last day on which it holds.
    pub until: Option<Timestamp>,
}

/// A waiver that could not be written.
#[derive(Debug, thiserror::Error)]
pub enum EditError {
    /// The file is wrong already.
    #[error(transparent)]
    Invalid(#[from] ConfigError),
    /// There is no reason.
    #[error("a waiver needs a reason; say with --reason why this may stand")]
    NoReason,
    /// No scan would take the pattern.
    #[error("{0}; patterns read as in .gitignore: `*.pem`, `docs/`, `a/**/b.env`")]
    Pattern(#[from] PatternError),
    /// A waiver says the same already.
    #[error("it is waived already, {place}, {end}; change that waiver")]
    AlreadyWaived {
        /// Where, such as `outstay.toml:12`.
        place: String,
        /// Until when.
        end: String,
    },
    /// The result would not say what was asked for.
    #[error(
        "a waiver cannot be appended here; write the waivers as [[waiver]] tables at the end of the file"
    )]
    NotAppendable,
}

/// `text`, which is an `outstay.toml`, with `waiver` at its end; all else stays byte for byte.
pub fn add_waiver(text: &str, waiver: &NewWaiver) -> Result<String, EditError> {
    if waiver.reason.trim().is_empty() {
        return Err(EditError::NoReason);
    }
    if let Some(path) = &waiver.path {
        PathSet::new("", [path.as_str()])?;
    }
    let before = parsed(text)?;
    if let Some(same) = before.waivers.iter().find(|earlier| covers(earlier, waiver)) {
        let end = same.until.map_or("without an end".to_owned(), |until| format!("until {}", until.date()));
        return Err(EditError::AlreadyWaived { place: same.place.clone(), end });
    }
    let line_end = if text.contains("\r\n") { "\r\n" } else { "\n" };
    let gap = match text {
        "" => "",
        ended if ended.ends_with('\n') => line_end,
        _ => &line_end.repeat(2),
    };
    let mut edited = format!("{text}{gap}");
    edited.push_str(&table(waiver).replace('\n', line_end));
    let after = parsed(&edited).map_err(|_| EditError::NotAppendable)?;
    if after.waivers.len() == before.waivers.len() + 1 && ends_with(&after, waiver) {
        Ok(edited)
    } else {
        Err(EditError::NotAppendable)
    }
}

/// Read as every scan reads it, so that nothing is written that a scan refuses.
fn parsed(text: &str) -> Result<Config, ConfigError> {
    Config::parse(text, Path::new(FILE_NAME), Path::new(""))
}

/// Whether `earlier` speaks of all that `waiver` speaks of, be it expired.
fn covers(earlier: &Waiver, waiver: &NewWaiver) -> bool {
    let same_paths = earlier.paths.as_ref().is_none_or(|paths| waiver.path.as_slice() == paths.patterns());
    earlier.subject == waiver.subject && same_paths
}

/// Whether the last waiver reads as `waiver` does.
fn ends_with(config: &Config, waiver: &NewWaiver) -> bool {
    config.waivers.last().is_some_and(|last| {
        last.subject == waiver.subject
            && last.reason == waiver.reason.trim()
            && last.paths.as_ref().map(PathSet::patterns).unwrap_or_default() == waiver.path.as_slice()
            && last.until.map(Timestamp::date) == waiver.until.map(Timestamp::date)
    })
}

fn table(waiver: &NewWaiver) -> String {
    let (key, value) = match &waiver.subject {
        Waived::Rule(rule) => ("rule", rule.to_string()),
        Waived::Fingerprint(fingerprint) => ("fingerprint", fingerprint.to_string()),
    };
    let mut table = format!("[[waiver]]\n{key} = {}\n", quoted(&value));
    if let Some(path) = &waiver.path {
        let _ = writeln!(table, "path = {}", quoted(path));
    }
    let _ = writeln!(table, "reason = {}", quoted(&waiver.reason));
    if let Some(until) = waiver.until {
        let _ = writeln!(table, "until = {}", until.date());
    }
    table
}

/// As a basic string of TOML.
fn quoted(text: &str) -> String {
    let mut quoted = String::from("\"");
    for character in text.chars() {
        match character {
            '"' | '\\' => quoted.extend(['\\', character]),
            '\u{61C}' | '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' => {
                let _ = write!(quoted, "\\u{:04X}", u32::from(character));
            }
            control if control.is_control() => {
                let _ = write!(quoted, "\\u{:04X}", u32::from(control));
            }
            plain => quoted.push(plain),
        }
    }
    quoted.push('"');
    quoted
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::config::template;
    use crate::model::{FingerprintKey, Id};

    fn waiver(reason: &str) -> NewWaiver {
        NewWaiver {
            subject: Waived::Rule(Id::from("some-rule")),
            path: None,
            reason: reason.into(),
            until: Some(Timestamp::parse("2026-12-31").unwrap()),
        }
    }

    #[test]
    fn it_is_appended_as_a_table() {
        let added = "[[waiver]]\nrule = \"some-rule\"\nreason = \"why\"\nuntil = 2026-12-31\n";
        assert_eq!(add_waiver("", &waiver("why")).unwrap(), added);
        assert_eq!(add_waiver("# c", &waiver("why")).unwrap(), format!("# c\n\n{added}"));
        let once = add_waiver("[gate]\nignored = true\n", &waiver("why")).unwrap();
        let other = NewWaiver { subject: Waived::Rule(Id::from("other")), ..waiver("why") };
        let twice = add_waiver(&once, &other).unwrap();
        let second = added.replace("some-rule", "other");
        assert_eq!(twice, format!("[gate]\nignored = true\n\n{added}\n{second}"));
        let windows = add_waiver("# c\r\n", &waiver("why")).unwrap();
        assert_eq!(windows, format!("# c\r\n\r\n{}", added.replace('\n', "\r\n")));
    }

    #[test]
    fn what_cannot_be_written_is_refused() {
        assert!(matches!(add_waiver("", &waiver(" ")), Err(EditError::NoReason)));
        assert!(matches!(add_waiver("exlude = []", &waiver("x")), Err(EditError::Invalid(_))));
        assert!(matches!(add_waiver("waiver = []", &waiver("x")), Err(EditError::NotAppendable)));
    }

    #[test]
    fn a_pattern_that_no_scan_takes_is_refused() {
        for path in ["x[", "../x", ""] {
            let new = NewWaiver { path: Some(path.to_owned()), ..waiver("why") };
            let refused = add_waiver("", &new).unwrap_err();
            assert!(matches!(refused, EditError::Pattern(_)), "{path}: {refused}");
        }
    }

    #[test]
    fn what_is_waived_already_is_not_waived_again() {
        let at = |path: Option<&str>| NewWaiver { path: path.map(str::to_owned), ..waiver("why") };
        let refused = |before: Option<&str>, new: Option<&str>| {
            add_waiver(&add_waiver("# c", &at(before)).unwrap(), &at(new))
                .err()
                .map(|error| error.to_string())
        };
        let said = "it is waived already, outstay.toml:3, until 2026-12-31; change that waiver";
        for (before, new) in [(None, None), (None, Some("a")), (Some("a"), Some("a"))] {
            assert_eq!(refused(before, new).as_deref(), Some(said), "{before:?} {new:?}");
        }
        assert_eq!((refused(Some("a"), Some("b")), refused(Some("a"), None)), (None, None));
    }

    proptest! {
        #[test]
        fn all_else_stays_and_the_waiver_reads_back(
            head in prop::sample::select(vec!["", "# x", "exclude = ['a']\r\n", "[gate]\nignored = true\n\n\n", template()]),
            reason in "\\PC{0,20}[\"'\\\\\n\r\t\u{1b}\u{202e}a]\\PC{0,20}",
            path in prop::option::of("[a-z\"é ]{0,11}[a-zé]"),
            until in prop::option::of(0_i64..4_000_000_000),
        ) {
            prop_assume!(!reason.trim().is_empty());
            let subject = Waived::Fingerprint(FingerprintKey::default().sign(&[reason.as_bytes()]));
            let new = NewWaiver { subject, path, reason, until: until.map(Timestamp) };
            let edited = add_waiver(head, &new).unwrap();
            prop_assert!(edited.starts_with(head));
            prop_assert!(ends_with(&parsed(&edited).unwrap(), &new));
        }
    }
}
