//! The report for people: excerpts, what stands where, what to do, one line of summary.

mod excerpt;
mod facts;
mod groups;
mod paint;
mod summary;
mod wrap;

use std::io;

use crate::model::{Finding, Report};

use super::sanitise::Gatekeeper;
use super::{Catalogue, Secrets, Style, Volume};
use groups::Group;
use paint::{Canvas, Ink};

/// Narrower terminals get lines of this width all the same.
const LEAST_WIDTH: usize = 40;

/// What every part of the report needs.
struct Page<'r> {
    report: &'r Report,
    catalogue: &'r Catalogue,
    gatekeeper: &'r Gatekeeper,
    width: usize,
    secrets: Secrets,
}

pub(super) fn write(
    report: &Report,
    catalogue: &Catalogue,
    (style, gatekeeper): (&Style, &Gatekeeper),
    out: &mut dyn io::Write,
) -> io::Result<()> {
    let width = style.width.max(LEAST_WIDTH);
    let page = Page { report, catalogue, gatekeeper, width, secrets: style.secrets };
    let mut canvas = Canvas::new(style.colour);
    for group in groups::of(&report.findings) {
        page.group(&group, &mut canvas)?;
        canvas.drain(out)?;
    }
    match style.volume {
        Volume::Full => page.end(&mut canvas)?,
        Volume::Quiet => page.incompleteness(&mut canvas)?,
    }
    canvas.drain(out)
}

impl Page<'_> {
    fn group(&self, group: &Group<'_>, canvas: &mut Canvas) -> io::Result<()> {
        if let (Some(credential), several @ 2..) = (group.credential, group.findings.len()) {
            let heading = format!(
                "One fix removes {several} findings: replace this {} ({}).",
                self.gatekeeper.text(credential.kind.as_str()),
                self.gatekeeper.text(credential.shown.as_str()),
            );
            canvas.line(Ink::Heading, &wrap::wrap(&heading, self.width, "  "))?;
            canvas.line(Ink::Plain, "")?;
        }
        group.findings.iter().try_for_each(|finding| self.finding(finding, canvas))
    }

    fn finding(&self, finding: &Finding, canvas: &mut Canvas) -> io::Result<()> {
        let severity = finding.severity.as_str();
        let rule = self.gatekeeper.text(finding.rule.as_str());
        let lead = severity.len() + rule.len() + "[]: ".len();
        let message = wrap::wrap_after(lead, &self.gatekeeper.text(&finding.message), self.width, "  ");
        canvas.write(Ink::of(finding.severity), &format!("{severity}[{rule}]"))?;
        canvas.line(Ink::Heading, &format!(": {message}"))?;
        excerpt::draw(self, finding, facts::of(self, finding), canvas)?;
        canvas.line(Ink::Plain, "")
    }
}
