//! People near each other, and the explanations of who of them went where.
//!
//! Somebody who stands alone is a group of one with one explanation. Where people touch, the figures of a camera can be
//! theirs in several ways; each way that is not far less likely than the best goes on with filters of its own. Two
//! explanations in which the same bodies stand at the same places become one again, and where they had different names for
//! a body, the body has both, as likely as the explanations were.

mod parting;

use nalgebra::Vector2;

use crate::assignment::{self, Choice};
use crate::figure::Figure;
use crate::person::{Person, ln_peak};
use crate::room::{Place, Room};
use crate::rules::Rules;
use crate::shares::Shares;
use crate::tracker::TrackId;
use crate::visibility;

/// One body of an explanation.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Member {
    pub(crate) person: Person,
    /// Which of those who came into the group it may be, by their tracks.
    pub(crate) shares: Shares<TrackId>,
}

/// Somebody as they came into a group: the last that is known of them alone.
#[derive(Debug, Clone, PartialEq)]
struct Entry {
    at_ms: i64,
    place: Place,
    velocity: Vector2<f64>,
    /// Who they may be of those who came into the store.
    who: Shares<TrackId>,
}

/// One explanation: who stands where.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Hypothesis {
    /// In the order of [`Group::tracks`].
    pub(crate) members: Vec<Member>,
    /// Natural logarithm of its probability.
    pub(crate) ln_weight: f64,
}

/// People near each other.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Group {
    pub(crate) tracks: Vec<TrackId>,
    /// In the order of the tracks.
    entries: Vec<Entry>,
    /// Never empty; the likeliest first.
    pub(crate) hypotheses: Vec<Hypothesis>,
}

/// What one camera offers to a group.
pub(crate) struct Offer<'a> {
    pub(crate) camera: usize,
    pub(crate) figures: Vec<&'a Figure>,
}

/// A figure whose joints lie further than this (mean square, in standard deviations) from where they should be is not that
/// person.
pub(crate) const WORST_SQUARE: f64 = 9.0;
/// Ways to read one camera's picture, and all cameras' pictures together, that are followed.
const WAYS: usize = 4;
/// Bodies of two explanations are the same ones where places (m) and velocities (m/s) differ by less.
const SAME_PLACE_M: f64 = 0.10;
const SAME_VELOCITY: f64 = 0.45;
/// Standard deviation of the place that one figure gives, metres.
const FIGURE_SD_M: f64 = 0.06;

/// Natural logarithm of how many figures of this score are nobody's, a picture and square metre: weak ones often are.
fn ln_nobody(figure: &Figure) -> f64 {
    -3.0 - 16.0 * figure.score.min(0.5)
}

impl Group {
    /// Somebody alone.
    pub(crate) fn of_one(track: TrackId, person: Person, who: Shares<TrackId>) -> Self {
        Self::afresh(vec![track], vec![person], vec![who])
    }

    /// People near each other of whom nothing else is known than who they may be.
    fn afresh(tracks: Vec<TrackId>, people: Vec<Person>, who: Vec<Shares<TrackId>>) -> Self {
        let entries = people.iter().zip(who).map(|(person, who)| Entry::of(person, who)).collect();
        let member = |(person, track): (Person, &TrackId)| Member { person, shares: Shares::one(*track) };
        let members = people.into_iter().zip(&tracks).map(member).collect();
        Self { tracks, entries, hypotheses: vec![Hypothesis { members, ln_weight: 0.0 }] }
    }

    /// The likeliest explanation.
    pub(crate) fn likeliest(&self) -> &Hypothesis {
        &self.hypotheses[0]
    }

    /// Where everybody stands in the likeliest explanation.
    pub(crate) fn places(&self) -> impl Iterator<Item = Place> {
        self.likeliest().members.iter().map(|member| member.person.place())
    }

    /// Goes on to a time.
    pub(crate) fn predict(&mut self, at_ms: i64, rules: &Rules) {
        for hypothesis in &mut self.hypotheses {
            let before = hypothesis.members[0].person.at_ms;
            hypothesis.confuse((at_ms - before).max(0) as f64 / 1000.0, rules);
            hypothesis.members.iter_mut().for_each(|member| member.person.predict(at_ms, rules));
        }
    }

    /// Takes in what cameras see. Offers hold every camera that gave a picture, also where it shows nobody.
    pub(crate) fn see(&mut self, offers: &[Offer], room: &Room, rules: &Rules) {
        let ways = if self.tracks.len() == 1 { 1 } else { WAYS };
        let mut next = Vec::new();
        for hypothesis in &self.hypotheses {
            for choices in hypothesis.readings(offers, room, rules, ways) {
                next.push(hypothesis.read(&choices, offers, room, rules));
            }
        }
        self.hypotheses = next;
        self.prune(rules);
        if let [entry] = self.entries.as_mut_slice() {
            *entry =
                Entry::of(&self.hypotheses[0].members[0].person, std::mem::replace(&mut entry.who, Shares::none()));
        }
    }

    /// Joins explanations that are one, and drops those that are far less likely than the best.
    pub(crate) fn prune(&mut self, rules: &Rules) {
        self.hypotheses.sort_by(|one, two| two.ln_weight.total_cmp(&one.ln_weight));
        let best = self.hypotheses[0].ln_weight;
        self.hypotheses.retain(|one| one.ln_weight >= best - rules.worst_ln);
        let mut kept: Vec<Hypothesis> = Vec::new();
        for hypothesis in std::mem::take(&mut self.hypotheses) {
            let same = kept.iter_mut().find_map(|other| Some((other.alignment(&hypothesis, true)?, other)));
            match same {
                Some((order, other)) => other.absorb(&hypothesis, &order),
                None => kept.push(hypothesis),
            }
        }
        kept.sort_by(|one, two| two.ln_weight.total_cmp(&one.ln_weight));
        kept.truncate(rules.hypotheses);
        let all = ln_sum(kept.iter().map(|one| one.ln_weight));
        kept.iter_mut().for_each(|one| one.ln_weight -= all);
        self.hypotheses = kept;
    }

    /// Gives up all explanations but the likeliest; its bodies take over the names that the others have for them.
    pub(crate) fn settle(&mut self) {
        let mut rest = self.hypotheses.split_off(1);
        let best = &mut self.hypotheses[0];
        for hypothesis in rest.drain(..) {
            if let Some(order) = best.alignment(&hypothesis, false) {
                best.absorb(&hypothesis, &order);
            }
        }
        best.ln_weight = 0.0;
    }

    /// Whether everybody is further than this (m) from everybody else in the likeliest explanation.
    pub(crate) fn is_far_apart(&self, far_m: f64) -> bool {
        let members = &self.likeliest().members;
        let places = || members.iter().map(|member| member.person.place()).enumerate();
        places().all(|(one, here)| places().all(|(two, there)| one == two || (here - there).norm() > far_m))
    }

    /// For each body of the likeliest explanation, who of those who came into the store it may be.
    pub(crate) fn who(&self) -> Vec<Shares<TrackId>> {
        let of = |shares: &Shares<TrackId>| {
            Shares::mixed(self.tracks.iter().zip(&self.entries).map(|(track, entry)| (shares.of(*track), &entry.who)))
        };
        parting::who_is_who(self).iter().map(of).collect()
    }

    /// For each body of the likeliest explanation, which of those who came into the group it may be by all explanations.
    fn shares(&self) -> Vec<Shares<TrackId>> {
        let best = self.likeliest();
        let aligned: Vec<(f64, &Hypothesis, Vec<usize>)> = self
            .hypotheses
            .iter()
            .filter_map(|other| Some((other.ln_weight.exp(), other, best.alignment(other, false)?)))
            .collect();
        (0..best.members.len())
            .map(|at| {
                Shares::mixed(aligned.iter().map(|(weight, other, order)| (*weight, &other.members[order[at]].shares)))
            })
            .collect()
    }

    /// Its people, each with who they may be, by track.
    pub(crate) fn into_people(self) -> impl Iterator<Item = (TrackId, Person, Shares<TrackId>)> {
        let who = self.who();
        let best = self.hypotheses.into_iter().next().into_iter().flat_map(|one| one.members);
        self.tracks.into_iter().zip(best).zip(who).map(|((track, member), who)| (track, member.person, who))
    }

    /// Two groups that came near each other as one.
    pub(crate) fn joined(self, other: Self, rules: &Rules) -> Self {
        let mut hypotheses = Vec::new();
        for one in &self.hypotheses {
            for two in &other.hypotheses {
                let members = one.members.iter().chain(&two.members).cloned().collect();
                hypotheses.push(Hypothesis { members, ln_weight: one.ln_weight + two.ln_weight });
            }
        }
        let (tracks, entries) = ([self.tracks, other.tracks].concat(), [self.entries, other.entries].concat());
        let mut joined = Self { tracks, entries, hypotheses };
        joined.prune(rules);
        joined
    }

    /// The groups that this one falls into where only one explanation is left: people at most `near_m` apart stay together.
    pub(crate) fn parted(self, near_m: f64) -> Vec<Self> {
        if self.hypotheses.len() > 1 || self.tracks.len() == 1 {
            return vec![self];
        }
        let members = &self.hypotheses[0].members;
        let mut parts: Vec<Vec<usize>> = Vec::new();
        for at in 0..members.len() {
            let near = |other: &usize| (members[*other].person.place() - members[at].person.place()).norm() <= near_m;
            let (with, mut without): (Vec<_>, Vec<_>) =
                parts.into_iter().partition(|part: &Vec<usize>| part.iter().any(near));
            let mut part: Vec<usize> = with.concat();
            part.push(at);
            without.push(part);
            parts = without;
        }
        if parts.len() == 1 {
            return vec![self];
        }
        let mut people: Vec<Option<_>> = self.into_people().map(Some).collect();
        parts
            .into_iter()
            .map(|part| {
                let (mut tracks, mut bodies, mut whose) = (Vec::new(), Vec::new(), Vec::new());
                for (track, person, who) in part.into_iter().filter_map(|at| people[at].take()) {
                    tracks.push(track);
                    bodies.push(person);
                    whose.push(who);
                }
                Self::afresh(tracks, bodies, whose)
            })
            .collect()
    }
}

impl Entry {
    fn of(person: &Person, who: Shares<TrackId>) -> Self {
        Self { at_ms: person.at_ms, place: person.place(), velocity: person.filter.velocity(), who }
    }
}

impl Hypothesis {
    /// People who touch may have been exchanged in a way that no explanation follows: mostly where no camera sees both of
    /// them apart, and they move alike.
    fn confuse(&mut self, seconds: f64, rules: &Rules) {
        for one in 0..self.members.len() {
            for two in one + 1..self.members.len() {
                let (here, there) = (&self.members[one].person, &self.members[two].person);
                if (here.place() - there.place()).norm() > rules.touching_m {
                    continue;
                }
                let alike = (here.filter.velocity() - there.filter.velocity()).norm() / rules.alike_m_s;
                let blind = if here.seen_by & there.seen_by == 0 { rules.blind_exchanges_a_second } else { 0.0 };
                let rate = rules.exchanges_a_second + blind * (-alike * alike).exp();
                let exchanged = 0.5 * (1.0 - (-2.0 * rate * seconds).exp());
                let (mine, theirs) = (self.members[one].shares.clone(), self.members[two].shares.clone());
                self.members[one].shares = Shares::mixed([(1.0 - exchanged, &mine), (exchanged, &theirs)]);
                self.members[two].shares = Shares::mixed([(1.0 - exchanged, &theirs), (exchanged, &mine)]);
            }
        }
    }

    /// The likeliest ways to read all cameras' pictures under this explanation: for each offer, which figure is whom.
    fn readings(&self, offers: &[Offer], room: &Room, rules: &Rules, most: usize) -> Vec<Vec<Vec<Option<usize>>>> {
        let people: Vec<&Person> = self.members.iter().map(|member| &member.person).collect();
        let mut readings: Vec<(f64, Vec<Vec<Option<usize>>>)> = vec![(0.0, Vec::new())];
        for offer in offers {
            let hangs = &room.cameras[offer.camera];
            let found = visibility::chances(&people, hangs, rules);
            let gains: Vec<Vec<Option<f64>>> = people
                .iter()
                .zip(&found)
                .map(|(person, found)| {
                    offer.figures.iter().map(|figure| gain(person, *found, figure, room, rules)).collect()
                })
                .collect();
            let choices: Vec<Choice> = assignment::several(&gains, most);
            let mut longer: Vec<_> = readings
                .iter()
                .flat_map(|(so_far, reading)| {
                    choices.iter().map(move |choice| {
                        let mut reading = reading.clone();
                        reading.push(choice.columns.clone());
                        (so_far + choice.gain, reading)
                    })
                })
                .collect();
            longer.sort_by(|one, two| two.0.total_cmp(&one.0));
            longer.truncate(2 * most);
            readings = longer;
        }
        let best = readings.first().map_or(0.0, |one| one.0);
        readings.retain(|one| one.0 >= best - rules.worst_ln);
        readings.truncate(if most == 1 { 1 } else { 2 * most });
        readings.into_iter().map(|one| one.1).collect()
    }

    /// This explanation, gone on with one reading.
    fn read(&self, reading: &[Vec<Option<usize>>], offers: &[Offer], room: &Room, rules: &Rules) -> Self {
        let mut ln = 0.0;
        let people: Vec<&Person> = self.members.iter().map(|member| &member.person).collect();
        let mut mine: Vec<Vec<&Figure>> = vec![Vec::new(); self.members.len()];
        for (offer, choice) in offers.iter().zip(reading) {
            let found = visibility::chances(&people, &room.cameras[offer.camera], rules);
            for ((column, found), mine) in choice.iter().zip(&found).zip(&mut mine) {
                match column {
                    Some(column) => {
                        mine.push(offer.figures[*column]);
                        ln += found.max(0.02).ln();
                    }
                    None => ln += (1.0 - found).max(0.02).ln(),
                }
            }
            let unread = (0..offer.figures.len()).filter(|figure| !choice.contains(&Some(*figure)));
            ln += unread.map(|figure| ln_nobody(offer.figures[figure])).sum::<f64>();
        }
        let mut members = self.members.clone();
        for (member, figures) in members.iter_mut().zip(&mine) {
            if figures.is_empty() {
                continue;
            }
            ln += match member.person.fit(figures, &room.cameras, rules) {
                Some(fit) => member.person.see(figures, &fit, &room.cameras, rules),
                None => figures.iter().map(|figure| ln_nobody(figure)).sum(),
            };
        }
        Self { members, ln_weight: self.ln_weight + rules.frame_weight * ln }
    }

    /// For each body of this explanation, which one of the other it is; `None` where they are not the same (if `same` is
    /// asked for) or not as many.
    fn alignment(&self, other: &Self, same: bool) -> Option<Vec<usize>> {
        if self.members.len() != other.members.len() {
            return None;
        }
        let apart = |one: &Member, two: &Member| {
            let place = (one.person.place() - two.person.place()).norm() / SAME_PLACE_M;
            let velocity = (one.person.filter.velocity() - two.person.filter.velocity()).norm() / SAME_VELOCITY;
            if same { place.max(velocity) } else { place + 0.3 * velocity }
        };
        let gains: Vec<Vec<Option<f64>>> = self
            .members
            .iter()
            .map(|one| {
                let far = other.members.iter().map(|two| apart(one, two));
                far.map(|far| if same { (far < 1.0).then_some(2.0 - far) } else { Some(1e3 - far.min(900.0)) })
                    .collect()
            })
            .collect();
        assignment::best(&gains, other.members.len()).into_iter().collect()
    }

    /// Takes another explanation in, whose bodies stand in this order.
    fn absorb(&mut self, other: &Self, order: &[usize]) {
        let (mine, theirs) = (self.ln_weight, other.ln_weight);
        let all = ln_sum([mine, theirs].into_iter());
        let (mine, theirs) = ((mine - all).exp(), (theirs - all).exp());
        for (member, at) in self.members.iter_mut().zip(order) {
            member.shares = Shares::mixed([(mine, &member.shares), (theirs, &other.members[*at].shares)]);
        }
        self.ln_weight = all;
    }
}

/// What it is worth to take a figure for somebody, against the figure being nobody's and the person not found.
pub(crate) fn gain(person: &Person, found: f64, figure: &Figure, room: &Room, rules: &Rules) -> Option<f64> {
    let square = person.distance(figure, &room.cameras[figure.camera], rules)?;
    if square > WORST_SQUARE {
        return None;
    }
    let found = found.clamp(0.02, 0.98);
    let spread = person.filter.unsure() + nalgebra::Matrix2::identity() * FIGURE_SD_M * FIGURE_SD_M;
    let ln = ln_peak(&spread) - 0.5 * rules.independent_joints * square;
    Some(ln - ln_nobody(figure) + (found / (1.0 - found)).ln())
}

fn ln_sum(logs: impl Iterator<Item = f64> + Clone) -> f64 {
    let most = logs.clone().fold(f64::NEG_INFINITY, f64::max);
    most + logs.map(|ln| (ln - most).exp()).sum::<f64>().ln()
}
