//! `outstay graph`.

use std::io::{self, Write};

use crate::model::{Graph, Report};
use crate::report::{Drawing, LeftOut, Lonely, draw};
use crate::text::visible;

use super::args::GraphArgs;
use super::exit::{Exit, Failure};
use super::output::put;
use super::plan::Setup;
use super::progress::Bar;
use super::scan::{first, picture};

pub(super) fn run(args: &GraphArgs) -> Result<Exit, Failure> {
    let setup = Setup::new(&args.how, &first(&args.what)?)?;
    let (report, graph) = picture(&setup, &args.what, &args.how, &Bar::new(args.quiet))?;
    let drawing = Drawing {
        most_nodes: args.limit,
        lonely: if args.all_nodes { Lonely::Drawn } else { Lonely::LeftOut },
        incomplete: report.incomplete,
    };
    let left_out = write(&graph, &drawing, args)?;
    if !args.quiet {
        say(&left_out, args);
        overruled(&report);
    }
    // A drawing is no gate, unless it is asked to be one.
    Ok(match Exit::of(&report) {
        Exit::Findings if args.how.fail_on.is_none() && report.incomplete => Exit::Incomplete,
        Exit::Findings if args.how.fail_on.is_none() => Exit::Clean,
        exit => exit,
    })
}

fn write(graph: &Graph, drawing: &Drawing, args: &GraphArgs) -> Result<LeftOut, Failure> {
    let format = args.format.into();
    let mut text = Vec::new();
    let left_out = draw(graph, drawing, format, &mut text).map_err(Failure::of)?;
    put("the graph", args.output.as_deref(), |out| out.write_all(&text))?;
    Ok(left_out)
}

/// What the policy did not let pass.
fn overruled(report: &Report) {
    for overruled in report.policy.iter().flat_map(|policy| &policy.overruled) {
        let text = format!("{}:{}: {}", overruled.path, overruled.line, overruled.message);
        let _ = writeln!(io::stderr(), "note: {}", visible(&text));
    }
}

/// What the drawing does not show is said beside it.
fn say(left_out: &LeftOut, args: &GraphArgs) {
    if let Some(cut) = left_out.cut() {
        let _ = writeln!(io::stderr(), "note: {cut} --limit N draws more, --format json everything.");
    }
    if left_out.unconnected > 0 && !args.all_nodes {
        let _ = writeln!(
            io::stderr(),
            "note: {} nodes without edges are left out; --all-nodes draws them.",
            left_out.unconnected
        );
    }
}
