//! Which figure is whom: one figure for a person in each camera at most, and one person for a figure.

use pathfinding::kuhn_munkres::kuhn_munkres;
use pathfinding::matrix::Matrix;

/// For each row the column that it is given, or none. `gains[row][column]` is what the pair is worth against both staying
/// alone; `None` where they cannot be one.
pub(crate) fn best(gains: &[Vec<Option<f64>>], columns: usize) -> Vec<Option<usize>> {
    /// Gains are compared to a millionth.
    const UNIT: f64 = 1e6;
    if gains.is_empty() || columns == 0 {
        return vec![None; gains.len()];
    }
    // A column of its own for every row stands for none.
    let worth = |(row, column): (usize, usize)| {
        let gain = gains[row].get(column).copied().flatten();
        gain.map_or(0, |gain| (gain.clamp(-1e6, 1e6) * UNIT) as i64)
    };
    let matrix = Matrix::from_fn(gains.len(), columns + gains.len(), worth);
    let (_, chosen) = kuhn_munkres(&matrix);
    let taken = |(row, column): (usize, usize)| (column < columns && worth((row, column)) > 0).then_some(column);
    chosen.into_iter().enumerate().map(taken).collect()
}

/// One way to give columns to rows, and what it is worth.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Choice {
    pub(crate) columns: Vec<Option<usize>>,
    pub(crate) gain: f64,
}

/// The `most` best ways, best first, found row by row with so many kept at each: the very best may be missed among
/// many rows, never among the few of a group.
pub(crate) fn several(gains: &[Vec<Option<f64>>], most: usize) -> Vec<Choice> {
    let mut choices = vec![Choice { columns: Vec::new(), gain: 0.0 }];
    for row in gains {
        let mut longer = Vec::new();
        for choice in &choices {
            let mut with = |column: Option<usize>, gain: f64| {
                let mut columns = choice.columns.clone();
                columns.push(column);
                longer.push(Choice { columns, gain: choice.gain + gain });
            };
            with(None, 0.0);
            for (column, gain) in row.iter().enumerate() {
                if let Some(gain) = gain
                    && !choice.columns.contains(&Some(column))
                {
                    with(Some(column), *gain);
                }
            }
        }
        longer.sort_by(|one, two| two.gain.total_cmp(&one.gain));
        longer.truncate(4 * most);
        choices = longer;
    }
    choices.truncate(most);
    choices
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn gains() -> impl Strategy<Value = Vec<Vec<Option<f64>>>> {
        (1_usize..4, 1_usize..4).prop_flat_map(|(rows, columns)| {
            prop::collection::vec(prop::collection::vec(prop::option::of(-3.0..9.0_f64), columns), rows)
        })
    }

    proptest! {
        #[test]
        fn the_best_of_several_is_the_best(gains in gains()) {
            let columns = gains[0].len();
            let chosen = best(&gains, columns);
            let total: f64 = chosen.iter().zip(&gains).filter_map(|(column, row)| row[(*column)?]).sum();
            let first = &several(&gains, 4)[0];
            prop_assert!((total - first.gain).abs() < 1e-4, "{total} and {}", first.gain);
        }
    }

    #[test]
    fn nothing_to_choose_from_gives_nobody_anything() {
        assert_eq!(best(&[], 3), []);
        assert_eq!(best(&[vec![]], 0), [None]);
        assert_eq!(best(&[vec![Some(-1.0)]], 1), [None]);
    }
}
