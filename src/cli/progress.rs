//! A bar on standard error, on a terminal, for runs that take long enough to wonder.

use std::io::{self, IsTerminal as _};
use std::sync::OnceLock;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::scan::Progress;

/// Fewer artifacts are done before a bar could be read.
const WORTH_A_BAR: usize = 2_000;

pub(super) struct Bar {
    wanted: bool,
    bar: OnceLock<ProgressBar>,
}

impl Bar {
    /// Shown unless `quiet`, and only on a terminal.
    pub(super) fn new(quiet: bool) -> Self {
        Self { wanted: !quiet && io::stderr().is_terminal(), bar: OnceLock::new() }
    }
}

impl Progress for Bar {
    fn begin(&self, artifacts: usize) {
        if self.wanted && artifacts >= WORTH_A_BAR {
            let bar = ProgressBar::with_draw_target(Some(artifacts as u64), ProgressDrawTarget::stderr());
            if let Ok(style) = ProgressStyle::with_template("{wide_bar} {pos}/{len} files, {eta} left") {
                bar.set_style(style);
            }
            let _ = self.bar.set(bar);
        }
    }

    fn step(&self) {
        if let Some(bar) = self.bar.get() {
            bar.inc(1);
        }
    }

    fn end(&self) {
        if let Some(bar) = self.bar.get() {
            bar.finish_and_clear();
        }
    }
}
