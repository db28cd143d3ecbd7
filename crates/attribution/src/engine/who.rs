//! Who may have been there: what visitors' looks and tracks, and the changes around it, say of one change.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::visitors::Visitor;
use super::{Engine, RECENT_MS, SensedFace};
use crate::clash::{Recent, exclude};
use crate::contents;
use crate::numbers::{exp, ln, ln_sum, ln_sum_alike};
use crate::presence::{Look, Moment, Scene, Whereabouts, spot};
use domain::ids::{ShoppingSessionId, Sku};
use sensing::weight_change::WeightChange;

/// Visitors less likely than this (natural logarithm) to have been there are left out.
const UNLIKELY: f64 = -10.0;
/// At most so many visitors are weighed for one change.
const MOST_SUSPECTS: usize = 32;
/// A slot of which nobody knows where it stands: anywhere along its shelf, evenly.
const ANYWHERE: f64 = 0.29;
/// A face that resembled nobody speaks for this long before and after (ms).
const STRANGER_MS: i64 = 30_000;
/// A visitor who was seen this short a time ago (ms) …
const TURNED_MS: i64 = 1_500;
/// … this near (m) has turned away.
const TURNED_M: f64 = 0.35;
/// At most so many changes after the one in question are looked at.
const SOON: usize = 8;

impl Engine {
    pub(super) fn moment(&self, change: &WeightChange, place: f64) -> Moment {
        let shelf = &self.layout.shelves[change.shelf];
        let nearest = (place.round().max(0.0) as usize).min(shelf.sensors.len().saturating_sub(1));
        let (x, spread) = shelf.sensors.get(nearest).map_or((0.5, ANYWHERE), |sensor| (sensor.x, sensor.x_spread));
        let camera = &self.layout.cameras[shelf.camera];
        let blur_m = spread * camera.length_m();
        Moment {
            began_ms: change.began_ms,
            ended_ms: change.ended_ms,
            slot: self.layout.slot_m(change.shelf, place),
            z_m: shelf.z_m,
            stand: camera.point(x, self.rules.presence.standing_m),
            variance: blur_m * blur_m,
        }
    }

    /// Who may have been there, given that nobody is in two places at once: what is known of the changes just before
    /// and after speaks too.
    pub(super) fn who_alone(&self, moment: &Moment) -> (Vec<(usize, f64)>, f64) {
        let (who, ln_nobody) = self.who(moment);
        let soon = self.waiting.iter().take(self.soon(moment));
        let after: Vec<_> = soon
            .map(|other| match &other.by_sight {
                Some(recent) => Cow::Borrowed(recent),
                None => Cow::Owned(self.by_sight(&other.change)),
            })
            .collect();
        let after: Vec<&Recent> = after.iter().map(Cow::as_ref).collect();
        let before = self.recent.concerning(&who);
        exclude(moment, who, ln_nobody, &before, &after)
    }

    /// Keeps who may have done the changes soon after a moment: each of them concerns many before it, and a busy store has many people.
    pub(super) fn look_ahead(&mut self, moment: &Moment) {
        for place in 0..self.soon(moment) {
            if self.waiting[place].by_sight.is_none() {
                self.waiting[place].by_sight = Some(self.by_sight(&self.waiting[place].change));
            }
        }
    }

    /// How many of the changes that wait are soon after a moment.
    fn soon(&self, moment: &Moment) -> usize {
        let until = moment.middle_ms() + RECENT_MS;
        self.waiting.iter().take(SOON).take_while(|other| other.change.middle_ms() <= until).count()
    }

    fn by_sight(&self, change: &WeightChange) -> Recent {
        let moment = self.moment(change, contents::place(change));
        let (who, _) = self.who(&moment);
        Recent { moment, who: who.into_iter().map(|(who, ln)| (who, exp(ln))).collect() }
    }

    pub(super) fn follow_tracks(&mut self, to_ms: i64) {
        if self.tracks.is_empty() {
            return;
        }
        let present = self.visitors.present(to_ms);
        let visitors: Vec<_> = present.iter().map(|(_, one)| (one.session, &one.whereabouts)).collect();
        self.tracks.advance(to_ms, &visitors);
    }

    /// Who may have been there by sight alone: visitors with the logarithms of their probabilities, and that of nobody known.
    fn who(&self, moment: &Moment) -> (Vec<(usize, f64)>, f64) {
        self.who_by(moment, |visitor| Cow::Borrowed(&visitor.whereabouts))
    }

    /// As [`Engine::who`], by what is taken for each visitor's whereabouts.
    fn who_by<'a>(
        &'a self,
        moment: &Moment,
        whereabouts: impl Fn(&'a Visitor) -> Cow<'a, Whereabouts>,
    ) -> (Vec<(usize, f64)>, f64) {
        let rules = &self.rules.presence;
        let scene = Scene::new(moment, rules);
        let present = self.visitors.present(moment.middle_ms());
        // In a large store most have never been seen at a shelf: the same is true of all of them.
        let never_seen = Whereabouts::default().ln_density(&scene);
        let seen = |visitor: &'a Visitor| match visitor.whereabouts.looks.is_empty() {
            true => never_seen,
            false => whereabouts(visitor).ln_density(&scene),
        };
        let mut who: Vec<_> = present.iter().map(|&(number, visitor)| (number, seen(visitor))).collect();
        if !self.tracks.is_empty() {
            let visitors: Vec<_> = present.iter().map(|(_, one)| (one.session, &one.whereabouts)).collect();
            let tracked = self.tracks.ln_at_slot(moment, &visitors, rules);
            // Tracks already speak for the faces on them; faces alone count where the tracker missed somebody.
            for ((_, ln_it), tracked) in who.iter_mut().zip(tracked) {
                *ln_it = ln_sum([tracked, *ln_it + ln(rules.untracked)].into_iter());
            }
        }
        // Hidden before and after, like a visitor who was never seen.
        let unseen = ln(rules.nobody) - ln(rules.area_m2) + 2.0 * ln(rules.hidden);
        let stranger = self.stranger(moment.middle_ms(), &scene).map(|density| ln(rules.stranger) + density);
        let unknown = ln_sum([unseen].into_iter().chain(stranger));
        let all = ln_sum_alike(who.iter().map(|one| one.1).chain([unknown]));
        for one in &mut who {
            one.1 -= all;
        }
        who.retain(|one| one.1 > UNLIKELY);
        // More people than these are not told apart: it was one of them, or of those left out.
        let mut left_out = Vec::new();
        if who.len() > MOST_SUSPECTS {
            who.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
            left_out = who.split_off(MOST_SUSPECTS);
            who.sort_by_key(|one| one.0);
        }
        (who, ln_sum_alike(left_out.iter().map(|one| one.1).chain([unknown - all])))
    }

    /// How densely a face that resembled nobody is expected there, if one was seen lately.
    fn stranger(&self, at: i64, scene: &Scene<'_>) -> Option<f64> {
        let rules = &self.rules.presence;
        let lately = |at_ms: i64| (at_ms - at).abs() <= STRANGER_MS;
        let about =
            self.strangers_about_ms.filter(|at_ms| lately(*at_ms)).map(|_| 2.0 * ln(rules.hidden) - ln(rules.area_m2));
        let seen = self.strangers.looks.as_slice().iter().any(|look| lately(look.at_ms));
        let seen = seen.then(|| self.strangers.ln_density(scene));
        [about, seen].into_iter().flatten().reduce(f64::max)
    }

    /// Keeps a face that resembled nobody, unless it is where a visitor was seen just now: that one has turned away.
    pub(super) fn see_stranger(&mut self, at_ms: i64, camera: usize, face: &SensedFace) {
        let rules = &self.rules.presence;
        let Some((place, variance)) = spot(camera, [face.x, face.size], &self.layout, rules) else {
            return;
        };
        let here = |look: &Look| {
            let (dx, dy) = (look.place[0] - place[0], look.place[1] - place[1]);
            (1..=TURNED_MS).contains(&(at_ms - look.at_ms)) && dx * dx + dy * dy < TURNED_M * TURNED_M
        };
        let turned_away = self.visitors.last_looks(at_ms - TURNED_MS).any(here);
        if !turned_away {
            self.strangers.look(Look { at_ms, place, sure: 1.0, variance, is_face: true, within_m: face.within_m });
        }
    }

    /// Whoever surely did it was surely there: as good as a look.
    pub(super) fn learn(&mut self, moment: &Moment, by_visitor: &BTreeMap<usize, f64>) {
        let reach = self.rules.presence.reach_m;
        for (&who, &sure) in by_visitor {
            if sure >= 0.9 {
                let variance = reach * reach;
                let look = Look {
                    at_ms: moment.middle_ms(),
                    place: moment.stand,
                    sure,
                    variance,
                    is_face: false,
                    within_m: 0.0,
                };
                self.visitors.look(who, look);
            }
        }
    }

    /// How likely each visitor who is still here did it, by what was seen until now and nothing else: what to show at once.
    pub fn at_first_sight(&self, change: &WeightChange) -> Vec<(ShoppingSessionId, f64)> {
        let (who, _) = self.who(&self.moment(change, contents::place(change)));
        let open = |(who, ln): &(usize, f64)| {
            let visitor = self.visitors.open_one(*who)?;
            Some((visitor.session, exp(*ln)))
        };
        who.iter().filter_map(open).collect()
    }

    /// How likely each visitor did it, also where their receipt is final, by what was seen until now and nothing else.
    pub fn by_sight_of_all(&self, change: &WeightChange) -> Vec<(ShoppingSessionId, f64)> {
        let (who, _) = self.who(&self.moment(change, contents::place(change)));
        let of = |&(who, ln): &(usize, f64)| Some((self.visitors.get(who)?.session, exp(ln)));
        who.iter().filter_map(of).collect()
    }

    /// How far the nearest tracked hand that may be each visit's was from where a change happened, metres.
    pub fn hands_near(&self, change: &WeightChange) -> BTreeMap<ShoppingSessionId, f64> {
        self.tracks.hands_near(&self.moment(change, contents::place(change)))
    }

    /// As [`Engine::by_sight_of_all`], of a change that was weighed: that it was put down to somebody then is no sign that they
    /// were there.
    pub fn in_hindsight(&self, change: &WeightChange) -> Vec<(ShoppingSessionId, f64)> {
        let moment = self.moment(change, contents::place(change));
        let concluded = |look: &Look| look.at_ms == moment.middle_ms() && !look.is_face;
        let (who, _) = self.who_by(&moment, |visitor| {
            let looks = visitor.whereabouts.looks.as_slice();
            match looks.iter().any(concluded) {
                true => {
                    Cow::Owned(Whereabouts { looks: looks.iter().copied().filter(|one| !concluded(one)).collect() })
                }
                false => Cow::Borrowed(&visitor.whereabouts),
            }
        });
        let of = |&(who, ln): &(usize, f64)| Some((self.visitors.get(who)?.session, exp(ln)));
        who.iter().filter_map(of).collect()
    }

    /// What a change was, by place and weight and nothing else: products with units. Empty where nothing that belongs there explains it.
    pub fn what_at_first_sight(&self, change: &WeightChange) -> Vec<(Sku, u32)> {
        let explanations = contents::explain(change, &self.layout, &self.rules.contents);
        let best = explanations.iter().find(|one| one.parts.iter().all(|part| part.at_home));
        let part = |part: &contents::Part| (self.layout.products[part.product].sku.clone(), part.taken.unsigned_abs());
        best.map(|best| best.parts.iter().map(part).collect()).unwrap_or_default()
    }

    /// How likely each visitor was there, for `--explain`.
    pub fn presence(&self, change: &WeightChange) -> Vec<(ShoppingSessionId, f64)> {
        let moment = self.moment(change, contents::place(change));
        let (who, _) = self.who_alone(&moment);
        let of = |&(who, ln): &(usize, f64)| Some((self.visitors.get(who)?.session, exp(ln)));
        who.iter().filter_map(of).collect()
    }
}
