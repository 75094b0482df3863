//! Globs over short texts: `*` for any text, everything else for itself.

/// Whether any of `globs` matches `text`, ASCII case aside.
pub fn matches_any<G: AsRef<str>>(globs: &[G], text: &str) -> bool {
    globs.iter().any(|glob| matches(glob.as_ref().as_bytes(), text.as_bytes()))
}

/// Whether `*` for any text, and everything else for itself in either case, make `text` of `glob`. In the time of both lengths multiplied.
fn matches(glob: &[u8], text: &[u8]) -> bool {
    let (mut at, mut of) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    while of < text.len() {
        if glob.get(at) == Some(&b'*') {
            star = Some((at + 1, of));
            at += 1;
        } else if glob.get(at).is_some_and(|byte| byte.eq_ignore_ascii_case(&text[of])) {
            at += 1;
            of += 1;
        } else if let Some((after, from)) = star {
            star = Some((after, from + 1));
            at = after;
            of = from + 1;
        } else {
            return false;
        }
    }
    glob[at..].iter().all(|byte| *byte == b'*')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_matches_any_text() {
        for (glob, text) in [
            ("*/claude-code-action@*", "anthropics/claude-code-action@v1"),
            ("*a*b", "xaabab"),
            ("*", ""),
            ("claude", "Claude"),
        ] {
            assert!(matches(glob.as_bytes(), text.as_bytes()), "{glob} {text}");
        }
        for (glob, text) in [("claude", "claude-code"), ("*-mcp", "mcp"), ("a*b", "ab c"), ("", "x")] {
            assert!(!matches(glob.as_bytes(), text.as_bytes()), "{glob} {text}");
        }
    }
}
