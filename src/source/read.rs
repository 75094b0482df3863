//! Reading one artifact in bounded memory.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use super::os_text;
use super::window::{Cutter, Sizes, Window};
use crate::model::SkipReason;
use crate::text::Encoding;

/// In which pieces an artifact is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Want {
    /// In one, to be parsed; windows only where it is too long for that.
    Whole,
    /// In windows.
    Windows,
}

/// Why an artifact could not be read, or not to its end.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// It was there on the walk.
    #[error("it is no longer there")]
    Vanished,
    /// It became something else since the walk.
    #[error("it is no regular file")]
    NotAFile,
    /// The system refused.
    #[error("{}", os_text(.0))]
    Unreadable(#[source] io::Error),
}

impl ReadError {
    /// The same in the words of the coverage; its text is the detail.
    pub fn reason(&self) -> SkipReason {
        match self {
            Self::Vanished => SkipReason::Vanished,
            Self::NotAFile => SkipReason::NotAFile,
            Self::Unreadable(_) => SkipReason::Unreadable,
        }
    }
}

impl From<io::Error> for ReadError {
    fn from(error: io::Error) -> Self {
        if error.kind() == io::ErrorKind::NotFound { Self::Vanished } else { Self::Unreadable(error) }
    }
}

/// Reads artifacts one after the other into the same memory. Each thread has its own.
#[derive(Debug)]
pub struct Reader {
    sizes: Sizes,
    /// `filled` bytes of it hold the artifact, the others anything.
    buffer: Vec<u8>,
    filled: usize,
}

impl Default for Reader {
    fn default() -> Self {
        Self::new(Sizes::STANDARD)
    }
}

impl Reader {
    /// Cuts by `sizes`.
    pub fn new(sizes: Sizes) -> Self {
        Self { sizes, buffer: Vec::new(), filled: 0 }
    }

    /// Hands the file at `path` to `each`, window by window, and returns its length. On an error the windows so far
    /// have been handed on.
    ///
    /// The walk lists regular files only. A path that becomes a FIFO between the walk and the opening would block here
    /// as it would block any reader; one that becomes a device or a directory is refused.
    pub fn read(
        &mut self,
        path: &Path,
        want: Want,
        each: &mut dyn FnMut(Window<'_>),
    ) -> Result<u64, ReadError> {
        let mut file = File::open(path)?;
        let found = file.metadata()?;
        if !found.is_file() {
            return Err(ReadError::NotAFile);
        }
        let length = usize::try_from(found.len()).unwrap_or(usize::MAX);
        let want = if length > self.sizes.whole { Want::Windows } else { want };
        let mut source = Source { from: &mut file, expected: Some(length), at: 0, ended: false };
        self.cut(&mut source, want, each)
    }

    /// The same for a stream, such as standard input.
    pub fn read_from(
        &mut self,
        stream: &mut dyn Read,
        want: Want,
        each: &mut dyn FnMut(Window<'_>),
    ) -> Result<u64, ReadError> {
        self.cut(&mut Source { from: stream, expected: None, at: 0, ended: false }, want, each)
    }

    fn cut(
        &mut self,
        source: &mut Source<'_>,
        want: Want,
        each: &mut dyn FnMut(Window<'_>),
    ) -> Result<u64, ReadError> {
        self.filled = 0;
        let wanted = match want {
            Want::Whole => self.sizes.whole.max(self.sizes.body + self.sizes.ahead),
            Want::Windows => self.sizes.body + self.sizes.ahead,
        };
        self.fill(source, wanted)?;
        let mut cutter = Cutter::new(self.sizes, &self.buffer[..self.filled]);
        if source.ended {
            each(cutter.last(&self.buffer[..self.filled]));
        } else {
            self.cut_windows(source, &mut cutter, each)?;
        }
        self.release();
        Ok(source.at as u64)
    }

    fn cut_windows(
        &mut self,
        source: &mut Source<'_>,
        cutter: &mut Cutter,
        each: &mut dyn FnMut(Window<'_>),
    ) -> Result<(), ReadError> {
        loop {
            self.fill(source, cutter.needed())?;
            let buffered = &self.buffer[..self.filled];
            if source.ended && self.filled <= cutter.needed() {
                each(cutter.last(buffered));
                return Ok(());
            }
            each(cutter.next(buffered));
            let done = cutter.advance(buffered);
            self.buffer.copy_within(done..self.filled, 0);
            self.filled -= done;
        }
    }

    /// Reads until `wanted` bytes are buffered or the artifact ends.
    fn fill(&mut self, source: &mut Source<'_>, wanted: usize) -> Result<(), ReadError> {
        while self.filled < wanted && !source.ended {
            // One more than is left of the file, so that the same read also finds its end.
            let room = match source.left() {
                Some(left) => self.filled.saturating_add(left).min(wanted) + 1,
                None => wanted + 1,
            };
            self.grow(room.max(self.standard()));
            self.filled += source.read(&mut self.buffer[self.filled..room])?;
        }
        Ok(())
    }

    fn grow(&mut self, length: usize) {
        if self.buffer.len() >= length {
            return;
        }
        if self.filled == 0 {
            // Fresh memory comes zeroed from the system, and only what is used of it counts.
            self.buffer = vec![0; length];
        } else {
            self.buffer.resize(length, 0);
        }
    }

    /// How much any sequence of windows needs.
    fn standard(&self) -> usize {
        self.sizes.behind + self.sizes.body + self.sizes.ahead + 8
    }

    /// Gives back what one large document needed.
    fn release(&mut self) {
        if self.buffer.len() > 4 * self.standard() {
            self.buffer = Vec::new();
        }
    }
}

/// What is read, and how far.
struct Source<'s> {
    from: &'s mut dyn Read,
    /// The length that the system told; the file may have changed since.
    expected: Option<usize>,
    at: usize,
    ended: bool,
}

impl Source<'_> {
    /// How much is still to come, as far as the system told.
    fn left(&self) -> Option<usize> {
        self.expected.and_then(|length| length.checked_sub(self.at)).filter(|left| *left > 0)
    }

    /// Reads once into `room`, which is not empty.
    fn read(&mut self, room: &mut [u8]) -> io::Result<usize> {
        let read = loop {
            match self.from.read(room) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                result => break result?,
            }
        };
        self.at += read;
        // A short read right at the expected end is the end; anywhere else only an empty one proves it.
        self.ended = read == 0 || (read < room.len() && self.expected == Some(self.at));
        Ok(read)
    }
}

/// Whether `head`, the first bytes of an artifact, is no text: a zero byte in it, and not UTF-16.
pub fn is_binary(head: &[u8]) -> bool {
    let start = &head[..head.len().min(8 << 10)];
    memchr::memchr(0, start).is_some()
        && !matches!(Encoding::sniff(head), Encoding::Utf16Le | Encoding::Utf16Be)
}

#[cfg(test)]
mod tests;
