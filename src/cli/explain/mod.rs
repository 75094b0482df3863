//! `outstay explain`: a rule, a place, or how to rotate a credential.

mod card;
mod place;
mod policy;
mod rotation;

use std::path::Path;

use super::args::ExplainArgs;
use super::exit::{Exit, Failure};
use super::layers::rule_directories;
use super::output::print;
use super::plan::{Setup, load_pack_with_tests};
use super::scan::first;

pub(super) fn run(args: &ExplainArgs) -> Result<Exit, Failure> {
    if let Some((file, line)) = place::parse(&args.target) {
        no_paths(args)?;
        print(&place::at(args, &file, line)?)?;
        return Ok(Exit::Clean);
    }
    if rotation::is_fingerprint(&args.target) {
        let setup = Setup::new(&args.how, &first(&args.what)?)?;
        if !setup.pack.has_id(&args.target) {
            return rotation::run(args, &setup);
        }
    }
    no_paths(args)?;
    let pack = load_pack_with_tests(&rule_directories(&args.how.pack, args.how.policy.as_deref())?)?;
    let mut card = card::of(&pack, &args.target)?;
    if args.how.policy.is_some() {
        card.push_str(&policy::of_rule(&Setup::new(&args.how, Path::new("."))?, &args.target));
    }
    print(&card)?;
    Ok(Exit::Clean)
}

fn no_paths(args: &ExplainArgs) -> Result<(), Failure> {
    if args.what.paths.is_empty() && args.what.home.is_none() {
        return Ok(());
    }
    Err(Failure::of(format!(
        "`{}` is no fingerprint, and only for a fingerprint something is scanned; leave the paths out",
        args.target
    )))
}
