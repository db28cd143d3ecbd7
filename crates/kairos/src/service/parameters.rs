//! Checks of single parameters; each refusal names the parameter.

use super::refusal::Refusal;
use crate::wire::{ErrorCode, Given, Image, ImageText, Selector, Whole, decode_image};

/// Names of galleries, subjects and faces may have so many characters. Kairos documents that there is a bound, not which;
/// ids and e-mail addresses fit.
pub const MAX_NAME_CHARACTERS: usize = 128;

/// Documented for `minHeadScale`.
const HEAD_SCALE: std::ops::RangeInclusive<f64> = 0.015..=0.5;
/// Documented for `threshold`.
const THRESHOLD: std::ops::RangeInclusive<f64> = 0.0..=1.0;
/// For `max_num_results`: nobody reads more.
const RESULTS: std::ops::RangeInclusive<i64> = 1..=1_000;
/// Documented for `max_num_results` where it is not given.
const DEFAULT_RESULTS: usize = 10;

/// A name that must be there.
pub(super) fn name(parameter: &'static str, given: Given<String>) -> Result<String, Refusal> {
    optional_name(parameter, given)?.ok_or_else(|| missing(parameter))
}

/// A name that may be there; blank is not there.
pub(super) fn optional_name(parameter: &'static str, given: Given<String>) -> Result<Option<String>, Refusal> {
    let Some(name) = readable(parameter, given)? else {
        return Ok(None);
    };
    let name = name.trim();
    if name.is_empty() {
        return Ok(None);
    }
    // These have no place in a name and a meaning in the pages and logs where it ends up.
    if name.chars().any(|character| character.is_control() || "<>\"\\".contains(character)) {
        return Err(Refusal::about(ErrorCode::InvalidCharacters, parameter));
    }
    if name.chars().count() > MAX_NAME_CHARACTERS {
        return Err(Refusal::about(ErrorCode::NameTooLong, parameter));
    }
    Ok(Some(name.to_owned()))
}

/// The picture.
pub(super) fn image(given: Given<ImageText>) -> Result<Image, Refusal> {
    let text = readable("image", given)?.filter(|ImageText(text)| !text.trim().is_empty());
    let ImageText(text) = text.ok_or_else(|| missing("image"))?;
    Ok(decode_image(&text)?)
}

pub(super) fn min_head_scale(given: Given<f64>) -> Result<Option<f64>, Refusal> {
    within("minHeadScale", given, |scale| HEAD_SCALE.contains(scale))
}

pub(super) fn threshold(given: Given<f64>) -> Result<f64, Refusal> {
    let threshold = within("threshold", given, |threshold| THRESHOLD.contains(threshold))?;
    Ok(threshold.unwrap_or(crate::confidence::DEFAULT_THRESHOLD))
}

pub(super) fn most_results(given: Given<Whole>) -> Result<usize, Refusal> {
    let most = within("max_num_results", given, |Whole(number)| RESULTS.contains(number))?;
    Ok(most.and_then(|Whole(number)| usize::try_from(number).ok()).unwrap_or(DEFAULT_RESULTS))
}

/// Selectors change nothing: whatever landmarks there are come with every answer. But nobody looks here whether a face
/// is alive, and a caller who asks for that must not take a plain answer for a yes.
pub(super) fn selector(given: Given<Selector>) -> Result<(), Refusal> {
    match readable("selector", given)? {
        Some(Selector::Liveness) => {
            Err(Refusal::about(ErrorCode::InvalidParameter, "selector: liveness is not checked here"))
        }
        Some(Selector::Face | Selector::Eyes | Selector::Full | Selector::SetPose) | None => Ok(()),
    }
}

/// What stands in the parameter, if anything does and it can be read.
pub(super) fn readable<T>(parameter: &'static str, given: Given<T>) -> Result<Option<T>, Refusal> {
    match given {
        Given::Absent => Ok(None),
        Given::Value(value) => Ok(Some(value)),
        Given::Unreadable => Err(Refusal::about(ErrorCode::InvalidParameter, parameter)),
    }
}

fn within<T>(parameter: &'static str, given: Given<T>, allowed: impl Fn(&T) -> bool) -> Result<Option<T>, Refusal> {
    match readable(parameter, given)? {
        Some(value) if !allowed(&value) => Err(Refusal::about(ErrorCode::InvalidParameter, parameter)),
        value => Ok(value),
    }
}

fn missing(parameter: &'static str) -> Refusal {
    Refusal::about(ErrorCode::MissingParameter, parameter)
}
