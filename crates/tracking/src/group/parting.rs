//! Who is who among people who were near each other, by how they moved before and after.
//!
//! While people touch, figures of one are taken for another's, and what was seen then says less than it seems to. How each
//! came and how each goes away is seen well. So the explanations' weights count only in part, and with them counts how
//! naturally each pair of ways goes together.

use nalgebra::{Matrix2, Matrix4, Vector4};

use super::{Entry, Group};
use crate::person::Person;
use crate::shares::Shares;
use crate::tracker::TrackId;

/// What of the explanations' weights counts: about half, as an order of bodies takes the share of each into account, and
/// shares of two who were exchanged are one thing said twice.
const INSIDE_WEIGHT: f64 = 0.45;
/// Power of a walker's acceleration, m²/s³: who goes on as they are, and who starts, stops or turns.
const STEADY: f64 = 0.08;
const MANOEUVRE: f64 = 1.6;
/// How often somebody starts, stops or turns, a second.
const MANOEUVRES_A_SECOND: f64 = 0.35;
/// How well places (m) and velocities (m/s) are known at both ends.
const PLACE_SD_M: f64 = 0.1;
const VELOCITY_SD: f64 = 0.3;
/// Motion says at most so much for or against one person (natural logarithm).
const MOST: f64 = 3.0;

/// In larger groups only the explanations count: there are too many ways to go through.
const LARGEST: usize = 5;

/// For each body of the likeliest explanation, which of those who came into the group it may be.
pub(super) fn who_is_who(group: &Group) -> Vec<Shares<TrackId>> {
    let inside = group.shares();
    let people: Vec<&Person> = group.likeliest().members.iter().map(|member| &member.person).collect();
    let count = people.len();
    if !(2..=LARGEST).contains(&count) {
        return inside;
    }
    let motion: Vec<Vec<f64>> = people
        .iter()
        .map(|person| {
            let all: Vec<f64> = group.entries.iter().map(|entry| ln_motion(entry, person)).collect();
            let best = all.iter().copied().fold(f64::NEG_INFINITY, f64::max);
            all.iter().map(|ln| ln.max(best - MOST)).collect()
        })
        .collect();
    let pair = |body: usize, entry: usize| {
        let share = inside[body].of(group.tracks[entry]).max(1e-3);
        (INSIDE_WEIGHT * share.ln() + motion[body][entry]).exp()
    };
    let mut sums = vec![vec![0.0; count]; count];
    ways(count, &mut Vec::new(), &mut |way| {
        let weight: f64 = way.iter().enumerate().map(|(body, entry)| pair(body, *entry)).product();
        way.iter().enumerate().for_each(|(body, entry)| sums[body][*entry] += weight);
    });
    let shares = |row: &Vec<f64>| {
        let parts: Vec<_> = group.tracks.iter().map(|track| Shares::one(*track)).collect();
        Shares::mixed(row.iter().copied().zip(&parts))
    };
    sums.iter().map(shares).collect()
}

/// Calls `each` with every order of `count` numbers.
fn ways(count: usize, so_far: &mut Vec<usize>, each: &mut impl FnMut(&[usize])) {
    if so_far.len() == count {
        return each(so_far);
    }
    for next in 0..count {
        if !so_far.contains(&next) {
            so_far.push(next);
            ways(count, so_far, each);
            so_far.pop();
        }
    }
}

/// Natural logarithm of how likely somebody who came in so is where and how this one is now.
fn ln_motion(entry: &Entry, person: &Person) -> f64 {
    let seconds = ((person.at_ms - entry.at_ms).max(0) as f64 / 1000.0).max(0.05);
    let manoeuvre = 1.0 - (-MANOEUVRES_A_SECOND * seconds).exp();
    let walks_on = entry.place + entry.velocity * seconds;
    let (place, velocity) = (person.place() - walks_on, person.filter.velocity() - entry.velocity);
    let miss = Vector4::new(place.x, place.y, velocity.x, velocity.y);
    let ways = [(1.0 - manoeuvre, STEADY), (manoeuvre, MANOEUVRE)];
    let logs = ways.map(|(share, power)| share.ln() + ln_normal(&miss, &spread(seconds, power)));
    let most = logs[0].max(logs[1]);
    most + logs.iter().map(|ln| (ln - most).exp()).sum::<f64>().ln()
}

/// Covariance of place and velocity after some time of white acceleration.
fn spread(seconds: f64, power: f64) -> Matrix4<f64> {
    let (place, both, velocity) = (power * seconds.powi(3) / 3.0, power * seconds * seconds / 2.0, power * seconds);
    // Both ends are measured, and an error of the first velocity grows into the place.
    let place = place + 2.0 * PLACE_SD_M.powi(2) + (VELOCITY_SD * seconds).powi(2);
    let (both, velocity) = (both + VELOCITY_SD.powi(2) * seconds, velocity + 2.0 * VELOCITY_SD.powi(2));
    let axes = Matrix2::identity();
    let mut spread = Matrix4::zeros();
    spread.fixed_view_mut::<2, 2>(0, 0).copy_from(&(axes * place));
    spread.fixed_view_mut::<2, 2>(0, 2).copy_from(&(axes * both));
    spread.fixed_view_mut::<2, 2>(2, 0).copy_from(&(axes * both));
    spread.fixed_view_mut::<2, 2>(2, 2).copy_from(&(axes * velocity));
    spread
}

fn ln_normal(miss: &Vector4<f64>, covariance: &Matrix4<f64>) -> f64 {
    let Some(inverse) = covariance.try_inverse() else { return 0.0 };
    -0.5 * (miss.transpose() * inverse * miss).x - 0.5 * covariance.determinant().max(1e-12).ln()
}
