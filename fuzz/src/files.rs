//! The files that people write: the configuration, rules, baselines.

use std::path::Path;

use outstay::config::{Config, NewWaiver, Paint, add_waiver};
use outstay::model::{Id, Waived};
use outstay::rules::{RulePack, lint};
use outstay::suppress::Baseline;

use super::choice;

/// A configuration is read or refused with a clear message; a waiver can be added to what was read, and all else stays.
pub(super) fn config(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let read = |text: &str| Config::parse(text, Path::new("a/outstay.toml"), Path::new("a"));
    let waiver = NewWaiver {
        subject: Waived::Rule(Id::from("some-rule")),
        path: Some("src/**".to_owned()),
        reason: "a \"reason\"".to_owned(),
        until: None,
    };
    match read(&text) {
        Ok(config) => {
            config.notes();
            if let Ok(edited) = add_waiver(&text, &waiver) {
                assert!(edited.starts_with(&*text), "what stood there has changed");
                let after = read(&edited).expect("the edited configuration is one");
                assert_eq!(after.waivers.len(), config.waivers.len() + 1);
                assert_eq!(after.waivers.last().map(|waiver| waiver.reason.as_str()), Some("a \"reason\""));
            }
        }
        Err(error) => {
            assert!(!error.to_string().trim().is_empty());
            assert!(error.render(Paint::Plain).starts_with("error"));
            assert!(!error.render(Paint::Plain).contains('\x1b'), "the file speaks to the terminal");
        }
    }
    baseline(&text);
}

/// A baseline that can be read is written so that it reads the same.
fn baseline(text: &str) {
    if let Ok(baseline) = Baseline::parse(text) {
        let written = baseline.write();
        assert_eq!(Baseline::parse(&written).as_ref(), Ok(&baseline), "{written}");
    }
}

/// Rules are read or refused with a clear message; those that were read can be checked.
pub(super) fn rules(bytes: &[u8]) {
    let (first, bytes) = choice(bytes);
    let directory = ["credentials", "platforms", "access", "tables"][first % 4];
    let mut pack = RulePack::default();
    match pack.add(&format!("{directory}/one.toml"), &String::from_utf8_lossy(bytes)) {
        Ok(()) => {
            lint::kinds(&pack);
            assert!(pack.ids().iter().all(|id| pack.has_id(id.as_str())));
        }
        Err(error) => assert!(!error.to_string().trim().is_empty()),
    }
}
