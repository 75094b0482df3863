//! The generic tier: a secret's name with a value that looks like one. Never surer than low by itself.

use crate::model::{Confidence, Principal, PrincipalKind};
use crate::rules::{Promise, Reader, promise};
use crate::text::{Span, entropy, is_wordy};

use super::super::candidate::{Candidate, DropReason, Facts};
use super::super::examine::{Input, Syntax, read_candidate};
use super::super::plausible;
use super::{Readers, connection};

/// Longer names and values are neither.
const LONGEST_NAME: usize = 80;
const LONGEST_VALUE: usize = 500;

/// Passwords that are no secret to anybody.
const COMMON: &[&str] = &[
    "password",
    "password1",
    "password123",
    "passw0rd",
    "p@ssw0rd",
    "changeme",
    "changeit",
    "secret",
    "admin",
    "adminadmin",
    "admin123",
    "root",
    "toor",
    "test",
    "test123",
    "testpass",
    "testpassword",
    "devpassword",
    "devsecret",
    "adminpassword",
    "dbpassword",
    "mypassword",
    "userpassword",
    "testtest",
    "testing",
    "default",
    "guest",
    "letmein",
    "postgres",
    "mysecretpassword",
    "supersecret",
    "minio",
    "minioadmin",
    "mysql",
    "mariadb",
    "mongo",
    "mongodb",
    "redis",
    "rabbitmq",
    "grafana",
    "rootpassword",
    "hunter2",
    "12345678",
    "123456789",
    "qwerty123",
    "welcome1",
    "example",
    "undefined",
    "required",
    // What clients of local models put where a key is asked for.
    "lm-studio",
    "ollama",
    "empty",
    "none",
    "null",
    "no-key",
    "no-key-required",
    "no-key-needed",
    "not-needed",
    "sk-1234",
    "local",
];

impl Readers {
    /// A name of which a part stands from `start` to `end`.
    pub(in super::super) fn generic(
        &self,
        input: &Input<'_>,
        start: usize,
        end: usize,
        found: &mut Vec<Candidate>,
    ) {
        let Some(name) = whole_name(input.bytes, start, end) else { return };
        // `checksum/secret`: the digest of a Secret, by which a chart restarts its pods.
        if input.bytes[..name.start].ends_with(b"checksum/") {
            return;
        }
        let default = |name: Span| default_in(input.bytes, name);
        let Some(value) = default(name).or_else(|| value_after(input, name)) else { return };
        let value = variable_in(input.bytes, value).and_then(default).unwrap_or(value);
        let value = field_of_query(input.bytes, name, value);
        let Some(promise) = std::str::from_utf8(name.slice(input.bytes)).ok().and_then(promise) else {
            return;
        };
        let reach = input.bytes.len().min(name.end + LONGEST_VALUE + 80);
        let further = |value: &Span| quoted_after(&input.bytes[..reach], *value);
        for value in std::iter::successors(Some(value), further) {
            if let Some(mut candidate) = self.judge(value, value.slice(input.bytes), promise) {
                candidate.name = Some(name);
                if promise == Promise::Password && connection::is_local(input.bytes, name) {
                    candidate.dropped = Some(DropReason::Loopback);
                }
                found.push(candidate);
            }
        }
    }

    /// `curl -u USER:PASSWORD`: the pair that begins at `at`.
    pub(in super::super) fn user_flag(&self, input: &Input<'_>, at: usize, found: &mut Vec<Candidate>) {
        let bytes = input.bytes;
        let quote = at.checked_sub(1).map(|before| bytes[before]).filter(|byte| matches!(byte, b'"' | b'\''));
        let before = &bytes[at.saturating_sub(LONGEST_NAME)..at - usize::from(quote.is_some())];
        let flag = [b" -u ".as_slice(), b" --user "].into_iter().find(|flag| before.ends_with(flag));
        let line = before.rsplit(|byte| *byte == b'\n').next().unwrap_or_default();
        let Some(flag) = flag.filter(|_| memchr::memmem::find(line, b"curl ").is_some()) else { return };
        let ends = |byte: &u8| !byte.is_ascii_graphic() || matches!(byte, b'"' | b'\'' | b'`');
        let pair = &bytes[at..bytes.len().min(at + LONGEST_VALUE)];
        let pair = &pair[..pair.iter().position(ends).unwrap_or(pair.len())];
        let Some(colon) = memchr::memchr(b':', pair) else { return };
        let value = Span::new(at + colon + 1, at + pair.len());
        if let Some(mut candidate) = self.judge(value, value.slice(bytes), Promise::Password) {
            let end = at - usize::from(quote.is_some()) - 1;
            candidate.name = Some(Span::new(end + 2 - flag.len(), end));
            let user = String::from_utf8_lossy(&pair[..colon]);
            candidate.facts.principal = Some(Principal::new(PrincipalKind::Account, &user));
            found.push(candidate);
        }
    }

    /// A value in a slot whose name is that of a secret. What a slot holds need not look random to be one.
    pub(in super::super) fn slot_value(
        &self,
        input: &Input<'_>,
        span: Span,
        name: &str,
    ) -> Option<Candidate> {
        let promise = promise(name)?;
        let value = span.slice(input.bytes);
        let mut candidate = self.judge(span, value, promise)?;
        let is_weak = plausible::is_weak(value);
        // A Secret's own name is made of words; a key hardly is.
        let may_be_typed = promise == Promise::Password || !is_weak && !is_wordy(value) && !is_slug(value);
        if candidate.dropped == Some(DropReason::NotRandom) && value.len() >= 8 && may_be_typed {
            candidate.dropped = None;
        }
        candidate.confidence = if is_weak { Confidence::Low } else { Confidence::Medium };
        Some(candidate)
    }

    fn judge(&self, span: Span, value: &[u8], promise: Promise) -> Option<Candidate> {
        let kind = self.kind(Reader::Generic, "")?;
        if value.len() < 4 || value.len() > LONGEST_VALUE || value.iter().any(|byte| !byte.is_ascii_graphic())
        {
            return None;
        }
        let mut candidate = read_candidate(kind, span, 10, Facts::default());
        candidate.confidence = Confidence::Low;
        candidate.dropped = dropped(value, promise);
        Some(candidate)
    }
}

/// Whether it is a password that everybody tries first, whatever number ends it. `lower` is in lower case.
pub(super) fn is_common(lower: &str) -> bool {
    let stem = lower.trim_end_matches(|letter: char| letter.is_ascii_digit() || letter == '!');
    COMMON.contains(&lower) || COMMON.contains(&stem)
}

fn dropped(value: &[u8], promise: Promise) -> Option<DropReason> {
    let lower = String::from_utf8_lossy(value).to_ascii_lowercase();
    if let Some(reason) = plausible::reference(value) {
        return Some(reason);
    }
    if is_place(value, &lower) {
        return Some(DropReason::Reference);
    }
    // A pair of user and password is as weak as its password.
    let last = lower.rsplit(['/', ':']).next().unwrap_or_default();
    if is_common(last) {
        return Some(DropReason::DefaultValue);
    }
    if let Some(reason) = plausible::filler(value, 0) {
        return Some(reason);
    }
    if plausible::is_uuid(value) {
        return Some(DropReason::Uuid);
    }
    if plausible::is_variable_name(value) || plausible::is_address(value) {
        return Some(DropReason::NameSaysOtherwise);
    }
    if plausible::is_mail(value) {
        return Some(DropReason::NameSaysOtherwise);
    }
    if plausible::is_digest(value, b"") || plausible::is_password_hash(value) {
        return Some(DropReason::Digest);
    }
    if plausible::speaks_of_itself(&String::from_utf8_lossy(value)) {
        return Some(DropReason::Placeholder);
    }
    let is_expression = is_member(&lower)
        || value
            .iter()
            .any(|byte| matches!(byte, b'(' | b')' | b'{' | b'}' | b'<' | b'>' | b'[' | b']' | b'|' | b';'));
    let random = match promise {
        Promise::Password => {
            value.len() >= 8 && classes(value) >= 2 && entropy(value) >= 2.75 && !plausible::is_weak(value)
        }
        Promise::Key => {
            value.len() >= 16 && plausible::is_random(value) && (value.len() >= 24 || !is_slug(value))
        }
    };
    (is_expression || !random).then_some(DropReason::NotRandom)
}

/// Whether it says where something stands: a path, a file, a URL.
fn is_place(value: &[u8], lower: &str) -> bool {
    let starts = |head: &str| value.starts_with(head.as_bytes());
    let is_file =
        [".pem", ".key", ".crt", ".json", ".txt", ".yaml", ".yml"].iter().any(|end| lower.ends_with(end));
    let is_expanded = starts("%") && value.iter().filter(|byte| **byte == b'%').count() > 1;
    lower.contains("://")
        || ["./", "../", "~/"].into_iter().any(starts)
        || is_file
        || is_expanded
        || starts("/") && !plausible::is_random(value)
}

/// How many of lower case, upper case, digits and signs there are.
fn classes(value: &[u8]) -> usize {
    let has = |fits: fn(&u8) -> bool| usize::from(value.iter().any(fits));
    has(u8::is_ascii_lowercase)
        + has(u8::is_ascii_uppercase)
        + has(u8::is_ascii_digit)
        + has(u8::is_ascii_punctuation)
}

/// Whether it names a member of something, as Terraform writes references: `module.db.password1`, `var.api_key_2`.
fn is_member(lower: &str) -> bool {
    let parts: Vec<&str> = lower.split('.').collect();
    let is_identifier = |part: &&str| {
        part.starts_with(|first: char| first.is_ascii_lowercase() || first == '_')
            && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
    };
    let is_known =
        matches!(parts[0], "var" | "local" | "module" | "data" | "self" | "each" | "this" | "config");
    (is_known && parts.len() > 1 || parts.len() > 2) && parts.iter().all(is_identifier)
}

/// The name around a part of it.
fn whole_name(bytes: &[u8], start: usize, end: usize) -> Option<Span> {
    let is_name = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.');
    let before = bytes[..start].iter().rev().take(LONGEST_NAME).take_while(|byte| is_name(byte)).count();
    let after = bytes[end..].iter().take(LONGEST_NAME).take_while(|byte| is_name(byte)).count();
    let name = Span::new(start - before, end + after);
    (name.len() <= LONGEST_NAME).then_some(name)
}

/// Whether it is called like something of a cluster or a cloud: `etcd-cluster-k8s`.
fn is_slug(value: &[u8]) -> bool {
    let is_part =
        |byte: &u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'-' | b'_');
    let digits = value.iter().filter(|byte| byte.is_ascii_digit()).count();
    value.iter().all(is_part)
        && value.iter().any(|byte| matches!(byte, b'-' | b'_'))
        && digits * 4 < value.len()
}

/// What of `value` belongs to a field of a query, as in `jdbc:mysql://db/app?user=app&password=…&useSSL=true`.
fn field_of_query(bytes: &[u8], name: Span, value: Span) -> Span {
    let before = name.start.checked_sub(1).map(|before| bytes[before]);
    let end = memchr::memchr(b'&', value.slice(bytes)).filter(|_| matches!(before, Some(b'?' | b'&')));
    end.map_or(value, |end| Span::new(value.start, value.start + end))
}

/// The name in a value that begins with `${NAME`.
fn variable_in(bytes: &[u8], value: Span) -> Option<Span> {
    let text = value.slice(bytes).strip_prefix(b"${")?;
    let is_name = |byte: &&u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.');
    let length = text.iter().take_while(is_name).count();
    Some(Span::new(value.start + 2, value.start + 2 + length))
}

/// The literal of `${NAME:-literal}` and of Spring's `${NAME:literal}`.
fn default_in(bytes: &[u8], name: Span) -> Option<Span> {
    if !bytes[..name.start].ends_with(b"${") {
        return None;
    }
    let rest = &bytes[name.end..bytes.len().min(name.end + LONGEST_VALUE)];
    let sign = match rest {
        [b':', b'?' | b'+', ..] => return None,
        [b':', b'-' | b'=', ..] => 2,
        [b':', ..] => 1,
        _ => return None,
    };
    let end = rest.iter().position(|byte| matches!(byte, b'}' | b'\n'))?;
    (rest[end] == b'}' && end > sign).then(|| Span::new(name.end + sign, name.end + end))
}

/// The value that follows a name: in quotes, or, outside of programs, a bare word.
fn value_after(input: &Input<'_>, name: Span) -> Option<Span> {
    let name_end = name.end;
    let bytes = &input.bytes[..input.bytes.len().min(name_end + LONGEST_VALUE + 80)];
    let skip =
        |at: usize, fits: fn(&u8) -> bool| at + bytes[at..].iter().take_while(|byte| fits(byte)).count();
    let is_blank = |byte: &u8| matches!(byte, b' ' | b'\t');
    // `--token value`, be it in a string that holds a command.
    let is_flag = name.slice(bytes).starts_with(b"--");
    let closed = skip(name_end, |byte| matches!(byte, b'"' | b'\'' | b'`' | b']' | b'\\'));
    let operator = skip(closed, is_blank);
    let quoted_name = closed > name_end;
    let called = skip(skip(closed, |byte| *byte == b')'), is_blank);
    let mut at = match bytes.get(operator)? {
        _ if bytes[called..].starts_with(b"||") || bytes[called..].starts_with(b"??") => called + 2,
        _ if called > closed && bytes[called..].starts_with(b"or ") => called + 3,
        b'=' if bytes.get(operator + 1) == Some(&b'>') => operator + 2,
        b'=' if bytes.get(operator + 1) == Some(&b'=') => return None,
        b':' if bytes.get(operator + 1) == Some(&b'=') => operator + 2,
        b':' if bytes.get(operator + 1) == Some(&b':') => return None,
        b'=' | b':' => operator + 1,
        b',' if quoted_name => operator + 1,
        _ if operator > closed && is_flag => operator,
        _ => return None,
    };
    at = skip(at, is_blank);
    at = after_type(bytes, at).unwrap_or(at);
    let escapes = skip(at, |byte| *byte == b'\\') - at;
    match *bytes.get(at + escapes)? {
        quote @ (b'"' | b'\'' | b'`') => {
            let start = at + escapes + 1;
            let end = bytes[start..].iter().position(|byte| *byte == quote || *byte == b'\n')? + start;
            (bytes[end] == quote && end >= start + escapes).then(|| Span::new(start, end - escapes))
        }
        _ if input.syntax == Syntax::Code => None,
        _ => {
            let end = skip(at, |byte| {
                byte.is_ascii_graphic() && !matches!(byte, b'"' | b'\'' | b'`' | b',' | b';' | b'<')
            });
            (end > at).then(|| Span::new(at, end))
        }
    }
}

/// The string that follows another with nothing but blanks between: `"one" "two"`, as languages that join them have it, and lists of
/// words.
fn quoted_after(bytes: &[u8], value: Span) -> Option<Span> {
    let quote = *bytes.get(value.end)?;
    let opens = value.start.checked_sub(1).and_then(|before| bytes.get(before));
    if !matches!(quote, b'"' | b'\'') || opens != Some(&quote) {
        return None;
    }
    let blanks = bytes[value.end + 1..].iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
    let start = value.end + blanks + 2;
    if blanks == 0 || bytes.get(start - 1) != Some(&quote) {
        return None;
    }
    let length = bytes[start..].iter().position(|byte| *byte == quote || *byte == b'\n')?;
    (bytes[start + length] == quote).then(|| Span::new(start, start + length))
}

/// Behind `Type = `, where a name is followed by its type.
fn after_type(bytes: &[u8], at: usize) -> Option<usize> {
    let skip =
        |at: usize, fits: fn(&u8) -> bool| at + bytes[at..].iter().take_while(|byte| fits(byte)).count();
    let end = skip(at, |byte| {
        byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'&' | b'.' | b'[' | b']' | b'|' | b' ')
    });
    let is_assigned = end > at && bytes.get(end) == Some(&b'=') && bytes.get(end + 1) != Some(&b'=');
    is_assigned.then(|| skip(end + 1, |byte| *byte == b' '))
}
