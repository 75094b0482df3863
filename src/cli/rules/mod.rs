//! `outstay rules`.

mod page;

use std::path::PathBuf;

use crate::report::{graph_schema, json_schema};
use crate::rules::Role;
use crate::selftest;

use super::args::{RulesArgs, RulesCommand, Schema};
use super::exit::{Exit, Failure};
use super::output::print;
use super::plan::{load_pack, load_pack_with_tests};

pub(super) fn run(args: &RulesArgs) -> Result<Exit, Failure> {
    match &args.command {
        RulesCommand::List { rules } => list(rules),
        RulesCommand::Test { rules } => test(rules),
        RulesCommand::Catalog { rules } => print(&page::catalog(&load_pack(rules)?)).map(|()| Exit::Clean),
        RulesCommand::Schema { of } => {
            let schema = match of {
                Schema::Report => json_schema(),
                Schema::Graph => graph_schema(),
            };
            print(schema).map(|()| Exit::Clean)
        }
    }
}

fn list(directories: &[PathBuf]) -> Result<Exit, Failure> {
    let pack = load_pack(directories)?;
    let mut lines = Vec::new();
    for rule in &pack.rules {
        lines.push(format!("{:44} rule        {:8} {}", rule.id.as_str(), rule.severity, rule.title));
    }
    for kind in &pack.kinds {
        let role = match kind.role {
            Role::Secret => "credential",
            Role::Identifier => "identifier",
            Role::Public => "public",
        };
        lines.push(format!("{:44} {role:11} {:8} {}", kind.id.as_str(), "", kind.title));
    }
    lines.sort();
    print(&(lines.join("\n") + "\n"))?;
    Ok(Exit::Clean)
}

fn test(directories: &[PathBuf]) -> Result<Exit, Failure> {
    let pack = load_pack_with_tests(directories)?;
    let verdict = selftest::run(&pack).map_err(Failure::of)?;
    for failure in &verdict.failures {
        print(&format!("{}: {}\n", failure.id, failure.message))?;
    }
    let (ran, failed) = (verdict.ran, verdict.failures.len());
    print(&format!(
        "{ran} tests of {} kinds and {} rules, {failed} problems\n",
        pack.kinds.len(),
        pack.rules.len()
    ))?;
    Ok(if failed == 0 { Exit::Clean } else { Exit::Usage })
}
