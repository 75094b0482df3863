//! URLs with a password in them.

use crate::model::{Claim, Confidence, Principal, PrincipalKind};
use crate::rules::Reader;
use crate::text::Span;

use super::super::assignment::left_of;
use super::super::candidate::{Candidate, DropReason, Facts};
use super::super::examine::{Input, read_candidate};
use super::super::plausible;
use super::Readers;

/// Schemes behind which a database or a broker stands.
const DATABASES: &[&str] = &[
    "postgres",
    "postgresql",
    "mysql",
    "mariadb",
    "mongodb",
    "redis",
    "rediss",
    "valkey",
    "amqp",
    "amqps",
    "mssql",
    "sqlserver",
    "oracle",
    "clickhouse",
    "cockroachdb",
    "neo4j",
    "bolt",
    "snowflake",
    "redshift",
    "cassandra",
    "nats",
    "kafka",
    "mqtt",
    "mqtts",
    "memcached",
    "couchdb",
    "influxdb",
    "elasticsearch",
    "opensearch",
    "db2",
    "trino",
    "presto",
    "ldap",
    "ldaps",
    "smtp",
    "smtps",
];

/// Passwords that everybody tries first, and the names that samples use.
const DEFAULTS: &[&str] = &[
    "password",
    "passwd",
    "pass",
    "pwd",
    "secret",
    "postgres",
    "root",
    "admin",
    "guest",
    "user",
    "test",
    "mysql",
    "mongo",
    "redis",
    "rabbitmq",
    "minio",
    "minioadmin",
    "changeme",
    "default",
    "example",
    "postgresql",
    "toor",
    "12345",
    "123456",
    "1234",
    "app",
    "demo",
    "dev",
    "local",
    "p@ssw0rd",
    "pw",
    "token",
    "foo",
    "bar",
    "username",
    "mypassword",
    "supersecret",
    "letmein",
];

impl Readers {
    /// A URL whose `://` stands at `at`.
    pub(in super::super) fn url(&self, input: &Input<'_>, at: usize, found: &mut Vec<Candidate>) {
        let Some(parts) = Parts::read(input.bytes, at) else { return };
        let scheme = parts.scheme.slice(input.bytes).to_ascii_lowercase();
        let scheme = String::from_utf8_lossy(&scheme);
        let family = scheme.split('+').next().unwrap_or_default();
        let variant = if DATABASES.contains(&family) { "database" } else { "other" };
        let Some(kind) = self.kind(Reader::UrlPassword, variant) else { return };
        let host = parts.host(input.bytes);
        let mut candidate = read_candidate(kind, parts.password, 150, parts.facts(input.bytes, &host));
        let is_weak = plausible::is_weak(parts.password.slice(input.bytes));
        candidate.confidence = if is_weak { Confidence::Low } else { Confidence::Medium };
        candidate.name = left_of(input.bytes, parts.scheme.start).map(|assignment| assignment.name);
        candidate.dropped = dropped(parts.password.slice(input.bytes), parts.user.slice(input.bytes), &host);
        found.push(candidate);
    }
}

/// The parts of `scheme://user:password@host`.
struct Parts {
    scheme: Span,
    user: Span,
    password: Span,
    host: Span,
}

impl Parts {
    fn read(bytes: &[u8], at: usize) -> Option<Self> {
        let is_scheme = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'.' | b'-');
        let length = bytes[..at].iter().rev().take(24).take_while(|byte| is_scheme(byte)).count();
        // A scheme begins with a letter; what stands before it may be the sign of a default: `${X:-scheme://`.
        let length =
            length - bytes[at - length..at].iter().take_while(|byte| !byte.is_ascii_alphabetic()).count();
        let begin = at + 3;
        let authority = &bytes[begin..bytes.len().min(begin + 400)];
        let end = authority.iter().position(ends_authority).unwrap_or(authority.len());
        let sign = authority[..end].iter().rposition(|byte| *byte == b'@')?;
        let colon = authority[..sign].iter().position(|byte| *byte == b':')?;
        let is_host = |byte: &u8| {
            byte.is_ascii_alphanumeric()
                || matches!(byte, b'.' | b'-' | b'_' | b':' | b'[' | b']' | b'%' | b'$' | b'{' | b'}')
        };
        let host = authority[sign + 1..].iter().take_while(|byte| is_host(byte)).count();
        let parts = Self {
            scheme: Span::new(at - length, at),
            user: Span::new(begin, begin + colon),
            password: Span::new(begin + colon + 1, begin + sign),
            host: Span::new(begin + sign + 1, begin + sign + 1 + host),
        };
        (length > 0 && !parts.password.is_empty() && !parts.host.is_empty()).then_some(parts)
    }

    /// The host without its port, in lower case.
    fn host(&self, bytes: &[u8]) -> String {
        let host = String::from_utf8_lossy(self.host.slice(bytes)).to_ascii_lowercase();
        match host.rsplit_once(':') {
            Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name.to_owned(),
            _ => host,
        }
    }

    fn facts(&self, bytes: &[u8], host: &str) -> Facts {
        let user = String::from_utf8_lossy(self.user.slice(bytes));
        let principal = if user.is_empty() { host.to_owned() } else { format!("{user}@{host}") };
        let mut claims = Vec::new();
        if is_loopback(host) {
            claims.push(Claim::Loopback);
        }
        Facts {
            principal: Some(Principal::new(PrincipalKind::UserAtHost, &principal)),
            claims,
            ..Facts::default()
        }
    }
}

fn ends_authority(byte: &u8) -> bool {
    byte.is_ascii_whitespace()
        || byte.is_ascii_control()
        || matches!(byte, b'/' | b'"' | b'\'' | b'<' | b'>' | b'`' | b'?' | b'#' | b'\\' | b'|' | b',' | b')')
}

pub(super) fn is_loopback(host: &str) -> bool {
    matches!(host, "localhost" | "0.0.0.0" | "[::1]" | "host.docker.internal" | "127.0.0.1")
        || host.starts_with("127.")
}

fn dropped(password: &[u8], user: &[u8], host: &str) -> Option<DropReason> {
    let templated =
        |text: &[u8]| plausible::reference(text).is_some() || text.contains(&b'$') && text.contains(&b'{');
    if templated(password)
        || templated(host.as_bytes())
        || password.first() == Some(&b'$')
        || password.first() == Some(&b'%') && password.last() == Some(&b'%')
        // A directive of a format: `%s`, `%v`.
        || password.first() == Some(&b'%') && password.len() == 2
    {
        return Some(DropReason::Reference);
    }
    let lower = String::from_utf8_lossy(password).to_ascii_lowercase();
    if DEFAULTS.contains(&lower.as_str()) || lower.as_bytes() == user.to_ascii_lowercase() {
        return Some(DropReason::DefaultValue);
    }
    let sample_host = host == "example.com"
        || host.ends_with(".example.com") && lower.contains("pass")
        || matches!(host, "host" | "hostname" | "server" | "domain" | "ip" | "myhost");
    if password.iter().all(|byte| matches!(byte, b'*' | b'.' | b'x' | b'X' | b'-' | b'_')) || sample_host {
        return Some(DropReason::Placeholder);
    }
    if matches!(
        lower.as_str(),
        "port" | "key" | "api_key" | "apikey" | "<password>" | "pass123" | "password123"
    ) || lower.contains("password") && lower.len() < 14
    {
        return Some(DropReason::Placeholder);
    }
    plausible::filler(password, 0)
}
