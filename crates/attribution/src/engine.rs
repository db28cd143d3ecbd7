//! The engine: takes in whatever a store senses, as it comes, and gives receipts.
//!
//! # How to drive it
//!
//! One engine a store. Call [`Engine::receive`] with everything that is sensed, in the order in which it arrives, each
//! with its own time; call [`Engine::advance`] with the present time whenever something has arrived and at
//! [`Engine::next_ms`]. A change at the shelf is weighed once [`Rules::lag_ms`] has passed since it, so that sightings
//! after it count; a receipt is final [`Rules::settle_ms`] after the exit and is never changed again. In between
//! [`Engine::likely_carts`] shows what is likely. A change that arrives later than its visitors' receipts is given as
//! [`Attributed`] to whoever is still there or to nobody; it changes no receipt.
//!
//! The engine has no clock and no randomness, and sorts whatever it iterates over: the same calls give the same bytes.

pub mod misplaced;
mod upkeep;
mod visitors;
mod who;

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use crate::belief::{Judged, believe};
use crate::clash::Recent;
use crate::clash::lately::Lately;
use crate::contents;
use crate::doors::Door;
use crate::hypotheses::Group;
use crate::hypotheses::groups::Groups;
use crate::hypotheses::question::{Answer, Question};
use crate::layout::Layout;
use crate::numbers::ln;
use crate::presence::{Face, Whereabouts, looks};
use crate::receipt::{Attributed, Possibility, Receipt};
use crate::rules::{Policy, Rules};
use crate::takings::Takings;
use crate::tracks::{TrackName, Tracked, Tracks};
use domain::ids::ShoppingSessionId;
use sensing::weight_change::WeightChange;

pub use upkeep::Remembered;
use visitors::{Visitor, Visitors};

/// Something that the store sensed.
#[derive(Clone, PartialEq, Debug)]
pub enum Sensed {
    /// A shopper walked in.
    Entered(ShoppingSessionId),
    /// A shopper walked out.
    Left(ShoppingSessionId),
    /// Faces in one picture.
    Sighted {
        /// Index of the camera.
        camera: usize,
        /// The faces.
        faces: Vec<SensedFace>,
    },
    /// Somebody who is not known was seen away from all shelves.
    StrangerAbout,
    /// A tracker's position of a shopper.
    Positioned {
        /// The track.
        track: TrackName,
        /// How likely it is each visit, where the tracker says so.
        whose: Vec<(ShoppingSessionId, f64)>,
        /// Head, metres.
        head: [f64; 2],
        /// Hands, metres.
        hands: Vec<[f64; 3]>,
    },
    /// A change at a shelf.
    Changed(WeightChange),
}

/// A face in a picture, with whom it may show.
#[derive(Clone, PartialEq, Debug)]
pub struct SensedFace {
    /// Centre across the frame, 0 to 1.
    pub x: f64,
    /// Height over the frame's height.
    pub size: f64,
    /// Its owner may as well stand anywhere within this distance, metres: 0 for a face; a code is held up from anywhere before
    /// the shelf.
    pub within_m: f64,
    /// Visits and cosine similarities, best first. None: it resembles nobody who is in the store, and may be a stranger.
    pub candidates: Vec<(ShoppingSessionId, f64)>,
}

/// What the engine gives.
#[derive(Clone, PartialEq, Debug)]
pub enum Outcome {
    /// A change has been weighed.
    Attributed(Attributed),
    /// A receipt is final.
    Settled(Receipt),
}

/// A change that has not been weighed yet.
#[derive(Clone, Debug)]
struct Waiting {
    change: WeightChange,
    /// Who it may have been, as far as was seen when a change before it was weighed.
    by_sight: Option<Recent>,
}

/// The engine of one store.
#[derive(Clone, Debug)]
pub struct Engine {
    layout: Layout,
    rules: Rules,
    visitors: Visitors,
    /// Faces that resembled nobody.
    strangers: Whereabouts,
    /// When somebody unknown was last seen away from the shelves.
    strangers_about_ms: Option<i64>,
    tracks: Tracks,
    entry: Door,
    exit: Door,
    /// By time.
    waiting: VecDeque<Waiting>,
    groups: Groups,
    takings: Takings,
    /// By product, the logarithm of how likely it is taken from where nobody knows it to stand.
    ln_strays: Vec<f64>,
    /// Changes that were weighed lately, with who did them.
    recent: Lately,
    now_ms: i64,
}

/// A misplaced product is looked for this long (ms): two hours, then staff have tidied up.
const STRAYS_MS: i64 = 7_200_000;
/// Changes further apart than this (ms) do not exclude each other: one walks through the whole store in that time.
const RECENT_MS: i64 = 4_000;

impl Engine {
    /// An engine for a store in which nobody is yet.
    pub fn new(layout: Layout, mut rules: Rules) -> Self {
        rules.presence.fit(&layout);
        let ln_strays = layout.astray.iter().map(|share| ln(share * rules.contents.stray)).collect();
        Self {
            layout,
            rules,
            ln_strays,
            visitors: Visitors::default(),
            strangers: Whereabouts::default(),
            strangers_about_ms: None,
            tracks: Tracks::default(),
            entry: Door::default(),
            exit: Door::default(),
            waiting: VecDeque::new(),
            groups: Groups::default(),
            takings: Takings::default(),
            recent: Lately::default(),
            now_ms: i64::MIN,
        }
    }

    /// The store that it knows.
    pub fn layout(&self) -> &Layout {
        &self.layout
    }

    /// What it goes by.
    pub fn rules(&self) -> &Rules {
        &self.rules
    }

    /// Takes in what was sensed at `at_ms`. False where it is about nobody known: a visit that never began or is over.
    pub fn receive(&mut self, at_ms: i64, sensed: Sensed) -> bool {
        match sensed {
            Sensed::Entered(session) => {
                if self.visitors.number(&session).is_some() {
                    return false;
                }
                let whereabouts = Whereabouts { looks: self.entry.look(at_ms).into_iter().collect() };
                self.visitors.add(session, at_ms, whereabouts);
            }
            Sensed::Left(session) => {
                let Some(who) = self.visitors.number(&session) else { return false };
                let Some(visitor) = self.visitors.open_mut(who).filter(|visitor| visitor.left_ms.is_none()) else {
                    return false;
                };
                if let Some(last) = visitor.whereabouts.looks.last() {
                    self.exit.learn(at_ms, last);
                }
                if let Some(look) = self.exit.look(at_ms) {
                    visitor.whereabouts.look(look);
                }
                self.visitors.leave(who, at_ms, at_ms + self.rules.settle_ms);
            }
            Sensed::Sighted { camera, faces } => {
                // Whoever is known first: a face beside theirs is not theirs.
                let (strangers, faces): (Vec<_>, Vec<_>) =
                    faces.into_iter().partition(|face| face.candidates.is_empty());
                for face in faces {
                    let known = |(session, similarity): (ShoppingSessionId, f64)| {
                        self.visitors.number(&session).map(|number| (number, similarity))
                    };
                    let candidates = face.candidates.into_iter().filter_map(known).collect();
                    let face = Face { x: face.x, size: face.size, within_m: face.within_m, candidates };
                    for (who, look) in looks(at_ms, camera, &face, &self.layout, &self.rules.presence) {
                        if let Some(visitor) = self.visitors.open_mut(who) {
                            if visitor.whereabouts.looks.as_slice().iter().all(|look| !look.is_face) {
                                self.entry.learn(visitor.entered_ms, &look);
                            }
                            visitor.whereabouts.look(look);
                        }
                    }
                }
                for face in &strangers {
                    self.see_stranger(at_ms, camera, face);
                }
            }
            Sensed::StrangerAbout => self.strangers_about_ms = self.strangers_about_ms.max(Some(at_ms)),
            Sensed::Positioned { track, whose, head, hands } => {
                self.tracks.take(track, Tracked { at_ms, head, hands, whose });
            }
            Sensed::Changed(change) => {
                let key = |change: &WeightChange| (change.middle_ms(), change.shelf);
                let place = self.waiting.partition_point(|other| key(&other.change) <= key(&change));
                self.waiting.insert(place, Waiting { change, by_sight: None });
            }
        }
        true
    }

    /// Lets the time come to `now_ms`: weighs what has waited long enough and settles what is due.
    pub fn advance(&mut self, now_ms: i64, outcomes: &mut Vec<Outcome>) {
        self.now_ms = self.now_ms.max(now_ms);
        loop {
            let weigh_ms = self.waiting.front().map(|first| first.change.middle_ms() + self.rules.lag_ms);
            let settle = self.visitors.next_to_settle();
            match (weigh_ms, settle) {
                (Some(at), due) if at <= now_ms && due.is_none_or(|(settle_ms, _)| at <= settle_ms) => {
                    let Some(first) = self.waiting.pop_front() else { return };
                    outcomes.push(Outcome::Attributed(self.weigh(first.change)));
                }
                (_, Some((at, who))) if at <= now_ms => outcomes.extend(self.settle(at, who).map(Outcome::Settled)),
                _ => return,
            }
        }
    }

    /// When [`Engine::advance`] has something to do next, milliseconds.
    pub fn next_ms(&self) -> Option<i64> {
        let weigh = self.waiting.front().map(|first| first.change.middle_ms() + self.rules.lag_ms);
        let settle = self.visitors.next_to_settle().map(|(at, _)| at);
        weigh.into_iter().chain(settle).min()
    }

    /// Everything is over: weighs what waits and settles everybody, also those of whom no exit was seen.
    pub fn finish(&mut self, outcomes: &mut Vec<Outcome>) {
        self.advance(i64::MAX / 2, outcomes);
        let open: Vec<_> = self.visitors.open().map(|(who, _)| who).collect();
        let at_ms = self.now_ms;
        outcomes.extend(open.into_iter().filter_map(|who| self.settle(at_ms, who)).map(Outcome::Settled));
    }

    /// What every open visit would come to if everything were weighed now: what phones and the monitor show. Weighs
    /// ahead in a copy, so ask a few times a second, not for every sighting.
    pub fn likely_carts(&self) -> Vec<Receipt> {
        let mut ahead = self.clone();
        while let Some(first) = ahead.waiting.pop_front() {
            ahead.weigh(first.change);
        }
        let cart = |(who, visitor): (usize, &Visitor)| {
            let lines = believe(&ahead.groups, who, &Policy::BillAll, &self.layout, |_, units| Judged::as_held(units));
            Receipt { session: visitor.session, at_ms: self.now_ms, lines }
        };
        self.visitors.open().map(cart).collect()
    }

    fn settle(&mut self, at_ms: i64, who: usize) -> Option<Receipt> {
        let session = self.visitors.settle(who, at_ms)?;
        let policy = self.rules.policy;
        let judge = |product: usize, units: Vec<f64>| match policy {
            Policy::BillAll => Judged::as_held(units),
            Policy::LeastCost(_) => self.takings.judge(who, product, &units, self.rules.together),
        };
        let lines = believe(&self.groups, who, &policy, &self.layout, judge);
        let receipt = Receipt { session, at_ms, lines };
        self.takings.forget(who);
        self.groups.forget(who, at_ms - STRAYS_MS, self.rules.kept);
        Some(receipt)
    }

    fn weigh(&mut self, change: WeightChange) -> Attributed {
        let explanations = contents::explain(&change, &self.layout, &self.rules.contents);
        let place = contents::place(&change);
        let moment = self.moment(&change, place);
        self.visitors.turn_to(moment.middle_ms());
        self.follow_tracks(moment.middle_ms());
        self.look_ahead(&moment);
        let (who, ln_nobody) = self.who_alone(&moment);
        let question = Question {
            explanations: &explanations,
            who: &who,
            ln_nobody,
            shelf: change.shelf,
            place,
            at_ms: change.middle_ms(),
            ln_strays: &self.ln_strays,
        };
        let kept = self.rules.kept;
        let asked = question.asked();
        let mut group = Group::new();
        for number in self.groups.asked(&asked) {
            let keys = self.groups.get(number).map_or_else(BTreeSet::new, |own| own.concerned(&question, &asked));
            if keys.is_empty() {
                continue;
            }
            let Some(own) = self.groups.take(number) else { continue };
            if group.len() * own.len() <= kept {
                group = group.join(&own, kept);
            } else {
                // Too much to be kept together: what is not asked about goes its own way, and if need be all does.
                let (own, rest) = own.split(&keys, kept);
                self.groups.put(number, rest);
                if group.len() * own.len() <= kept {
                    group = group.join(&own, kept);
                } else {
                    group = own.scatter(kept).iter().fold(group, |group, one| group.join(one, kept));
                }
            }
        }
        let (answers, groups) = group.answer(&question, kept, &self.rules.contents);
        groups.into_iter().for_each(|group| self.groups.push(group));
        self.takings.note(&answers, &explanations);
        let by_visitor = by_visitor(&answers);
        for (&who, _) in by_visitor.iter().filter(|(who, _)| self.visitors.is_settled(**who)) {
            // Nothing changes a receipt that is final.
            self.groups.forget(who, i64::MIN, kept);
            self.takings.forget(who);
        }
        self.learn(&moment, &by_visitor);
        self.recent.forget_before(moment.began_ms - RECENT_MS);
        self.recent.push(Recent::of(moment, by_visitor));
        let answers = answers
            .iter()
            .filter(|answer| answer.probability >= 0.001)
            .map(|answer| Possibility {
                session: answer.who.and_then(|who| self.visitors.get(who)).map(|visitor| visitor.session),
                parts: explanations[answer.explanation]
                    .parts
                    .iter()
                    .map(|part| (self.layout.products[part.product].sku.clone(), part.taken))
                    .collect(),
                probability: answer.probability,
            })
            .collect();
        Attributed { change, answers }
    }
}

fn by_visitor(answers: &[Answer]) -> BTreeMap<usize, f64> {
    let mut by_visitor: BTreeMap<usize, f64> = BTreeMap::new();
    for answer in answers {
        if let Some(who) = answer.who {
            *by_visitor.entry(who).or_default() += answer.probability;
        }
    }
    by_visitor
}

#[cfg(test)]
mod tests;
