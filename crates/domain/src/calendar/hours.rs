//! Opening hours by weekday, and the end of a business day.

use std::fmt;

use jiff::civil::{Date, Time};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan};
use serde::{Deserialize, Serialize};

/// From when to when the store is open, by its own clock, to the minute.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
pub struct OpenSpan {
    /// Opens.
    #[serde(with = "minute")]
    pub from: Time,
    /// Closes: on the next day, where it is not later than `from`. From 00:00 to 00:00 is a whole day.
    #[serde(with = "minute")]
    pub to: Time,
}

/// When a store is open.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(try_from = "Record", into = "Record")]
pub struct OpeningHours {
    /// Monday first; each day's spans in their order, none overlapping another. A day without any is closed.
    days: [Vec<OpenSpan>; 7],
    /// When one business day becomes the next where the store does not close between them, by its own clock.
    day_ends: Time,
}

/// Why these are no opening hours.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotHours {
    /// The text is no time of a day.
    #[error("{0:?} is no time of a day; write it as 09:00")]
    NotATime(String),
    /// Two spans share time.
    #[error("{0}: {1} overlaps {2}")]
    Overlap(&'static str, OpenSpan, OpenSpan),
    /// Too many spans.
    #[error("{0}: at most {MOST_SPANS} opening times a day")]
    TooMany(&'static str),
}

/// Spans of one weekday.
pub const MOST_SPANS: usize = 6;

/// The weekdays, Monday first.
pub const WEEKDAYS: [&str; 7] = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];

/// The end of a business day where nobody has said another: the hour at which the fewest people shop.
const DAY_ENDS: Time = Time::constant(3, 0, 0, 0);

/// A store that is open for longer than this at a stretch has a business day end in between.
const LONGEST_BUSINESS_DAY: SignedDuration = SignedDuration::from_hours(24);

/// Reads a time of a day: `09:00`, or `24:00` for the midnight that ends it.
pub fn time_of_day(text: &str) -> Result<Time, NotHours> {
    let bad = || NotHours::NotATime(text.chars().take(16).collect());
    let (hour, minute) = text.split_once(':').ok_or_else(bad)?;
    let number = |digits: &str| match digits.len() {
        1 | 2 if digits.bytes().all(|byte| byte.is_ascii_digit()) => digits.parse::<i8>().ok(),
        _ => None,
    };
    match (number(hour), number(minute)) {
        (Some(24), Some(0)) => Ok(Time::midnight()),
        (Some(hour), Some(minute_of_hour)) if minute.len() == 2 => {
            Time::new(hour, minute_of_hour, 0, 0).map_err(|_| bad())
        }
        _ => Err(bad()),
    }
}

/// Writes a time of a day: `09:00`.
pub fn written(time: Time) -> String {
    time.strftime("%H:%M").to_string()
}

impl OpenSpan {
    /// Minutes from its weekday's midnight to its ends by a clock that never changes; over 1440 on the next day.
    fn minutes(self) -> (u32, u32) {
        let minute = |time: Time| u32::from(time.hour().unsigned_abs()) * 60 + u32::from(time.minute().unsigned_abs());
        let (from, to) = (minute(self.from), minute(self.to));
        (from, if to > from { to } else { to + DAY_MINUTES })
    }
}

const DAY_MINUTES: u32 = 24 * 60;

impl fmt::Display for OpenSpan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let to = if self.to == Time::midnight() { "24:00".to_owned() } else { written(self.to) };
        write!(f, "{}–{to}", written(self.from))
    }
}

impl OpeningHours {
    /// Hours by weekday, Monday first; `day_ends` is when one business day becomes the next where the store does not close.
    pub fn new(mut days: [Vec<OpenSpan>; 7], day_ends: Time) -> Result<Self, NotHours> {
        for (spans, name) in days.iter_mut().zip(WEEKDAYS) {
            if spans.len() > MOST_SPANS {
                return Err(NotHours::TooMany(name));
            }
            spans.sort_unstable();
        }
        for (place, name) in WEEKDAYS.into_iter().enumerate() {
            let next = days[(place + 1) % 7].first().map(|first| (first, DAY_MINUTES));
            let starts = days[place].iter().skip(1).map(|span| (span, 0)).chain(next);
            for (span, (after, shift)) in days[place].iter().zip(starts) {
                if span.minutes().1 > after.minutes().0 + shift {
                    return Err(NotHours::Overlap(name, *span, *after));
                }
            }
        }
        Ok(Self { days, day_ends })
    }

    /// Monday first; each day's spans in their order.
    pub fn days(&self) -> &[Vec<OpenSpan>; 7] {
        &self.days
    }

    /// When one business day becomes the next where the store does not close between them.
    pub fn day_ends(&self) -> Time {
        self.day_ends
    }

    /// The end of the business day that `at` belongs to, always after `at`, by the store's clock, which goes by `zone`.
    ///
    /// A business day ends when the store closes for the day: at the end of the last span that begins on a date, however far into
    /// the next one it goes; a break at noon ends nothing. Time at which the store is closed, and time at which it is open for more
    /// than 24 hours at a stretch, is cut at [`Self::day_ends`]. What clocks show twice in a night is the first of both, what they
    /// skip is as much later.
    pub fn closes_after(&self, at: Timestamp, zone: &TimeZone) -> Timestamp {
        let today = zone.to_datetime(at).date();
        let dates: Vec<Date> = (-3..=4).filter_map(|days| today.checked_add(days.days()).ok()).collect();
        let spans: Vec<(Date, Stretch)> = dates.iter().flat_map(|date| self.of(*date, zone)).collect();
        let mut stretches: Vec<Stretch> = Vec::new();
        for (_, span) in &spans {
            match stretches.last_mut() {
                Some(last) if span.from <= last.to => last.to = last.to.max(span.to),
                _ => stretches.push(*span),
            }
        }
        let lasts = spans
            .iter()
            .enumerate()
            .filter(|(place, (date, _))| spans.get(place + 1).is_none_or(|next| next.0 != *date));
        let closings =
            lasts.map(|(_, (_, span))| span.to).filter(|end| stretches.iter().any(|stretch| stretch.to == *end));
        let is_uncut = |moment: &Timestamp| {
            let during = stretches.iter().find(|one| one.from < *moment && *moment < one.to);
            during.is_some_and(|one| one.to.duration_since(one.from) <= LONGEST_BUSINESS_DAY)
        };
        let cuts = dates.iter().filter_map(|date| moment(*date, self.day_ends, zone)).filter(|cut| !is_uncut(cut));
        let ends = closings.chain(cuts).filter(|end| *end > at);
        // Only at the very end of what a timestamp can hold there is none.
        ends.min().unwrap_or(Timestamp::MAX)
    }

    /// When the store is open on a date.
    fn of(&self, date: Date, zone: &TimeZone) -> Vec<(Date, Stretch)> {
        let place = usize::from(date.weekday().to_monday_zero_offset().unsigned_abs());
        let stretch = |span: &OpenSpan| {
            let closes_on = if span.to > span.from { date } else { date.tomorrow().ok()? };
            let stretch = Stretch { from: moment(date, span.from, zone)?, to: moment(closes_on, span.to, zone)? };
            // In a night in which clocks are put forward nothing may be left of it.
            (stretch.from < stretch.to).then_some((date, stretch))
        };
        self.days[place].iter().filter_map(stretch).collect()
    }
}

impl Default for OpeningHours {
    /// Around the clock; the business day ends at 03:00.
    fn default() -> Self {
        let day = OpenSpan { from: Time::midnight(), to: Time::midnight() };
        Self { days: std::array::from_fn(|_| vec![day]), day_ends: DAY_ENDS }
    }
}

/// Open without a pause.
#[derive(Clone, Copy, Debug)]
struct Stretch {
    from: Timestamp,
    to: Timestamp,
}

fn moment(date: Date, time: Time, zone: &TimeZone) -> Option<Timestamp> {
    zone.to_timestamp(date.to_datetime(time)).ok()
}

/// As it is stored.
#[derive(Serialize, Deserialize)]
struct Record {
    days: [Vec<OpenSpan>; 7],
    #[serde(with = "minute")]
    day_ends: Time,
}

impl TryFrom<Record> for OpeningHours {
    type Error = NotHours;
    fn try_from(record: Record) -> Result<Self, NotHours> {
        Self::new(record.days, record.day_ends)
    }
}

impl From<OpeningHours> for Record {
    fn from(hours: OpeningHours) -> Self {
        Self { days: hours.days, day_ends: hours.day_ends }
    }
}

mod minute {
    use jiff::civil::Time;
    use serde::{Deserialize, Deserializer, Serializer};

    pub fn serialize<S: Serializer>(time: &Time, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&super::written(*time))
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Time, D::Error> {
        let text = String::deserialize(deserializer)?;
        super::time_of_day(&text).map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests;
