//! Prints each change with its evidence, the candidates and their probabilities.

use std::io::{self, Write};

use attribution::receipt::{Attributed, Possibility};

use crate::player::Played;
use crate::store_file::Store;
use crate::truth::Receipts;

/// Possibilities below this are summed up.
const SHOWN: f64 = 0.01;

/// Prints what a trace's changes were taken for, and beside them what really happened, where that is known by now.
///
/// # Errors
///
/// Where `out` cannot be written to.
pub fn explain(played: &Played, store: &Store, truth: Option<&Receipts>, out: &mut impl Write) -> io::Result<()> {
    let mut real: Vec<_> = truth.iter().flat_map(|truth| &truth.interactions).collect();
    for attributed in &played.attributed {
        one(played, store, attributed, out)?;
        let change = &attributed.change;
        let shelf = &store.layout.shelves[change.shelf];
        let near = |t_ms: i64| t_ms >= change.began_ms - 1_500 && t_ms <= change.ended_ms + 1_500;
        let moved = |sensors: &[String]| {
            let own = change.sensors.iter().map(|sensor| shelf.sensors[sensor.sensor].id.as_str());
            own.into_iter().any(|id| sensors.iter().any(|other| other == id))
        };
        let is_it = |t_ms: i64, sensors: &[String]| near(t_ms) && moved(sensors);
        for was in real.extract_if(.., |was| is_it(was.t_ms, &was.sensors)) {
            writeln!(out, "    really: {} {:+} {} at {} ms", was.session, was.quantity, was.sku, was.t_ms)?;
        }
    }
    for was in real {
        writeln!(
            out,
            "  not sensed: {} {:+} {} at {} ms on {:?}",
            was.session, was.quantity, was.sku, was.t_ms, was.sensors
        )?;
    }
    for receipt in &played.receipts {
        writeln!(out, "  receipt of {}, final at {} ms", played.name(receipt.session), receipt.at_ms)?;
        for line in &receipt.lines {
            writeln!(out, "    {} {:.3?} {:?}", line.sku, line.units, line.verdicts)?;
        }
    }
    Ok(())
}

fn one(played: &Played, store: &Store, attributed: &Attributed, out: &mut impl Write) -> io::Result<()> {
    let change = &attributed.change;
    let shelf = &store.layout.shelves[change.shelf];
    write!(out, "  {} to {} ms, shelf {}: ", change.began_ms, change.ended_ms, shelf.id)?;
    match change.units {
        Some(units) => write!(out, "{units:+} units")?,
        None => write!(out, "{:+.1} g (±{:.1})", change.grams(), change.spread_g())?,
    }
    let sensors = change.sensors.iter().filter(|sensor| sensor.grams.abs() >= 3.0);
    for sensor in sensors {
        write!(out, " {}{:+.0}", shelf.sensors[sensor.sensor].id, sensor.grams)?;
    }
    writeln!(out)?;
    let (shown, rest): (Vec<_>, Vec<_>) = attributed.answers.iter().partition(|answer| answer.probability >= SHOWN);
    for answer in shown {
        writeln!(out, "    {:.3} {}", answer.probability, said(played, answer))?;
    }
    let rest: f64 = rest.iter().map(|answer| answer.probability).sum();
    if rest >= 0.001 { writeln!(out, "    {rest:.3} other") } else { Ok(()) }
}

fn said(played: &Played, answer: &Possibility) -> String {
    let who = answer.session.map_or("somebody unknown", |session| played.name(session));
    if answer.parts.is_empty() {
        return "nothing that anybody pays for".to_owned();
    }
    let parts: Vec<_> = answer.parts.iter().map(|(sku, taken)| format!("{taken:+} {sku}")).collect();
    format!("{who} {}", parts.join(" and "))
}
