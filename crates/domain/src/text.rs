//! Text as people write it: what no name, message or label may hold, because one engine cannot store it or because it shows
//! something else than it says.

/// Why a text is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotPlain {
    /// A control character: NUL cannot be stored by PostgreSQL, others break lines of logs, mails and files.
    #[error("it holds a control character")]
    Control,
    /// A character that turns the direction of the text after it (Unicode's bidirectional controls, UAX 9), so that a name or an
    /// amount reads as another one.
    #[error("it holds a character that turns the direction of writing")]
    Direction,
}

/// Unicode's explicit directional embeddings, overrides and isolates. The marks (LRM, RLM, ALM) are harmless: they turn nothing.
const DIRECTION: [char; 9] =
    ['\u{202a}', '\u{202b}', '\u{202c}', '\u{202d}', '\u{202e}', '\u{2066}', '\u{2067}', '\u{2068}', '\u{2069}'];

/// Checks a text of one line: a name, a label.
pub fn line(text: &str) -> Result<(), NotPlain> {
    text.chars().try_for_each(|c| check(c, false))
}

/// Checks a text that may have lines and tabs: a message, an answer.
pub fn prose(text: &str) -> Result<(), NotPlain> {
    text.chars().try_for_each(|c| check(c, matches!(c, '\n' | '\r' | '\t')))
}

fn check(c: char, is_layout: bool) -> Result<(), NotPlain> {
    match c {
        _ if is_layout => Ok(()),
        _ if c.is_control() || matches!(c, '\u{2028}' | '\u{2029}') => Err(NotPlain::Control),
        _ if DIRECTION.contains(&c) => Err(NotPlain::Direction),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_plain_and_messages_may_have_lines() {
        for good in ["Cola 0.33 l", "Brötchen", "חלב", "牛乳", "👨‍👩‍👧", "", "a\u{200f}b"] {
            assert_eq!((line(good), prose(good)), (Ok(()), Ok(())), "{good}");
        }
        assert_eq!((line("a\nb"), prose("a\r\n\tb")), (Err(NotPlain::Control), Ok(())));
        for bad in ["a\0b", "\u{1b}[2J", "a\u{7f}", "\u{85}", "a\u{2028}b"] {
            assert_eq!((line(bad), prose(bad)), (Err(NotPlain::Control), Err(NotPlain::Control)), "{bad:?}");
        }
        for bad in ["\u{202e}99.0", "\u{2066}x\u{2069}"] {
            assert_eq!((line(bad), prose(bad)), (Err(NotPlain::Direction), Err(NotPlain::Direction)), "{bad:?}");
        }
    }
}
