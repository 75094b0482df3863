//! `outstay explain`: a rule, a place, or how to rotate a credential.

mod card;
mod place;
mod rotation;

use std::path::Path;

use super::args::ExplainArgs;
use super::exit::{Exit, Failure};
use super::output::print;
use super::plan::{Setup, governing, load_pack_with_tests};
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
    let config = governing(&args.how, Path::new("."))?;
    let pack = load_pack_with_tests(&args.how.rules, config.as_ref())?;
    print(&card::of(&pack, &args.target)?)?;
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
