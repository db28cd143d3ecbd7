//! Who may have been there: what visitors' looks and tracks, and the changes around it, say of one change.

use std::collections::BTreeMap;

use super::{Engine, RECENT_MS, Visitor};
use crate::attribution::clash::{Recent, exclude};
use crate::attribution::contents;
use crate::attribution::numbers::{exp, ln, ln_sum};
use crate::attribution::presence::{Look, Moment};
use crate::ids::ShoppingSessionId;
use crate::shelf::weight_change::WeightChange;

/// Clocks of cameras and shelves agree to this (ms): somebody may be seen entering a moment after the first touch.
const CLOCKS_MS: i64 = 1_000;
/// Visitors less likely than this (natural logarithm) to have been there are left out.
const UNLIKELY: f64 = -10.0;
/// At most so many changes after the one in question are looked at.
const SOON: usize = 8;

impl Engine {
    pub(super) fn moment(&self, change: &WeightChange, place: f64) -> Moment {
        let shelf = &self.layout.shelves[change.shelf];
        let nearest = (place.round().max(0.0) as usize).min(shelf.sensors.len().saturating_sub(1));
        let x = shelf.sensors.get(nearest).map_or(0.5, |sensor| sensor.x);
        let camera = &self.layout.cameras[shelf.camera];
        Moment {
            began_ms: change.began_ms,
            ended_ms: change.ended_ms,
            slot: self.layout.slot_m(change.shelf, place),
            z_m: shelf.z_m,
            stand: camera.point(x, self.rules.presence.standing_m),
        }
    }

    /// Who may have been there, given that nobody is in two places at once: what is known of the changes just before
    /// and after speaks too.
    pub(super) fn who_alone(&self, moment: &Moment) -> (Vec<(usize, f64)>, f64) {
        let (who, ln_nobody) = self.who(moment);
        let soon = |change: &&WeightChange| change.middle_ms() <= moment.middle_ms() + RECENT_MS;
        let others: Vec<_> = self
            .waiting
            .iter()
            .take_while(soon)
            .take(SOON)
            .map(|change| {
                let moment = self.moment(change, contents::place(change));
                let (who, _) = self.who(&moment);
                Recent { moment, who: who.into_iter().map(|(who, ln)| (who, exp(ln))).collect() }
            })
            .collect();
        exclude(moment, who, ln_nobody, &self.recent, others)
    }

    pub(super) fn follow_tracks(&mut self, to_ms: i64) {
        let visitors: Vec<_> = present(&self.visitors, to_ms).map(|(_, one)| (one.session, &one.whereabouts)).collect();
        self.tracks.advance(to_ms, &visitors);
    }

    /// Who may have been there by sight alone: visitors with the logarithms of their probabilities, and that of nobody known.
    fn who(&self, moment: &Moment) -> (Vec<(usize, f64)>, f64) {
        let rules = &self.rules.presence;
        let at = moment.middle_ms();
        let present: Vec<_> = present(&self.visitors, at).collect();
        let visitors: Vec<_> = present.iter().map(|(_, visitor)| (visitor.session, &visitor.whereabouts)).collect();
        let tracked = self.tracks.ln_at_slot(moment, &visitors, rules);
        let mut who: Vec<_> = present
            .iter()
            .enumerate()
            .map(|(index, &(&number, visitor))| {
                let seen = visitor.whereabouts.ln_density(moment, rules);
                // Tracks already speak for the faces on them; faces alone count where the tracker missed somebody.
                let ln_it = match tracked.get(index) {
                    Some(tracked) => ln_sum([*tracked, seen + ln(rules.untracked)].into_iter()),
                    None => seen,
                };
                (number, ln_it)
            })
            .collect();
        let unknown = ln(rules.nobody) - ln(rules.area_m2) + ln(rules.hidden);
        let all = ln_sum(who.iter().map(|one| one.1).chain([unknown]));
        for one in &mut who {
            one.1 -= all;
        }
        who.retain(|one| one.1 > UNLIKELY);
        (who, unknown - all)
    }

    /// Whoever surely did it was surely there: as good as a look.
    pub(super) fn learn(&mut self, moment: &Moment, by_visitor: &BTreeMap<usize, f64>) {
        let reach = self.rules.presence.reach_m;
        for (&who, &sure) in by_visitor {
            if sure >= 0.9
                && let Some(visitor) = self.visitors.get_mut(&who)
            {
                let variance = reach * reach;
                let look = Look { at_ms: moment.middle_ms(), place: moment.stand, sure, variance, is_face: false };
                visitor.whereabouts.look(look);
            }
        }
    }

    /// How likely each visitor was there, for `--explain`.
    pub fn presence(&self, change: &WeightChange) -> Vec<(ShoppingSessionId, f64)> {
        let moment = self.moment(change, contents::place(change));
        let (who, _) = self.who_alone(&moment);
        who.iter().map(|(who, ln)| (self.visitors[who].session, exp(*ln))).collect()
    }
}

/// Visitors who were in the store at a time.
fn present(visitors: &BTreeMap<usize, Visitor>, at_ms: i64) -> impl Iterator<Item = (&usize, &Visitor)> {
    visitors
        .iter()
        .filter(move |(_, visitor)| visitor.entered_ms <= at_ms + CLOCKS_MS)
        .filter(move |(_, visitor)| visitor.left_ms.is_none_or(|left| at_ms <= left + CLOCKS_MS))
}
