//! The command line's words.

use std::path::PathBuf;
use std::str::FromStr;

use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::model::{Gate, Timestamp};
use crate::report::{Format, GraphFormat};

const EXIT_CODES: &str = "Exit codes:
  0  clean
  1  findings at or above --fail-on
  2  the command line, the configuration or a rule is wrong
  3  incomplete: something that was asked for could not be examined, or nothing was";

const GRAPH_EXIT_CODES: &str = "Exit codes:
  0  drawn
  1  findings at or above --fail-on, if that is given
  2  the command line, the configuration or a rule is wrong
  3  incomplete: something that was asked for could not be examined, or nothing was";

/// Finds the credentials that outstay their welcome: who is given which one, and until when. Works offline.
#[derive(Debug, Parser)]
#[command(name = "outstay", version, about, after_help = EXIT_CODES, max_term_width = 100)]
pub(super) struct Cli {
    #[command(subcommand)]
    pub(super) command: Command,
}

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Scan files and directories for standing access
    Scan(Box<ScanArgs>),
    /// Draw who holds what: Mermaid, Graphviz DOT, JSON
    Graph(Box<GraphArgs>),
    /// Say what a rule means, what was found at a place and why it was kept or dropped, or how to rotate a credential
    Explain(Box<ExplainArgs>),
    /// List the rules and credential kinds, test them, or print the schemas of the JSON formats
    Rules(RulesArgs),
    /// Write down what is found now, so that only what is new fails a run
    Baseline(Box<BaselineArgs>),
    /// Waive one finding, with a reason and an end, in outstay.toml
    Waive(WaiveArgs),
    /// Write a commented outstay.toml
    Init(InitArgs),
    /// Print completions for a shell
    Completions(CompletionsArgs),
    /// Print the manual page, or write those of all commands
    Man(ManArgs),
}

#[derive(Debug, Args)]
#[command(after_help = EXIT_CODES)]
pub(super) struct ScanArgs {
    #[command(flatten)]
    pub(super) what: WhatArgs,
    #[command(flatten)]
    pub(super) how: HowArgs,
    #[command(flatten)]
    pub(super) output: OutputArgs,
}

#[derive(Debug, Args)]
#[command(after_help = GRAPH_EXIT_CODES)]
pub(super) struct GraphArgs {
    #[command(flatten)]
    pub(super) what: WhatArgs,
    #[command(flatten)]
    pub(super) how: HowArgs,
    /// What it is written as
    #[arg(long, value_name = "FORMAT", default_value = "mermaid", help_heading = "Output")]
    pub(super) format: Picture,
    /// Write it to this file instead of standard output
    #[arg(short, long, value_name = "FILE", help_heading = "Output")]
    pub(super) output: Option<PathBuf>,
    /// Draw at most so many nodes, what matters most first [default: 200 for mermaid, 500 for dot, all for json]
    #[arg(long, value_name = "N", help_heading = "Output")]
    pub(super) limit: Option<usize>,
    /// Draw nodes without edges too
    #[arg(long, help_heading = "Output")]
    pub(super) all_nodes: bool,
    /// No progress, no notes
    #[arg(short, long, help_heading = "Output")]
    pub(super) quiet: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Picture {
    Mermaid,
    Dot,
    Json,
}

impl From<Picture> for GraphFormat {
    fn from(picture: Picture) -> Self {
        match picture {
            Picture::Mermaid => Self::Mermaid,
            Picture::Dot => Self::Dot,
            Picture::Json => Self::Json,
        }
    }
}

/// What is read.
#[derive(Debug, Args)]
#[command(next_help_heading = "Input")]
pub(super) struct WhatArgs {
    /// Files and directories; `-` is standard input [default: .]
    #[arg(value_name = "PATH")]
    pub(super) paths: Vec<PathBuf>,
    /// Read the agent and CLI state of your home too, by the paths that platforms name and nothing else there; alone if no
    /// PATH is given
    #[arg(long, value_name = "DIR", num_args = 0..=1, require_equals = true)]
    #[expect(clippy::option_option, reason = "not given, given, given with a directory")]
    pub(super) home: Option<Option<PathBuf>>,
    /// Read installed dependencies and build output too
    #[arg(long, conflicts_with = "respect_gitignore")]
    pub(super) all: bool,
    /// Read only what git sees: tracked files and those that it does not ignore
    #[arg(long)]
    pub(super) respect_gitignore: bool,
    /// The name that standard input is known by
    #[arg(long, value_name = "NAME", default_value = "stdin")]
    pub(super) stdin_path: String,
    /// It is in order to find nothing to examine
    #[arg(long)]
    pub(super) allow_empty: bool,
}

/// What it is judged by.
#[derive(Debug, Args)]
#[command(next_help_heading = "Rules and configuration")]
pub(super) struct HowArgs {
    /// Report only this rule or credential kind; may be repeated
    #[arg(long, value_name = "ID")]
    pub(super) rule: Vec<String>,
    /// Do not report this rule or credential kind; may be repeated
    #[arg(long, value_name = "ID")]
    pub(super) exclude_rule: Vec<String>,
    #[command(flatten)]
    pub(super) pack: PackArgs,
    /// Go by this policy, which the configuration, the waivers and the markers of what is scanned cannot weaken
    #[arg(long, value_name = "FILE")]
    pub(super) policy: Option<PathBuf>,
    /// Report only what this baseline does not have
    #[arg(long, value_name = "FILE")]
    pub(super) baseline: Option<PathBuf>,
    /// Let nothing hold findings back: no markers, waivers, baseline
    #[arg(long)]
    pub(super) no_suppressions: bool,
    /// Follow the inline markers of this tool as well; may be repeated
    #[arg(long, value_name = "TOOL")]
    pub(super) honor: Vec<String>,
    /// What fails the run: SEVERITY or SEVERITY:CONFIDENCE, or never [default: high:high]
    #[arg(long, value_name = "THRESHOLD")]
    pub(super) fail_on: Option<Gate>,
    /// The moment that lifetimes are measured against [default: SOURCE_DATE_EPOCH, else the clock]
    #[arg(long, value_name = "TIME", value_parser = Timestamp::parse)]
    pub(super) now: Option<Timestamp>,
    /// How many threads, at most 256; 0 for as many as the machine has
    #[arg(long, value_name = "N", default_value_t = 0, value_parser = threads)]
    pub(super) threads: usize,
}

/// Which rules there are beside the embedded ones, and which configuration may name more.
#[derive(Debug, Args)]
pub(super) struct PackArgs {
    /// A directory with further rules; may be repeated
    #[arg(long, value_name = "DIR")]
    pub(super) rules: Vec<PathBuf>,
    /// Use this configuration instead of the outstay.toml that is found upward
    #[arg(long, value_name = "FILE", conflicts_with = "no_config")]
    pub(super) config: Option<PathBuf>,
    /// Use no configuration
    #[arg(long)]
    pub(super) no_config: bool,
}

/// More threads only wait for each other, and to start thousands of them takes minutes.
const MOST_THREADS: usize = 256;

fn threads(text: &str) -> Result<usize, String> {
    match text.parse() {
        Ok(threads) if threads <= MOST_THREADS => Ok(threads),
        _ => Err(format!("a number from 0 to {MOST_THREADS} is needed")),
    }
}

/// What is written.
#[derive(Debug, Args)]
#[command(next_help_heading = "Output")]
pub(super) struct OutputArgs {
    /// human, json or sarif, for standard output; or FORMAT=FILE; may be repeated
    #[arg(long, value_name = "FORMAT[=FILE]")]
    pub(super) format: Vec<Target>,
    /// Write the report to this file instead of standard output
    #[arg(short, long, value_name = "FILE")]
    pub(super) output: Option<PathBuf>,
    /// Print findings and what makes the run incomplete, nothing else
    #[arg(short, long)]
    pub(super) quiet: bool,
    /// Show the secrets themselves; on a terminal only
    #[arg(long)]
    pub(super) show_secrets: bool,
    /// When to use colours
    #[arg(long, value_name = "WHEN", default_value = "auto")]
    pub(super) color: When,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum When {
    Auto,
    Always,
    Never,
}

/// A format, and the file it goes to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Target {
    pub(super) format: Format,
    /// `None`: standard output.
    pub(super) file: Option<PathBuf>,
}

const FORMATS: &[(&str, Format)] =
    &[("human", Format::Human), ("json", Format::Json), ("sarif", Format::Sarif)];

impl FromStr for Target {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (name, file) = match text.split_once('=') {
            Some((name, "")) => {
                return Err(format!("no file stands after `{name}=`; name one, or leave the `=` out"));
            }
            Some((name, file)) => (name, Some(PathBuf::from(file))),
            None => (text, None),
        };
        let known = FORMATS.iter().find(|(known, _)| *known == name);
        match known {
            Some((_, format)) => Ok(Self { format: *format, file }),
            None => {
                let names = FORMATS.iter().map(|(known, _)| *known);
                let hint = crate::config::nearest(name, names).map(|near| format!("; did you mean {near}?"));
                Err(format!("there is human, json and sarif{}", hint.unwrap_or_default()))
            }
        }
    }
}

#[derive(Debug, Args)]
pub(super) struct ExplainArgs {
    /// A rule's or credential kind's id; FILE:LINE; or a fingerprint or its first digits, as reports and graphs print it
    #[arg(value_name = "RULE | FILE:LINE | FINGERPRINT")]
    pub(super) target: String,
    #[command(flatten)]
    pub(super) what: WhatArgs,
    #[command(flatten)]
    pub(super) how: HowArgs,
}

#[derive(Debug, Args)]
pub(super) struct RulesArgs {
    #[command(subcommand)]
    pub(super) command: RulesCommand,
}

#[derive(Debug, Subcommand)]
pub(super) enum RulesCommand {
    /// List every rule and credential kind
    List(PackArgs),
    /// Run the tests that stand inside the rules
    Test(PackArgs),
    /// Print all of them, and the platforms, as one Markdown page
    Catalog(PackArgs),
    /// Print the JSON Schema of the JSON report, or of the graph
    Schema {
        /// Of which document
        #[arg(default_value = "report")]
        of: Schema,
    },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Schema {
    Report,
    Graph,
}

#[derive(Debug, Args)]
pub(super) struct BaselineArgs {
    #[command(flatten)]
    pub(super) what: WhatArgs,
    #[command(flatten)]
    pub(super) how: HowArgs,
    /// Where to write it
    #[arg(short, long, value_name = "FILE", default_value = "outstay-baseline.txt")]
    pub(super) output: PathBuf,
}

#[derive(Debug, Args)]
pub(super) struct WaiveArgs {
    /// The finding's fingerprint, as the report prints it
    #[arg(value_name = "FINGERPRINT")]
    pub(super) fingerprint: String,
    /// Why it may stand
    #[arg(long, value_name = "TEXT")]
    pub(super) reason: String,
    /// The last day on which the waiver holds
    #[arg(long, value_name = "DATE", value_parser = Timestamp::parse)]
    pub(super) until: Option<Timestamp>,
    /// Only in files that match this pattern
    #[arg(long, value_name = "GLOB")]
    pub(super) path: Option<String>,
    /// The file to write it to [default: the outstay.toml found upward, else a new one here]
    #[arg(long, value_name = "FILE")]
    pub(super) config: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(super) struct InitArgs {
    /// Where to write it
    #[arg(value_name = "DIR", default_value = ".")]
    pub(super) directory: PathBuf,
    /// Write a policy to begin with instead: an outstay-policy.toml for --policy
    #[arg(long)]
    pub(super) policy: bool,
}

#[derive(Debug, Args)]
pub(super) struct ManArgs {
    /// Write the pages of all commands into this directory instead: outstay.1, outstay-scan.1 …
    #[arg(long, value_name = "DIR")]
    pub(super) out: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(super) struct CompletionsArgs {
    /// Which shell
    pub(super) shell: clap_complete::Shell,
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;

    #[test]
    fn the_definitions_are_sound() {
        Cli::command().debug_assert();
    }

    #[test]
    fn threads_are_a_number_within_bounds() {
        assert_eq!((threads("0"), threads("256")), (Ok(0), Ok(256)));
        for wrong in ["257", "100000", "x", "-1", ""] {
            assert_eq!(threads(wrong), Err("a number from 0 to 256 is needed".to_owned()), "{wrong}");
        }
    }

    #[test]
    fn a_format_may_name_its_file() {
        assert_eq!("json".parse(), Ok(Target { format: Format::Json, file: None }));
        assert_eq!("sarif=a=b".parse(), Ok(Target { format: Format::Sarif, file: Some("a=b".into()) }));
        assert_eq!(
            "json=".parse::<Target>(),
            Err("no file stands after `json=`; name one, or leave the `=` out".to_owned())
        );
        assert_eq!(
            "sarf".parse::<Target>(),
            Err("there is human, json and sarif; did you mean sarif?".to_owned())
        );
    }
}
