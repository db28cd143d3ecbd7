//! Time zones of the IANA database, which is part of the program: the same on a machine that has none installed.

use std::fmt;
use std::sync::{LazyLock, OnceLock};

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::{Offset, TimeZone, TimeZoneDatabase};
use serde::{Deserialize, Serialize};

/// A time zone such as `Europe/Berlin`.
#[derive(Clone, Copy)]
pub struct Zone(&'static Entry);

/// A name of the database with its rules, which are read when they are first needed.
struct Entry {
    name: String,
    rules: OnceLock<TimeZone>,
}

/// The text names no time zone.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is no time zone of the IANA database; use a name such as Europe/Berlin")]
pub struct NotAZone(String);

static DATABASE: LazyLock<TimeZoneDatabase> = LazyLock::new(TimeZoneDatabase::bundled);

/// All zones, by name.
static ZONES: LazyLock<Vec<Entry>> = LazyLock::new(|| {
    let names = DATABASE.available().map(|name| name.as_str().to_owned());
    // The database's word for a machine on which nobody has chosen a zone.
    let mut names: Vec<_> = names.filter(|name| name != "Factory").collect();
    names.sort_unstable();
    names.into_iter().map(|name| Entry { name, rules: OnceLock::new() }).collect()
});

const UTC: &str = "UTC";

impl Zone {
    /// Reads a name; small letters do for capitals.
    pub fn parse(name: &str) -> Result<Self, NotAZone> {
        let exact = ZONES.binary_search_by(|zone| zone.name.as_str().cmp(name)).ok();
        let found = exact.or_else(|| ZONES.iter().position(|zone| zone.name.eq_ignore_ascii_case(name)));
        found.map(|place| Self(&ZONES[place])).ok_or_else(|| NotAZone(name.chars().take(64).collect()))
    }

    /// Every zone, by name.
    pub fn all() -> impl Iterator<Item = Self> {
        ZONES.iter().map(Self)
    }

    /// Its name in the IANA database.
    pub fn name(self) -> &'static str {
        &self.0.name
    }

    /// Its rules.
    pub fn rules(self) -> &'static TimeZone {
        self.0.rules.get_or_init(|| DATABASE.get(&self.0.name).expect("the name is one of the database's own"))
    }

    /// The date there.
    pub fn date(self, at: Timestamp) -> Date {
        self.rules().to_datetime(at).date()
    }

    /// The first moment of the day there: not always at 00:00, and a day has not always 24 hours.
    pub fn start_of_day(self, at: Timestamp) -> Timestamp {
        at.to_zoned(self.rules().clone()).start_of_day().map_or(at, |start| start.timestamp())
    }

    /// What clocks there show.
    pub fn clock(self, at: Timestamp) -> StoreClock {
        StoreClock { zone: self, offset_s: self.rules().to_offset(at).seconds() }
    }

    /// RFC 3339 with the offset of that moment: `2026-01-01T00:59:00+01:00`.
    pub fn rfc3339(self, at: Timestamp) -> String {
        self.clock(at).rfc3339(at)
    }
}

impl Default for Zone {
    fn default() -> Self {
        Self::parse(UTC).expect("the database holds UTC")
    }
}

impl PartialEq for Zone {
    fn eq(&self, other: &Self) -> bool {
        self.name() == other.name()
    }
}

impl Eq for Zone {}

impl fmt::Display for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl fmt::Debug for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl Serialize for Zone {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

impl<'de> Deserialize<'de> for Zone {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let name = String::deserialize(deserializer)?;
        Self::parse(&name).map_err(serde::de::Error::custom)
    }
}

/// What the store's clocks showed at a moment. Kept with a record, it says the same for ever, whatever becomes of the store's zone or
/// of the zone's rules.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct StoreClock {
    /// The zone.
    pub zone: Zone,
    /// How far it was ahead of UTC, in seconds; below zero west of Greenwich.
    pub offset_s: i32,
}

impl StoreClock {
    /// The date that it showed at `at`, the moment that it belongs to.
    pub fn date(self, at: Timestamp) -> Date {
        self.offset().to_datetime(at).date()
    }

    /// RFC 3339 with the offset: `2026-01-01T00:59:00+01:00`.
    pub fn rfc3339(self, at: Timestamp) -> String {
        at.display_with_offset(self.offset()).to_string()
    }

    /// The minute for people, in words that nobody takes for another's clock: `2026-01-01 00:59 Europe/Berlin (UTC+01:00)`.
    pub fn in_words(self, at: Timestamp) -> String {
        let minute = self.offset().to_datetime(at).strftime("%Y-%m-%d %H:%M");
        if self.zone == Zone::default() {
            return format!("{minute} UTC");
        }
        let minutes = self.offset_s.unsigned_abs() / 60;
        let sign = if self.offset_s < 0 { '-' } else { '+' };
        format!("{minute} {} (UTC{sign}{:02}:{:02})", self.zone, minutes / 60, minutes % 60)
    }

    fn offset(self) -> Offset {
        Offset::from_seconds(self.offset_s).unwrap_or(Offset::UTC)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn zone(name: &str) -> Zone {
        Zone::parse(name).unwrap()
    }

    #[test]
    fn zones_are_those_of_the_iana_database() {
        for (text, name) in [
            ("Europe/Berlin", "Europe/Berlin"),
            ("europe/berlin", "Europe/Berlin"),
            ("UTC", "UTC"),
            ("Asia/Kathmandu", "Asia/Kathmandu"),
            ("Australia/Lord_Howe", "Australia/Lord_Howe"),
            ("America/Argentina/Buenos_Aires", "America/Argentina/Buenos_Aires"),
        ] {
            assert_eq!(Zone::parse(text).unwrap().name(), name);
        }
        for bad in [
            "",
            " ",
            "Berlin",
            "Europe/Berlin ",
            "+01:00",
            "UTC+1",
            "CET-1CEST",
            "Factory",
            "../etc/passwd",
            "Etc/Unknown",
        ] {
            assert!(Zone::parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn every_zone_has_rules() {
        assert!(Zone::all().count() > 400);
        for zone in Zone::all() {
            assert!(zone.start_of_day(at("2026-06-01T12:00:00Z")) <= at("2026-06-01T12:00:00Z"), "{zone}");
            assert_eq!(serde_json::from_value::<Zone>(serde_json::to_value(zone).unwrap()).unwrap(), zone);
        }
    }

    #[test]
    fn days_begin_by_the_store_s_clock() {
        for (name, moment, date, start) in [
            ("Europe/Berlin", "2025-12-31T23:59:00Z", "2026-01-01", "2025-12-31T23:00:00Z"),
            ("UTC", "2025-12-31T23:59:00Z", "2025-12-31", "2025-12-31T00:00:00Z"),
            ("America/New_York", "2026-01-01T04:59:59Z", "2025-12-31", "2025-12-31T05:00:00Z"),
            // UTC+05:45, and half an hour of daylight saving.
            ("Asia/Kathmandu", "2025-12-31T18:15:00Z", "2026-01-01", "2025-12-31T18:15:00Z"),
            ("Asia/Kathmandu", "2025-12-31T18:14:59Z", "2025-12-31", "2025-12-30T18:15:00Z"),
            ("Australia/Lord_Howe", "2026-04-04T14:59:59Z", "2026-04-05", "2026-04-04T13:00:00Z"),
            // The nights on which Berlin's clocks change: 23 and 25 hours.
            ("Europe/Berlin", "2026-03-29T21:59:59Z", "2026-03-29", "2026-03-28T23:00:00Z"),
            ("Europe/Berlin", "2026-03-29T22:00:00Z", "2026-03-30", "2026-03-29T22:00:00Z"),
            ("Europe/Berlin", "2026-10-25T22:59:59Z", "2026-10-25", "2026-10-24T22:00:00Z"),
            ("Europe/Berlin", "2026-10-25T23:00:00Z", "2026-10-26", "2026-10-25T23:00:00Z"),
            // Clocks there go from 23:59 to 01:00.
            ("Asia/Beirut", "2026-03-28T22:30:00Z", "2026-03-29", "2026-03-28T22:00:00Z"),
        ] {
            assert_eq!(zone(name).date(at(moment)).to_string(), date, "{name} {moment}");
            assert_eq!(zone(name).start_of_day(at(moment)), at(start), "{name} {moment}");
        }
    }

    #[test]
    fn a_time_is_told_so_that_nobody_takes_it_for_another() {
        for (name, moment, words, rfc3339) in [
            ("UTC", "2026-11-22T10:04:05Z", "2026-11-22 10:04 UTC", "2026-11-22T10:04:05+00:00"),
            (
                "Europe/Berlin",
                "2025-12-31T23:59:00Z",
                "2026-01-01 00:59 Europe/Berlin (UTC+01:00)",
                "2026-01-01T00:59:00+01:00",
            ),
            // Half past two comes twice in this night.
            (
                "Europe/Berlin",
                "2026-10-25T00:30:00Z",
                "2026-10-25 02:30 Europe/Berlin (UTC+02:00)",
                "2026-10-25T02:30:00+02:00",
            ),
            (
                "Europe/Berlin",
                "2026-10-25T01:30:00Z",
                "2026-10-25 02:30 Europe/Berlin (UTC+01:00)",
                "2026-10-25T02:30:00+01:00",
            ),
            (
                "Asia/Kathmandu",
                "2026-01-01T00:00:00Z",
                "2026-01-01 05:45 Asia/Kathmandu (UTC+05:45)",
                "2026-01-01T05:45:00+05:45",
            ),
            (
                "America/St_Johns",
                "2026-01-01T00:00:00Z",
                "2025-12-31 20:30 America/St_Johns (UTC-03:30)",
                "2025-12-31T20:30:00-03:30",
            ),
        ] {
            let clock = zone(name).clock(at(moment));
            assert_eq!(clock.in_words(at(moment)), words);
            assert_eq!(clock.rfc3339(at(moment)), rfc3339);
            assert_eq!(rfc3339.parse::<Timestamp>().unwrap(), at(moment));
        }
    }
}
