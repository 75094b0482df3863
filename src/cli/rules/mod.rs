//! `outstay rules`.

mod page;

use crate::report::{graph_schema, json_schema};
use crate::rules::Role;
use crate::selftest;

use super::args::{PackArgs, RulesArgs, RulesCommand, Schema};
use super::exit::{Exit, Failure};
use super::layers::rule_directories;
use super::output::print;
use super::plan::{load_pack, load_pack_with_tests};

pub(super) fn run(args: &RulesArgs) -> Result<Exit, Failure> {
    match &args.command {
        RulesCommand::List(args) => list(args),
        RulesCommand::Test(args) => test(args),
        RulesCommand::Catalog(args) => {
            print(&page::catalog(&load_pack(&rule_directories(args, None)?)?)).map(|()| Exit::Clean)
        }
        RulesCommand::Schema { of } => {
            let schema = match of {
                Schema::Report => json_schema(),
                Schema::Graph => graph_schema(),
            };
            print(schema).map(|()| Exit::Clean)
        }
    }
}

fn list(args: &PackArgs) -> Result<Exit, Failure> {
    let pack = load_pack(&rule_directories(args, None)?)?;
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

fn test(args: &PackArgs) -> Result<Exit, Failure> {
    let pack = load_pack_with_tests(&rule_directories(args, None)?)?;
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
