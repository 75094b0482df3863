//! What every rule must be, beyond being readable: `outstay rules test` and the project's own tests ask the same.

use regex::bytes::{Regex, RegexBuilder};

use super::credential::Kind;
use super::load::RulePack;
use super::sample::Samples;

/// Compiles a kind's pattern so that it matches from the first byte of what it is given.
pub fn anchored(pattern: &str) -> Result<Regex, regex::Error> {
    RegexBuilder::new(&format!("^(?:{pattern})"))
        .unicode(false)
        .size_limit(4 << 20)
        .dfa_size_limit(1 << 20)
        .build()
}

/// What is wrong with the kinds of a pack; empty where nothing is. Each entry names the kind.
pub fn kinds(pack: &RulePack) -> Vec<String> {
    let find = |id: &str| pack.kind(id);
    let samples = Samples::new(&find);
    let mut problems = Vec::new();
    for kind in &pack.kinds {
        let mut say = |problem: String| problems.push(format!("{}: {problem}", kind.id));
        texts(kind, &mut say);
        match samples.value(kind, 1) {
            Ok(value) => sample_fits(kind, &value, &mut say),
            Err(error) => say(format!("the sample does not expand: {error}")),
        }
        for template in kind.finds.iter().chain(&kind.not) {
            if let Err(error) = samples.text(template, kind.id.as_str()) {
                say(format!("an example does not expand: {error}"));
            }
        }
    }
    problems
}

fn texts(kind: &Kind, say: &mut dyn FnMut(String)) {
    if kind.title.is_empty() || kind.alternative.is_empty() || kind.name.is_empty() {
        say("needs a title, an alternative and a name".to_owned());
    }
    if kind.alternative.to_ascii_lowercase().contains("environment variable") {
        say("the alternative must not be an environment variable: that is the standing access itself"
            .to_owned());
    }
    let named = kind.context.iter().any(|words| words.holds_in(&kind.name));
    if !kind.context.is_empty() && kind.prefixes.is_empty() && !named {
        say(format!("its usual name {} has none of the words of its context", kind.name));
    }
}

fn sample_fits(kind: &Kind, value: &str, say: &mut dyn FnMut(String)) {
    if !kind.prefixes.is_empty() && !kind.prefixes.iter().any(|prefix| value.starts_with(prefix.as_str())) {
        say("the sample begins with none of the prefixes".to_owned());
    }
    let Some(pattern) = &kind.pattern else { return };
    match anchored(pattern) {
        Err(error) => say(format!("the pattern is no regular expression over bytes: {error}")),
        Ok(regex) => match regex.find(value.as_bytes()) {
            Some(found) if found.len() == value.len() => {}
            Some(found) => {
                say(format!("the pattern matches {} of {} bytes of the sample", found.len(), value.len()));
            }
            None => say("the pattern does not match the sample".to_owned()),
        },
    }
    if let Some(check) = kind.check
        && !super::checksum::holds(check, value)
    {
        say("the sample does not carry its checksum; write «check» where it stands".to_owned());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_embedded_kind_is_sound() {
        let problems = kinds(&RulePack::embedded().unwrap());
        assert!(problems.is_empty(), "{}", problems.join("\n"));
    }
}
