//! Coloured text, kept until it is written.

use std::io;

use codespan_reporting::term::termcolor::{Buffer, Color, ColorSpec, WriteColor};

use crate::model::Severity;

/// What a piece of text is written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ink {
    Plain,
    Heading,
    Alarm,
    Severity(Severity),
}

impl Ink {
    pub(super) fn of(severity: Severity) -> Self {
        Self::Severity(severity)
    }

    fn colour(self) -> ColorSpec {
        let mut colour = ColorSpec::new();
        colour.set_bold(self != Self::Plain);
        let foreground = match self {
            Self::Plain | Self::Heading => None,
            Self::Alarm | Self::Severity(Severity::Critical | Severity::High) => Some(Color::Red),
            Self::Severity(Severity::Medium) => Some(Color::Yellow),
            Self::Severity(Severity::Low) => Some(Color::Cyan),
            Self::Severity(Severity::Note) => Some(Color::Green),
        };
        colour.set_fg(foreground);
        colour
    }
}

/// A buffer with or without colours.
pub(super) struct Canvas(Buffer);

impl Canvas {
    pub(super) fn new(colour: bool) -> Self {
        Self(if colour { Buffer::ansi() } else { Buffer::no_color() })
    }

    /// One of the same sort, empty.
    pub(super) fn blank(&self) -> Self {
        Self::new(self.0.supports_color())
    }

    pub(super) fn write(&mut self, ink: Ink, text: &str) -> io::Result<()> {
        if ink == Ink::Plain {
            return io::Write::write_all(&mut self.0, text.as_bytes());
        }
        self.0.set_color(&ink.colour())?;
        io::Write::write_all(&mut self.0, text.as_bytes())?;
        self.0.reset()
    }

    pub(super) fn line(&mut self, ink: Ink, text: &str) -> io::Result<()> {
        self.write(ink, text)?;
        self.write(Ink::Plain, "\n")
    }

    /// The buffer, for codespan to draw on.
    pub(super) fn buffer(&mut self) -> &mut Buffer {
        &mut self.0
    }

    /// Adds bytes that are coloured already.
    pub(super) fn paste(&mut self, bytes: &[u8]) -> io::Result<()> {
        io::Write::write_all(&mut self.0, bytes)
    }

    pub(super) fn as_bytes(&self) -> &[u8] {
        self.0.as_slice()
    }

    /// Writes all to `out` and starts anew.
    pub(super) fn drain(&mut self, out: &mut dyn io::Write) -> io::Result<()> {
        out.write_all(self.0.as_slice())?;
        self.0.clear();
        Ok(())
    }
}
