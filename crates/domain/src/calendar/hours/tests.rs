use proptest::prelude::*;

use super::*;
use crate::calendar::zone::Zone;

fn span(text: &str) -> OpenSpan {
    let (from, to) = text.split_once('-').unwrap();
    OpenSpan { from: time_of_day(from).unwrap(), to: time_of_day(to).unwrap() }
}

fn day(spans: &str) -> Vec<OpenSpan> {
    spans.split_whitespace().map(span).collect()
}

/// Hours by weekday; the business day ends at 03:00.
fn hours(days: [&str; 7]) -> OpeningHours {
    OpeningHours::new(days.map(day), DAY_ENDS).unwrap()
}

fn every_day(spans: &str) -> OpeningHours {
    hours([spans; 7])
}

/// The end of a moment's business day; both by the zone's clock.
fn closes(hours: &OpeningHours, zone: &str, local: &str) -> String {
    let zone = Zone::parse(zone).unwrap();
    let at = zone.rules().to_timestamp(local.parse().unwrap()).unwrap();
    zone.rules().to_datetime(hours.closes_after(at, zone.rules())).strftime("%a %Y-%m-%d %H:%M").to_string()
}

#[test]
fn a_business_day_ends_when_the_store_closes() {
    // 2026-11-23 is a Monday.
    let shop = hours(["08:00-12:00 14:00-18:30", "08:00-18:30", "", "08:00-24:00", "18:00-04:00", "20:00-02:00", ""]);
    for (at, ends) in [
        ("2026-11-23T08:00", "Mon 2026-11-23 18:30"),
        ("2026-11-23T11:59", "Mon 2026-11-23 18:30"),
        // A break at noon ends nothing.
        ("2026-11-23T13:00", "Mon 2026-11-23 18:30"),
        ("2026-11-23T18:29", "Mon 2026-11-23 18:30"),
        // Whoever is still inside after the end belongs to no business day of tomorrow.
        ("2026-11-23T18:30", "Tue 2026-11-24 03:00"),
        ("2026-11-24T02:59", "Tue 2026-11-24 03:00"),
        ("2026-11-24T03:00", "Tue 2026-11-24 18:30"),
        // Closed on Wednesday.
        ("2026-11-24T19:00", "Wed 2026-11-25 03:00"),
        ("2026-11-25T12:00", "Thu 2026-11-26 03:00"),
        ("2026-11-26T23:59", "Fri 2026-11-27 00:00"),
        // Friday goes on until four in the morning of Saturday.
        ("2026-11-27T18:00", "Sat 2026-11-28 04:00"),
        ("2026-11-28T03:30", "Sat 2026-11-28 04:00"),
        ("2026-11-28T04:00", "Sun 2026-11-29 02:00"),
        ("2026-11-29T01:59", "Sun 2026-11-29 02:00"),
        ("2026-11-29T02:00", "Sun 2026-11-29 03:00"),
        ("2026-11-29T03:00", "Mon 2026-11-30 03:00"),
    ] {
        assert_eq!(closes(&shop, "Europe/Berlin", at), ends, "{at}");
    }
}

#[test]
fn a_store_that_never_closes_has_business_days_all_the_same() {
    for shop in [
        OpeningHours::default(),
        every_day("00:00-24:00"),
        every_day("06:00-06:00"),
        every_day("00:00-12:00 12:00-00:00"),
    ] {
        for (at, ends) in [
            ("2026-11-23T00:00", "Mon 2026-11-23 03:00"),
            ("2026-11-23T02:59", "Mon 2026-11-23 03:00"),
            ("2026-11-23T03:00", "Tue 2026-11-24 03:00"),
            ("2026-11-23T12:00", "Tue 2026-11-24 03:00"),
        ] {
            assert_eq!(closes(&shop, "UTC", at), ends, "{at} {shop:?}");
        }
    }
    // Open from Friday evening to Sunday night: the business day is cut, and its last part ends when the store closes.
    let weekend = hours(["", "", "", "", "18:00-00:00", "00:00-00:00", "00:00-22:00"]);
    for (at, ends) in [
        ("2026-11-27T19:00", "Sat 2026-11-28 03:00"),
        ("2026-11-28T12:00", "Sun 2026-11-29 03:00"),
        ("2026-11-29T12:00", "Sun 2026-11-29 22:00"),
    ] {
        assert_eq!(closes(&weekend, "Europe/Berlin", at), ends, "{at}");
    }
    // Open for exactly a day, once a week: nothing is cut.
    let long = hours(["20:00-20:00", "", "", "", "", "", ""]);
    assert_eq!(closes(&long, "UTC", "2026-11-23T21:00"), "Tue 2026-11-24 20:00");
}

#[test]
fn clocks_that_change_move_the_end_with_them() {
    let night = every_day("18:00-02:30");
    for (zone, at, ends) in [
        // 02:30 is skipped in this night: half past three is meant.
        ("Europe/Berlin", "2026-03-28T20:00", "Sun 2026-03-29 03:30"),
        // It comes twice in that one: the first counts.
        ("Europe/Berlin", "2026-10-24T20:00", "Sun 2026-10-25 02:30"),
        ("Asia/Kathmandu", "2026-10-24T20:00", "Sun 2026-10-25 02:30"),
        // Lord Howe's clocks go back by half an hour at two, and forward by as much.
        ("Australia/Lord_Howe", "2026-04-04T20:00", "Sun 2026-04-05 02:30"),
        ("Australia/Lord_Howe", "2026-10-03T20:00", "Sun 2026-10-04 02:30"),
    ] {
        assert_eq!(closes(&night, zone, at), ends, "{zone} {at}");
    }
    let zone = Zone::parse("Europe/Berlin").unwrap();
    let ends = |at: &str| night.closes_after(at.parse().unwrap(), zone.rules()).to_string();
    assert_eq!(ends("2026-10-25T00:29:59Z"), "2026-10-25T00:30:00Z", "half past two for the first time");
    assert_eq!(ends("2026-10-25T00:30:00Z"), "2026-10-25T02:00:00Z", "three, after half past two came again");
    let around_the_clock = OpeningHours::default();
    let ends = |at: &str| around_the_clock.closes_after(at.parse().unwrap(), zone.rules()).to_string();
    assert_eq!(ends("2026-03-28T12:00:00Z"), "2026-03-29T01:00:00Z", "23 hours");
    assert_eq!(ends("2026-10-24T12:00:00Z"), "2026-10-25T02:00:00Z", "25 hours");
}

#[test]
fn hours_that_contradict_themselves_are_refused() {
    let refused = |days: [&str; 7]| OpeningHours::new(days.map(day), DAY_ENDS).unwrap_err().to_string();
    let closed = ["", "", "", "", "", ""];
    let monday = |spans| [spans, closed[0], closed[1], closed[2], closed[3], closed[4], closed[5]];
    assert_eq!(refused(monday("08:00-12:00 11:59-14:00")), "Monday: 08:00–12:00 overlaps 11:59–14:00");
    assert_eq!(refused(monday("08:00-08:00 09:00-10:00")), "Monday: 08:00–08:00 overlaps 09:00–10:00");
    assert_eq!(refused(["18:00-04:00", "03:00-12:00", "", "", "", "", ""]), "Monday: 18:00–04:00 overlaps 03:00–12:00");
    assert_eq!(refused(["01:00-12:00", "", "", "", "", "", "20:00-02:00"]), "Sunday: 20:00–02:00 overlaps 01:00–12:00");
    assert!(
        refused(monday("01:00-02:00 03:00-04:00 05:00-06:00 07:00-08:00 09:00-10:00 11:00-12:00 13:00-14:00"))
            .contains("at most 6")
    );
    for good in ["08:00-12:00 12:00-14:00", "14:00-18:00 08:00-12:00", "00:00-00:00", "23:59-00:00"] {
        assert!(OpeningHours::new(monday(good).map(day), DAY_ENDS).is_ok(), "{good}");
    }
}

#[test]
fn times_are_read_as_people_write_them() {
    for (text, time) in
        [("09:00", "09:00"), ("9:00", "09:00"), ("00:00", "00:00"), ("24:00", "00:00"), ("23:59", "23:59")]
    {
        assert_eq!(written(time_of_day(text).unwrap()), time);
    }
    for bad in ["", "9", "9:0", "25:00", "24:01", "12:60", "-1:00", "+9:00", "12:00:00", "noon", "12.30", " 9:00"] {
        assert!(time_of_day(bad).is_err(), "{bad}");
    }
}

#[test]
fn hours_come_back_from_their_record() {
    let shop = hours(["08:00-12:00 14:00-18:30", "", "", "08:00-24:00", "18:00-04:00", "", ""]);
    let json = serde_json::to_string(&shop).unwrap();
    assert!(json.contains(r#"{"from":"18:00","to":"04:00"}"#) && json.contains(r#""day_ends":"03:00""#), "{json}");
    assert_eq!(serde_json::from_str::<OpeningHours>(&json).unwrap(), shop);
    let overlapping = json.replacen("12:00", "15:00", 1);
    assert!(serde_json::from_str::<OpeningHours>(&overlapping).is_err());
}

proptest! {
    /// Whatever the hours: the end lies ahead, not further than two business days, and it never goes back.
    #[test]
    fn the_end_of_a_business_day_lies_ahead(
        starts in proptest::collection::vec((0_i8..24, 0_i8..24), 7),
        zone in proptest::sample::select(vec!["UTC", "Europe/Berlin", "Asia/Kathmandu", "Australia/Lord_Howe", "America/St_Johns", "Pacific/Apia"]),
        second in 1_300_000_000_i64..1_800_000_000,
        later in 0_i64..200_000,
        day_ends in 0_i8..24,
    ) {
        let time = |hour| Time::new(hour, 0, 0, 0).unwrap();
        // Equal hours stand for a closed day, so that most weeks have one.
        let days = std::array::from_fn(|place| {
            let (from, to) = starts[place];
            if from < to { vec![OpenSpan { from: time(from), to: time(to) }] } else { Vec::new() }
        });
        let hours = OpeningHours::new(days, time(day_ends)).unwrap();
        let zone = Zone::parse(zone).unwrap();
        let at = Timestamp::from_second(second).unwrap();
        let end = hours.closes_after(at, zone.rules());
        prop_assert!(end > at);
        prop_assert!(end.duration_since(at) <= SignedDuration::from_hours(49), "{at} {end}");
        let next = hours.closes_after(crate::clock::shift(at, SignedDuration::from_secs(later)), zone.rules());
        prop_assert!(next >= end);
    }
}
