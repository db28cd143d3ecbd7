//! Pages of lists, by keyset: a page begins after the last row of the page before, so that rows which are added meanwhile
//! neither repeat nor hide any other.

use sea_orm::sea_query::{BinOper, Expr, ExprTrait, IntoColumnRef, SimpleExpr};
use sea_orm::{DbBackend, Value};

/// Which part of a list is asked for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Window<P> {
    /// Position of the last row of the page before; none: from the beginning.
    pub after: Option<P>,
    /// Most rows; at least 1.
    pub limit: u64,
}

impl<P> Window<P> {
    /// Rows to read: one more than the page shows tells whether another page follows.
    pub(crate) fn to_read(&self) -> u64 {
        self.limit + 1
    }
}

/// A part of a list.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Slice<T, P> {
    /// Rows in the list's order.
    pub rows: Vec<T>,
    /// Position of the last of them, where more follow.
    pub next: Option<P>,
}

impl<T, P> Slice<T, P> {
    /// Cuts what was read by [`Window::to_read`] to the page's size.
    pub(crate) fn cut(mut rows: Vec<T>, window: &Window<P>, position: impl Fn(&T) -> P) -> Self {
        let limit = usize::try_from(window.limit).unwrap_or(usize::MAX);
        let more = rows.len() > limit;
        rows.truncate(limit);
        let next = if more { rows.last().map(position) } else { None };
        Self { rows, next }
    }

    /// A page of a list that is whole in memory, in rising order of its positions.
    pub fn of_sorted(rows: Vec<T>, window: &Window<P>, position: impl Fn(&T) -> P) -> Self
    where
        P: Ord,
    {
        let follows = |row: &T| window.after.as_ref().is_none_or(|after| position(row) > *after);
        let to_read = usize::try_from(window.to_read()).unwrap_or(usize::MAX);
        Self::cut(rows.into_iter().filter(follows).take(to_read).collect(), window, position)
    }

    /// The same part with each row made into something else.
    pub(crate) fn try_map<U, E>(self, map: impl Fn(T) -> Result<U, E>) -> Result<Slice<U, P>, E> {
        let rows = self.rows.into_iter().map(map).collect::<Result<_, _>>()?;
        Ok(Slice { rows, next: self.next })
    }
}

/// The rows that come after a position where each column falls.
pub(crate) fn below<C, const N: usize>(columns: [C; N], position: [Value; N]) -> SimpleExpr
where
    C: IntoColumnRef,
{
    Expr::tuple(columns.map(|column| Expr::col(column))).lt(Expr::tuple(position.map(Expr::val)))
}

/// The rows that come after a position where each column rises.
pub(crate) fn above<C, const N: usize>(columns: [C; N], position: [Value; N]) -> SimpleExpr
where
    C: IntoColumnRef,
{
    Expr::tuple(columns.map(|column| Expr::col(column))).gt(Expr::tuple(position.map(Expr::val)))
}

/// Text that rows are searched for, whatever its case, anywhere in a column.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Search(String);

/// Why a text cannot be searched for.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum BadSearch {
    /// It has more characters than any name.
    #[error("the search must have at most {} characters", Search::MAX_CHARS)]
    TooLong,
    /// It has characters that no name has.
    #[error("the search must not have control characters")]
    Control,
}

impl Search {
    /// Most characters of a search.
    pub const MAX_CHARS: usize = 100;

    /// Of what somebody typed; nothing where that is blank.
    ///
    /// # Errors
    ///
    /// Where it is too long, or has control characters.
    pub fn parse(typed: &str) -> Result<Option<Self>, BadSearch> {
        let text = typed.trim();
        if text.chars().count() > Self::MAX_CHARS {
            return Err(BadSearch::TooLong);
        }
        if text.chars().any(char::is_control) {
            return Err(BadSearch::Control);
        }
        Ok(Some(text).filter(|text| !text.is_empty()).map(|text| Self(text.to_owned())))
    }

    /// As typed, without the blanks around it.
    pub fn text(&self) -> &str {
        &self.0
    }

    /// Whether a text that is in memory contains it.
    pub fn is_within(&self, text: &str) -> bool {
        let folded = |text: &str| {
            let lower = |letter: char| both_cases(letter).map_or(letter, |[lower, _]| lower);
            text.chars().map(lower).collect::<String>()
        };
        folded(text).contains(&folded(&self.0))
    }

    /// Whether the column contains the text. `lower` and `LIKE` of SQLite know ASCII alone, and those of PostgreSQL what the
    /// cluster's locale knows; so each letter is given in both cases instead.
    pub(crate) fn is_in(&self, column: impl IntoColumnRef, engine: DbBackend) -> SimpleExpr {
        self.is_in_text(Expr::col(column), engine)
    }

    /// Whether an expression's text contains it; see [`Self::is_in`].
    pub(crate) fn is_in_text(&self, text: SimpleExpr, engine: DbBackend) -> SimpleExpr {
        let (operator, pattern) = match engine {
            DbBackend::Sqlite => ("GLOB", self.glob()),
            _ => ("~", self.regex()),
        };
        text.binary(BinOper::Custom(operator), Expr::val(pattern))
    }

    fn glob(&self) -> String {
        let one = |letter: char| match (both_cases(letter), letter) {
            (Some([lower, upper]), _) => format!("[{lower}{upper}]"),
            (None, '*' | '?' | '[') => format!("[{letter}]"),
            (None, _) => letter.to_string(),
        };
        format!("*{}*", self.0.chars().map(one).collect::<String>())
    }

    fn regex(&self) -> String {
        let one = |letter: char| match (both_cases(letter), letter) {
            (Some([lower, upper]), _) => format!("[{lower}{upper}]"),
            (None, _) if letter.is_ascii_punctuation() => format!("\\{letter}"),
            (None, _) => letter.to_string(),
        };
        self.0.chars().map(one).collect()
    }
}

/// A letter in both cases, where each is one letter: `ß` has no capital of its own.
fn both_cases(letter: char) -> Option<[char; 2]> {
    let only = |mut letters: Box<dyn Iterator<Item = char>>| letters.next().filter(|_| letters.next().is_none());
    let lower = only(Box::new(letter.to_lowercase()))?;
    let upper = only(Box::new(letter.to_uppercase()))?;
    (lower != upper).then_some([lower, upper])
}

#[cfg(test)]
mod plans;

#[cfg(test)]
mod tests {
    use super::*;

    fn search(text: &str) -> Search {
        Search::parse(text).unwrap().unwrap()
    }

    #[test]
    fn letters_are_given_in_both_cases_and_signs_mean_themselves() {
        assert_eq!(search("Äp 7ß").glob(), "*[äÄ][pP] 7ß*");
        assert_eq!(search("a*?[%_]").glob(), "*[aA][*][?][[]%_]*");
        assert_eq!(search("a.*%\\").regex(), "[aA]\\.\\*\\%\\\\");
    }

    #[test]
    fn what_cannot_be_searched_for_is_refused() {
        assert_eq!(Search::parse("  "), Ok(None));
        assert_eq!(Search::parse("a\0b"), Err(BadSearch::Control));
        assert_eq!(Search::parse(&"x".repeat(101)), Err(BadSearch::TooLong));
        assert_eq!(search(" oat ").text(), "oat");
        assert!(search("äpFEL").is_within("Rote Äpfel") && !search("%").is_within("oat"));
    }

    #[test]
    fn a_page_says_where_the_next_begins_only_where_there_is_one() {
        let window = Window { after: None, limit: 2 };
        assert_eq!(Slice::cut(vec![1, 2, 3], &window, |row| *row), Slice { rows: vec![1, 2], next: Some(2) });
        assert_eq!(Slice::cut(vec![1, 2], &window, |row| *row), Slice { rows: vec![1, 2], next: None });
    }
}
