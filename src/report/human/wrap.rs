//! Text that fits a width.

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// `text` in lines of at most `width` columns; each but the first begins with `indent`. A word that is wider than a
/// line has one of its own.
pub(super) fn wrap(text: &str, width: usize, indent: &str) -> String {
    wrap_after(0, text, width, indent)
}

/// The same, where `lead` columns of the first line are taken.
pub(super) fn wrap_after(lead: usize, text: &str, width: usize, indent: &str) -> String {
    let mut wrapped = String::with_capacity(text.len());
    let mut column = lead;
    let mut line_begins = true;
    for word in text.split_ascii_whitespace() {
        let wide = word.width();
        if !line_begins && column + 1 + wide > width {
            wrapped.push('\n');
            wrapped.push_str(indent);
            column = indent.width();
            line_begins = true;
        }
        if !line_begins {
            wrapped.push(' ');
            column += 1;
        }
        wrapped.push_str(word);
        column += wide;
        line_begins = false;
    }
    wrapped
}

/// The beginning of `text`, at most `width` columns, with `…` where it is cut.
pub(super) fn head(text: &str, width: usize) -> String {
    if text.width() <= width {
        return text.to_owned();
    }
    if width == 0 {
        return String::new();
    }
    let mut kept: String = fitting(text.chars(), width - 1).collect();
    kept.push('…');
    kept
}

/// The end of `text`, at most `width` columns, with `…` where it is cut.
pub(super) fn tail(text: &str, width: usize) -> String {
    if text.width() <= width {
        return text.to_owned();
    }
    if width == 0 {
        return String::new();
    }
    let mut kept: Vec<char> = fitting(text.chars().rev(), width - 1).collect();
    kept.push('…');
    kept.into_iter().rev().collect()
}

fn fitting(characters: impl Iterator<Item = char>, width: usize) -> impl Iterator<Item = char> {
    let mut column = 0;
    characters.take_while(move |character| {
        column += character.width().unwrap_or(0);
        column <= width
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_end_before_the_width() {
        assert_eq!(wrap("one two three", 8, "  "), "one two\n  three");
        assert_eq!(wrap_after(4, "one two three", 8, ""), "one\ntwo\nthree");
        assert_eq!(wrap("a https://example.com/long b", 8, ""), "a\nhttps://example.com/long\nb");
    }

    #[test]
    fn wide_characters_count_twice() {
        assert_eq!(head("漢字漢字", 5), "漢字…");
        assert_eq!(tail("漢字漢字", 5), "…漢字");
        assert_eq!(tail("abc", 3), "abc");
        assert_eq!((head("abc", 0), tail("abc", 0)), (String::new(), String::new()));
    }
}
