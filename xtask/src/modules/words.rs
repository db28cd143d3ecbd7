//! The words and signs of a Rust file, without its comments, strings and characters.

/// Those of `text`; `::` is one, every other sign is by itself.
pub fn words(text: &str) -> Vec<&str> {
    let mut words = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let is_word = |letter: char| letter.is_alphanumeric() || letter == '_';
        let skipped = comment(rest).or_else(|| raw_string(rest)).or_else(|| string(rest)).or_else(|| character(rest));
        let length = match skipped {
            Some(length) => length,
            None if is_word(first) => rest.find(|letter| !is_word(letter)).unwrap_or(rest.len()),
            None if rest.starts_with("::") => 2,
            None => first.len_utf8(),
        };
        if skipped.is_none() && !first.is_whitespace() {
            words.push(&rest[..length]);
        }
        rest = &rest[length..];
    }
    words
}

/// The length of the comment at the beginning of `text`; a block's with those that are in it.
fn comment(text: &str) -> Option<usize> {
    if text.starts_with("//") {
        return Some(text.find('\n').unwrap_or(text.len()));
    }
    let mut depth = 0_usize;
    let mut at = 0;
    while let Some(letter) = text[at..].chars().next() {
        if text[at..].starts_with("/*") {
            (depth, at) = (depth + 1, at + 2);
        } else if depth > 0 && text[at..].starts_with("*/") {
            (depth, at) = (depth - 1, at + 2);
        } else {
            at += letter.len_utf8();
        }
        if depth == 0 {
            return text.starts_with("/*").then_some(at);
        }
    }
    Some(text.len())
}

/// The length of the raw string, such as `r#"…"#`, at the beginning of `text`.
fn raw_string(text: &str) -> Option<usize> {
    let body = ["r", "br", "cr"].into_iter().find_map(|prefix| text.strip_prefix(prefix))?;
    let inside = body.trim_start_matches('#').strip_prefix('"')?;
    let marks = body.len() - inside.len() - 1;
    let end = format!("\"{}", "#".repeat(marks));
    let from = text.len() - inside.len();
    Some(inside.find(&end).map_or(text.len(), |at| from + at + end.len()))
}

/// The length of the string at the beginning of `text`. What stands before the quotes, as in `b"…"`, is a word of its own.
fn string(text: &str) -> Option<usize> {
    let inside = text.strip_prefix('"')?;
    let mut is_escaped = false;
    for (at, letter) in inside.char_indices() {
        match letter {
            _ if is_escaped => is_escaped = false,
            '\\' => is_escaped = true,
            '"' => return Some(at + 2),
            _ => {}
        }
    }
    Some(text.len())
}

/// The length of the character at the beginning of `text`. A lifetime is none.
fn character(text: &str) -> Option<usize> {
    let inside = text.strip_prefix('\'')?;
    if let Some(escape) = inside.strip_prefix('\\') {
        let after = escape.chars().next()?.len_utf8();
        return escape[after..].find('\'').map(|at| 2 + after + at + 1);
    }
    let first = inside.chars().next()?;
    inside[first.len_utf8()..].starts_with('\'').then_some(1 + first.len_utf8() + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn literals_and_comments_are_no_words() {
        let check = |text: &str, expected: &[&str]| assert_eq!(words(text), expected, "{text}");
        check("a::b_1 {c}", &["a", "::", "b_1", "{", "c", "}"]);
        check("a // b\nc /* d /* e */ f */ g", &["a", "c", "g"]);
        check("a / b * c", &["a", "/", "b", "*", "c"]);
        check(r#"a "b \" c" d"#, &["a", "d"]);
        check(r###"a r"b\" c r##"d "# e"## f"###, &["a", "c", "f"]);
        check(r"a '\'' b 'c' d '\u{1f600}' e", &["a", "b", "d", "e"]);
        check("fn f<'a>(b: &'a str)", &["fn", "f", "<", "'", "a", ">", "(", "b", ":", "&", "'", "a", "str", ")"]);
        check("r#type \"ü\" é", &["r", "#", "type", "é"]);
        check("/* no end", &[]);
    }
}
