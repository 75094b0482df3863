//! What rules ask of a document's settings, answered while the document is there.

use crate::document::{Document, NodeId, Path, Value};
use crate::lifetime::durations::{self, Unit};
use crate::model::HolderId;
use crate::rules::{At, On, Platform, Rule, SettingCheck, is_secret_name};
use crate::text::{Span, matches_any};

use super::{classes, program};

/// From where a rule looks: a root, a holder or a door.
#[derive(Clone, Copy)]
pub(super) struct Anchor<'a> {
    pub(super) node: NodeId,
    pub(super) holder: Option<(HolderId, &'a str)>,
    pub(super) door: Option<(usize, &'a str)>,
}

/// Whether `rule` is about documents of `platform`.
pub(super) fn speaks_of(rule: &Rule, platform: &Platform) -> bool {
    rule.condition.platform.is_empty() || rule.condition.platform.contains(&platform.id)
}

/// Whether `rule` looks from such an anchor.
pub(super) fn looks_from(rule: &Rule, anchor: &Anchor<'_>) -> bool {
    let condition = &rule.condition;
    let kind = |wanted: &[String], kind: &str| wanted.iter().any(|wanted| wanted == kind);
    let asks = |on: On| rule.on.contains(&on);
    match (anchor.holder, anchor.door) {
        (Some((_, holder)), None) => asks(On::Setting) && kind(&condition.holder, holder),
        (None, None) => asks(On::Setting) && condition.holder.is_empty(),
        (None, Some((_, door))) if asks(On::Door) => {
            condition.kind.is_empty() || condition.kind.iter().any(|id| id.as_str() == door)
        }
        _ => false,
    }
}

/// Something that a rule asks for stands in the document.
pub(super) struct Observed<'c> {
    /// Which of the rule's checks it passed.
    pub(super) check: &'c SettingCheck,
    /// What it is said of.
    pub(super) anchor: NodeId,
    /// The setting itself; the anchor where only absences were asked for.
    pub(super) node: NodeId,
    /// The command in it, where one was asked for.
    pub(super) command: Option<Span>,
}

/// Where `check` holds, from `start`.
pub(super) fn observe<'c>(check: &'c SettingCheck, document: &Document, start: NodeId) -> Vec<Observed<'c>> {
    let anchors = if check.each.is_empty() {
        vec![start]
    } else {
        check.each.iter().flat_map(|path| path.select(document, start)).collect()
    };
    let asks = !(check.at.is_empty() && check.any.is_empty()) || check.or.is_empty();
    let mut observed: Vec<Observed<'c>> =
        anchors.into_iter().filter(|_| asks).filter_map(|anchor| holds(check, document, anchor)).collect();
    observed.extend(check.or.iter().flat_map(|other| observe(other, document, start)));
    observed.dedup_by_key(|found| found.node);
    observed
}

fn holds<'c>(check: &'c SettingCheck, document: &Document, anchor: NodeId) -> Option<Observed<'c>> {
    // What is missing from half a document may stand in the other half.
    let is_whole = document.problem.is_none();
    let mut hit_at = None;
    for at in &check.at {
        match (found(at, document, anchor), at.absent) {
            (Some(hit), false) => hit_at = hit_at.or(Some(hit)),
            (None, true) if is_whole => {}
            _ => return None,
        }
    }
    if !check.any.is_empty() {
        let hit = check.any.iter().find_map(|at| match (found(at, document, anchor), at.absent) {
            (Some(hit), false) => Some(hit),
            (None, true) if is_whole => Some((anchor, None)),
            _ => None,
        })?;
        hit_at = hit_at.or(Some(hit));
    }
    let (node, command) = hit_at.unwrap_or((anchor, None));
    Some(Observed { check, anchor, node, command })
}

/// The first node that passes, and the command in it that does, whether it may be there or not.
fn found(at: &At, document: &Document, anchor: NodeId) -> Option<(NodeId, Option<Span>)> {
    let anchor = match at.from.as_slice() {
        [] => anchor,
        bases => bases.iter().flat_map(|path| path.select(document, anchor)).next()?,
    };
    at.select
        .iter()
        .flat_map(|path: &Path| path.select(document, anchor))
        .filter(|id| passes(at, document, *id) && resembles(at, document, (anchor, *id)))
        .find_map(|id| match at.command.as_slice() {
            [] => Some((id, None)),
            globs => command(globs, document, id).map(|command| (id, Some(command))),
        })
}

/// The first command of a script that matches.
fn command(globs: &[String], document: &Document, id: NodeId) -> Option<Span> {
    let script = document.node(id).scalar()?;
    program::commands(script).iter().find_map(|command| command.matches(globs))
}

/// Whether a node says the same as another one, or names the same origin, as far as that is asked for.
fn resembles(at: &At, document: &Document, (anchor, id): (NodeId, NodeId)) -> bool {
    let text = document.node(id).text().filter(|text| !text.is_empty());
    let some = |paths: &[Path], is_like: &dyn Fn(&str, &str) -> bool| {
        let mut others = paths.iter().flat_map(|path| path.select(document, anchor));
        paths.is_empty()
            || text.is_some_and(|text| {
                others.any(|other| {
                    other != id && document.node(other).text().is_some_and(|other| is_like(text, other))
                })
            })
    };
    some(&at.same_as, &|one, other| one == other)
        && some(&at.same_origin_as, &|one, other| origin(one).is_some_and(|one| Some(one) == origin(other)))
}

/// Scheme, host and port of a URL, in small letters.
fn origin(url: &str) -> Option<String> {
    let (scheme, rest) = url.trim().split_once("://")?;
    let host = rest.split(['/', '?', '#']).next().filter(|host| !host.is_empty())?;
    Some(format!("{scheme}://{host}").to_ascii_lowercase())
}

fn passes(at: &At, document: &Document, id: NodeId) -> bool {
    let node = document.node(id);
    let text = node.text();
    let is = |wanted: &[String]| {
        text.is_some_and(|text| wanted.iter().any(|wanted| wanted.eq_ignore_ascii_case(text.trim())))
    };
    let subject = match &node.value {
        Value::Scalar(scalar) => Some(scalar.text.as_str()),
        Value::Map | Value::List => node.name(),
    };
    let matches = |globs: &[String]| subject.is_some_and(|text| matches_any(globs, text));
    (at.is.is_empty() || is(&at.is))
        && !is(&at.is_not)
        && (at.matches.is_empty() || matches(&at.matches))
        && !matches(&at.not_matches)
        && (at.named.is_empty() || node.name().is_some_and(|name| matches_any(&at.named, name)))
        && at.more_than.is_none_or(|least| number(text).is_some_and(|number| number > least))
        && at.longer.as_deref().is_none_or(|limit| is_longer(text, limit, at.unit.as_deref()))
        && at.secret_name.is_none_or(|wanted| node.name().is_some_and(is_secret_name) == wanted)
        && (at.class.is_empty() || text.is_some_and(|text| has_class(&at.class, text)))
}

/// Whether a path, or what a flag sets to one, has one of the classes.
fn has_class(wanted: &[String], text: &str) -> bool {
    let path = text.split_once('=').filter(|_| text.starts_with('-')).map_or(text, |(_, path)| path);
    let says_secret = is_secret_name(text).then_some("secret-name");
    let mut classes = classes::of_path(path).into_iter().chain(classes::of_scope(text)).chain(says_secret);
    classes.any(|class| wanted.iter().any(|wanted| wanted == class))
}

fn number(text: Option<&str>) -> Option<f64> {
    text?.trim().replace('_', "").parse().ok()
}

/// Whether a duration is longer than a limit; what cannot be read is not.
fn is_longer(text: Option<&str>, limit: &str, unit: Option<&str>) -> bool {
    let bare = unit.and_then(Unit::named).unwrap_or(Unit::Seconds);
    let of = |text: &str| durations::read(text, bare);
    match (text.and_then(of), durations::read(limit, Unit::Seconds)) {
        (Some(found), Some(limit)) => found > limit,
        _ => false,
    }
}

/// What a setting is called: in code the call and what is given to it, `jwt.decode(options.verify_aud)`, whatever its number in the
/// file; elsewhere the last names of its path.
pub(super) fn setting_name(document: &Document, node: NodeId, path: &str) -> String {
    let below = path.strip_prefix("$.calls[").and_then(|rest| rest.split_once(']'));
    let call = below.and_then(|(_, below)| {
        let mut outward = std::iter::successors(Some(node), |node| document.parent(*node));
        outward.find_map(|node| document.text(node, "callee")).map(|callee| (callee, below))
    });
    match call {
        Some((callee, below)) => {
            let argument = below.strip_prefix(".arguments.").unwrap_or("…");
            format!("{callee}({argument})")
        }
        None => variable(document, node, path).unwrap_or_else(|| tail(path)),
    }
}

/// `NAME=value` in a list is known by its name, wherever in the list it stands.
fn variable(document: &Document, node: NodeId, path: &str) -> Option<String> {
    let list = path.strip_suffix(']')?.rsplit_once('[')?.0;
    let (name, _) = document.node(node).text()?.split_once('=')?;
    let is_name = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    is_name.then(|| tail(&format!("{list}.{name}")))
}

/// The last names of a path: `permissions.defaultMode` of `$.a.permissions.defaultMode`.
fn tail(path: &str) -> String {
    let named: Vec<&str> = path.trim_start_matches(['$', '.']).split('.').collect();
    named[named.len().saturating_sub(2)..].join(".")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::{Format, parse};

    fn at(text: &str) -> At {
        toml::from_str(text).unwrap()
    }

    fn passes_in(document: &str, check: &str) -> bool {
        let document = parse(Format::Json, document);
        let check: SettingCheck = toml::from_str(check).unwrap();
        !observe(&check, &document, document.roots()[0]).is_empty()
    }

    #[test]
    fn every_test_must_pass_at_one_node() {
        assert!(passes_in(r#"{"a":{"x":"Yes"}}"#, "each = '$.a'\nat = [{select = '@.x', is = ['yes']}]"));
        assert!(!passes_in(r#"{"a":{"x":"no"}}"#, "each = '$.a'\nat = [{select = '@.x', is = ['yes']}]"));
        assert!(passes_in(r#"{"a":{}}"#, "each = '$.a'\nat = [{select = '@.x', absent = true}]"));
        assert!(!passes_in(r#"{"a":{"x":1}}"#, "each = '$.a'\nat = [{select = '@.x', absent = true}]"));
        assert!(!passes_in(r#"{"a":{"#, "each = '$.a'\nat = [{select = '@.x', absent = true}]"));
        assert!(!passes_in(r#"{"a":{"#, "each = '$.a'\nany = [{select = '@.x', absent = true}]"));
        assert!(passes_in(r#"{"n":"31"}"#, "at = [{select = '$.n', more-than = 30}]"));
        assert!(!passes_in(r#"{"n":30}"#, "at = [{select = '$.n', more-than = 30}]"));
        assert!(passes_in(r#"{"ttl":"25h"}"#, "at = [{select = '$.ttl', longer = '24h'}]"));
        assert!(passes_in(r#"{"ttl":90000}"#, "at = [{select = '$.ttl', longer = '24h'}]"));
        assert!(passes_in(r#"{"ttl":2}"#, "at = [{select = '$.ttl', longer = '24h', unit = 'days'}]"));
        assert!(!passes_in(r#"{"ttl":2}"#, "at = [{select = '$.ttl', longer = '24h'}]"));
        assert!(passes_in(r#"{"m":["a","b*"]}"#, "at = [{select = '$.m[*]', matches = ['b*']}]"));
        assert!(passes_in(r#"{"b":1}"#, "any = [{select = '$.a'}, {select = '$.b'}]"));
        assert!(!passes_in(r#"{"c":1}"#, "any = [{select = '$.a'}, {select = '$.b'}]"));
        assert!(passes_in(r#"{"name":"API_KEY"}"#, "at = [{select = '$.name', class = ['secret-name']}]"));
        assert!(!passes_in(r#"{"name":"REGION"}"#, "at = [{select = '$.name', class = ['secret-name']}]"));
        let either = "or = [{at = [{select = '$.a'}, {select = '$.b'}]}, {at = [{select = '$.c'}]}]";
        assert!(passes_in(r#"{"c":1}"#, either) && passes_in(r#"{"a":1,"b":1}"#, either));
        assert!(!passes_in(r#"{"a":1}"#, either));
        assert!(at("select = '$.x'").is.is_empty());
        assert!(passes_in(r#"{"w":{"x":1}}"#, "at = [{select = '$.w.*', named = ['x*']}]"));
        assert!(!passes_in(r#"{"w":{"x":1}}"#, "at = [{select = '$.w.*', named = ['y*']}]"));
        let same = "at = [{select = '$.a[*]', same-as = '$.b'}]";
        assert!(passes_in(r#"{"a":["x","y"],"b":"y"}"#, same));
        assert!(!passes_in(r#"{"a":["x"],"b":"y"}"#, same) && !passes_in(r#"{"a":[""],"b":""}"#, same));
        let origin = "at = [{select = '$.a', same-origin-as = '$.b'}]";
        assert!(passes_in(r#"{"a":"https://X.example","b":"https://x.example/mcp"}"#, origin));
        assert!(!passes_in(r#"{"a":"https://x.example:8443","b":"https://x.example/mcp"}"#, origin));
        assert!(!passes_in(r#"{"a":"x","b":"x"}"#, origin));
        let inherited = "each = '$.job'\nat = [{from = ['@.p', '$.p'], select = '@.x', is = ['write']}]";
        assert!(passes_in(r#"{"p":{"x":"write"},"job":{}}"#, inherited));
        assert!(!passes_in(r#"{"p":{"x":"write"},"job":{"p":{}}}"#, inherited), "the nearer one holds alone");
        assert!(!passes_in(r#"{"job":{}}"#, inherited));
    }

    #[test]
    fn a_setting_of_a_call_is_called_by_the_call() {
        let document = parse(Format::Python, "f(1)\njwt.decode(t, options={'verify_aud': False})\n");
        let name = |path: &str| {
            let node = Path::parse(path).unwrap().select(&document, document.roots()[0])[0];
            setting_name(&document, node, &document.path_of(node))
        };
        assert_eq!(name("$.calls[1].arguments.options.verify_aud"), "jwt.decode(options.verify_aud)");
        assert_eq!(name("$.calls[1].callee"), "jwt.decode(…)");
    }

    #[test]
    fn a_setting_is_called_by_its_last_names() {
        assert_eq!(tail("$.a.permissions.defaultMode"), "permissions.defaultMode");
        assert_eq!(tail("$.x"), "x");
        assert_eq!(tail("$"), "");
        let document = parse(Format::Yaml, "a: {environment: [X=1, 'y z=2']}");
        let name = |path: &str| {
            let node = Path::parse(path).unwrap().select(&document, document.roots()[0])[0];
            setting_name(&document, node, path)
        };
        assert_eq!(name("$.a.environment[0]"), "environment.X");
        assert_eq!(name("$.a.environment[1]"), "a.environment[1]");
    }
}
