//! YAML, by way of granit-parser's events.
//!
//! Its parser is a state machine that neither recurses nor nests deeper than its limits, and it stops at the first error. So
//! what people put into YAML that is none is masked beforehand, and a line that it stops at is blanked before it reads once
//! more. A mask is as long as what it hides: offsets stay, and values are cut from the text as it was.

use super::mask::Mask;
use super::yaml_tree::{Stop, Tree};
use super::{Document, Problem};
use crate::text::Span;
use granit_parser::{ErrorKind, Parser, options};

/// How often reading begins again after an error.
const MAX_ATTEMPTS: usize = 200;

/// How many bytes all attempts may read together.
const MAX_WORK: usize = 16 << 20;

pub(super) fn parse(text: &str) -> Document {
    let mut mask = Mask::of(text).without_templates();
    let mut problem = mask.conflict().map(|at| problem(at, "a marker of a merge conflict"));
    let mut best = Document::default();
    let mut work = 0;
    for _ in 0..MAX_ATTEMPTS {
        let (document, stop) = read(text, mask.text());
        work += stop.as_ref().map_or(0, |stop| stop.read);
        if document.len() >= best.len() {
            best = document;
        }
        let Some(stop) = stop else { break };
        problem.get_or_insert_with(|| self::problem(stop.at, "no valid YAML; the line was left out"));
        if work > MAX_WORK || !mend(&mut mask, &stop) {
            break;
        }
    }
    if problem.is_some() && text.trim_start().starts_with(['{', '[']) {
        // The parser says nothing of brackets that are not closed; the JSON reader says what stands in them.
        let json = super::json::parse(text);
        if json.len() >= best.len() {
            best = json;
        }
    }
    best.problem = problem.or_else(|| best.problem.take()).or_else(|| unread(&best, mask.insertions()));
    best
}

/// The first action outside of every text whose lines are unknown.
fn unread(document: &Document, insertions: &[usize]) -> Option<Problem> {
    if insertions.is_empty() {
        return None;
    }
    let mut texts: Vec<Span> = document.scalars().map(|(_, scalar)| scalar.span).collect();
    texts.sort_unstable_by_key(|span| span.start);
    let is_text = |at: usize| {
        let before = texts.partition_point(|span| span.start <= at);
        texts[..before].last().is_some_and(|span| at < span.end)
    };
    let at = insertions.iter().copied().find(|at| !is_text(*at))?;
    Some(problem(at, "a template puts lines in here, which were not read"))
}

fn problem(at: usize, message: &str) -> Problem {
    Problem { span: Span::new(at, at), message: message.to_owned() }
}

fn read(text: &str, masked: &str) -> (Document, Option<Stop>) {
    let options = options! { emit_comments: false, emit_unresolved_aliases: true };
    let mut tree = Tree::new(text);
    for event in Parser::new_from_str_with_options(masked, options) {
        match event {
            Ok((event, span)) => {
                let Some(range) = span.byte_range() else { continue };
                tree.add(event, Span::new(range.start, range.end.max(range.start)));
                if tree.is_full() {
                    break;
                }
            }
            Err(error) => {
                let at = error.marker().byte_offset().unwrap_or_default().min(text.len());
                // That something is not closed shows at the end of the text only.
                let unclosed = matches!(
                    error.kind(),
                    ErrorKind::UnclosedQuotedScalar | ErrorKind::UnclosedFlowCollection { .. }
                );
                let read = if unclosed { text.len() } else { at };
                let stop = Stop { at, read, kind: error.kind().clone(), flow: tree.flow_inside_of_block() };
                return (tree.finish(), Some(stop));
            }
        }
    }
    (tree.finish(), None)
}

/// Hides what the parser stopped at; false if nothing is left to hide.
fn mend(mask: &mut Mask, stop: &Stop) -> bool {
    if stop.kind == ErrorKind::UnclosedQuotedScalar && mask.hide_quote(stop.at) {
        return true;
    }
    // What makes no sense inside of brackets mostly means that they were never closed.
    let culprit = stop.flow.filter(|start| !mask.same_line(*start, stop.at));
    mask.blank_line(culprit.unwrap_or(stop.at))
}

#[cfg(test)]
#[path = "yaml_tests.rs"]
mod tests;
