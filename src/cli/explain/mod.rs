//! `outstay explain`: a rule, a place, or how to rotate a credential.

mod card;
mod place;
mod policy;
mod rotation;

use std::path::Path;

use super::args::ExplainArgs;
use super::exit::{Exit, Failure};
use super::output::print;
use super::plan::{Setup, load_pack_with_tests};

pub(super) fn run(args: &ExplainArgs) -> Result<Exit, Failure> {
    if let Some((file, line)) = place::parse(&args.target) {
        no_paths(args)?;
        print(&place::at(args, &file, line)?)?;
        return Ok(Exit::Clean);
    }
    let pack = load_pack_with_tests(&args.how.rules)?;
    if rotation::is_fingerprint(&args.target) && !pack.has_id(&args.target) {
        return rotation::run(args);
    }
    no_paths(args)?;
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
