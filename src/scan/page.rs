//! The text of a window as it is examined, and how places in it map to the artifact.

use std::borrow::Cow;

use crate::source::{Window, is_binary};
use crate::text::{Cursor, Decoded, Encoding, Excerpt, Mask, Region, Span, decode};

/// A window's text: its bytes, or their UTF-8 form.
pub(super) struct Page<'w> {
    window: &'w Window<'w>,
    decoded: Option<Decoded>,
}

impl<'w> Page<'w> {
    /// The text of `window`. Where it will be parsed it has to be UTF-8, so that what is neither that nor UTF-16 is read as Latin-1.
    pub(super) fn new(window: &'w Window<'w>, parsed: bool) -> Self {
        let latin = parsed
            && window.encoding == Encoding::Utf8
            && !is_binary(window.bytes)
            && std::str::from_utf8(window.bytes).is_err();
        let encoding = if latin { Encoding::Latin1 } else { window.encoding };
        Self { window, decoded: decode(window.bytes, encoding) }
    }

    /// What is examined.
    pub(super) fn text(&self) -> &[u8] {
        self.decoded.as_ref().map_or(self.window.bytes, |decoded| &decoded.text)
    }

    /// The same as a string, if it is one.
    pub(super) fn as_str(&self) -> Option<Cow<'_, str>> {
        let text = self.text();
        (!is_binary(text)).then(|| String::from_utf8_lossy(text)).filter(|string| string.len() == text.len())
    }

    /// Which part of the text belongs to this window alone.
    pub(super) fn body(&self) -> std::ops::Range<usize> {
        if self.decoded.is_some() { 0..self.text().len() } else { self.window.body.clone() }
    }

    /// Whether what begins at `span` belongs to this window.
    pub(super) fn owns(&self, span: Span) -> bool {
        self.window.body.contains(&self.raw(span).start)
    }

    /// The bytes of the artifact that a part of the text stands for.
    pub(super) fn original(&self, span: Span) -> Span {
        self.raw(span).shifted(self.window.base)
    }

    fn raw(&self, span: Span) -> Span {
        self.decoded.as_ref().map_or(span, |decoded| decoded.original(span))
    }

    /// Counts lines and columns of the text.
    pub(super) fn cursor(&self) -> Cursor<'_> {
        Cursor::new(self.text(), self.window.position)
    }

    /// The line at `span`, with `masks` over what is secret.
    pub(super) fn excerpt(&self, span: Span, region: Region, masks: &[Mask]) -> Excerpt {
        Excerpt::around(self.text(), span, region.start, masks)
    }
}
