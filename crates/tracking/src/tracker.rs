//! People on the floor, followed from the gate where they came in to the one where they leave.

mod newcomers;
mod outcome;
mod paths;

use std::collections::VecDeque;

use crate::assignment;
use crate::figure::Figure;
use crate::group::{self, Group, Member, Offer};
use crate::room::{Place, Room};
use crate::rules::Rules;
use crate::shares::Shares;
use domain::body::Body;
use newcomers::{Newcomer, Newcomers};
use paths::Paths;
pub use outcome::{Step, Walker};

/// A person as the tracker follows them; never given twice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TrackId(pub u32);

/// What one camera saw.
#[derive(Debug, Clone, Copy)]
pub struct View<'a> {
    /// The camera's place in the room's list.
    pub camera: usize,
    /// When the picture was taken, milliseconds.
    pub at_ms: i64,
    /// Who was found in it, in pixels of the camera's lens.
    pub bodies: &'a [Body],
}

/// Somebody who is inside and has not been seen for a while.
#[derive(Debug, Clone, PartialEq)]
struct Missing<V> {
    track: TrackId,
    shares: Shares<V>,
    place: Place,
    seen_ms: i64,
}

/// Follows everybody in one room. `V` names a visit.
#[derive(Debug, Clone)]
pub struct Tracker<V> {
    room: Room,
    rules: Rules,
    groups: Vec<Group<V>>,
    newcomers: Newcomers,
    missing: Vec<Missing<V>>,
    /// Visits that opened and whose shopper has not been seen yet.
    waiting: VecDeque<(V, i64)>,
    /// Where everybody was lately.
    paths: Paths,
    /// Who came in and has no visit yet.
    nameless: Vec<Newborn>,
    at_ms: Option<i64>,
    next: u32,
}

/// Somebody who came in.
#[derive(Debug, Clone, PartialEq)]
struct Newborn {
    track: TrackId,
    /// Who passed the gate at that moment, and how likely neither took the other's way.
    beside: Vec<(TrackId, f64)>,
}

/// Steps longer than this (ms) are a pause: nobody is where they were.
const PAUSE_MS: i64 = 3_000;
/// Somebody who was last seen within this (m) of the circle where people leave, and is not seen any more, has left.
const LEFT_SLACK_M: f64 = 0.3;
/// The same, for this long (ms).
const LEFT_AFTER_MS: i64 = 500;
/// How fast people get from where they were lost to where they are found, m/s, and how far they are misplaced anyway, m.
const LOST_SPEED: f64 = 1.3;
const LOST_M: f64 = 0.8;
/// A visit whose shopper no camera has seen after this long (ms) gets none any more.
const WAITED_MS: i64 = 20_000;

impl<V: Copy + Ord> Tracker<V> {
    /// Nobody is inside yet.
    pub fn new(room: Room, rules: Rules) -> Self {
        Self {
            room,
            rules,
            groups: Vec::new(),
            newcomers: Newcomers::default(),
            missing: Vec::new(),
            waiting: VecDeque::new(),
            paths: Paths::default(),
            nameless: Vec::new(),
            at_ms: None,
            next: 1,
        }
    }

    /// The room that it was made for.
    pub fn room(&self) -> &Room {
        &self.room
    }

    /// A visit opened at a gate: it belongs to whoever came in there last, or comes in next.
    pub fn open(&mut self, visit: V, at_ms: i64) {
        match self.nameless.first().map(|one| one.track) {
            Some(track) => self.name(track, visit),
            None => self.waiting.push_back((visit, at_ms)),
        }
    }

    /// Says whose visit it is that began with this track.
    pub fn name(&mut self, track: TrackId, visit: V) {
        let Some(place) = self.nameless.iter().position(|one| one.track == track) else { return };
        let newborn = self.nameless.remove(place);
        let visit = Shares::one(visit);
        let mut mine = visit.clone();
        for (other, keep) in newborn.beside {
            for member in self.members_mut(other) {
                let theirs = member.shares.clone();
                member.shares = Shares::mixed([(keep, &theirs), (1.0 - keep, &visit)]);
                mine = Shares::mixed([(keep, &mine), (1.0 - keep, &theirs)]);
            }
        }
        for member in self.members_mut(track) {
            member.shares = mine.clone();
        }
    }

    fn members_mut(&mut self, track: TrackId) -> impl Iterator<Item = &mut Member<V>> {
        self.groups.iter_mut().flat_map(move |group| {
            let at = group.tracks.iter().position(|other| *other == track);
            group.hypotheses.iter_mut().filter_map(move |one| one.members.get_mut(at?))
        })
    }

    /// A visit is over: nobody is it any more.
    pub fn close(&mut self, visit: V) {
        self.waiting.retain(|(other, _)| *other != visit);
        self.missing.retain(|one| one.shares.of(visit) < 0.5);
        let gone = |group: &Group<V>| {
            group.tracks.len() == 1 && group.likeliest().members[0].shares.of(visit) >= 0.5
        };
        self.groups.retain(|group| !gone(group));
    }

    /// Takes in what cameras saw until now. Views that lie before the last step count as if they were of this one; of a
    /// camera that comes twice the newest counts.
    pub fn step(&mut self, at_ms: i64, views: &[View]) -> Step<V> {
        let before = self.at_ms.replace(at_ms).unwrap_or(at_ms);
        if at_ms - before > PAUSE_MS || at_ms < before {
            self.lose_everybody();
        }
        let figures = self.figures(views);
        for group in &mut self.groups {
            group.predict(at_ms, &self.rules);
        }
        self.join();
        let left_over = self.see(&figures);
        let news = self.newcomers.see(at_ms, left_over, &self.room, &self.rules, &self.inside());
        let mut born = Vec::new();
        for newcomer in news {
            born.extend(self.admit(newcomer, at_ms));
        }
        self.part();
        self.remember(at_ms);
        let left = self.let_go(at_ms);
        self.waiting.retain(|(_, opened)| at_ms - opened <= WAITED_MS);
        Step { people: self.walkers(at_ms), born, left }
    }

    /// By camera, the figures of this step without doubles.
    fn figures(&self, views: &[View]) -> Vec<(usize, Vec<Figure>)> {
        let mut figures: Vec<(usize, Vec<Figure>)> = Vec::new();
        for view in views {
            let Some(hangs) = self.room.cameras.get(view.camera) else { continue };
            let mut seen: Vec<Figure> = view
                .bodies
                .iter()
                .filter_map(|body| Figure::new(view.camera, hangs, view.at_ms, body, &self.rules))
                .collect();
            seen.sort_by(|one, two| two.score.total_cmp(&one.score));
            let mut kept: Vec<Figure> = Vec::new();
            for figure in seen {
                if !kept.iter().any(|other| figure.is_double_of(other)) {
                    kept.push(figure);
                }
            }
            match figures.iter_mut().find(|(camera, _)| *camera == view.camera) {
                Some(place) if place.1.first().is_none_or(|one| one.at_ms <= view.at_ms) => place.1 = kept,
                Some(_) => {}
                None => figures.push((view.camera, kept)),
            }
        }
        figures
    }

    /// Offers each figure to the group of whom it fits best, or to the group that it could belong to; gives back what is
    /// nobody's.
    fn see<'a>(&mut self, figures: &'a [(usize, Vec<Figure>)]) -> Vec<&'a Figure> {
        let mut left_over = Vec::new();
        let mut offers: Vec<Vec<Offer<'a>>> = self.groups.iter().map(|_| Vec::new()).collect();
        let people: Vec<(usize, &Member<V>)> = self
            .groups
            .iter()
            .enumerate()
            .flat_map(|(at, group)| group.likeliest().members.iter().map(move |member| (at, member)))
            .collect();
        for (camera, figures) in figures {
            let everybody: Vec<_> = people.iter().map(|(_, member)| &member.person).collect();
            let found = crate::visibility::chances(&everybody, &self.room.cameras[*camera], &self.rules);
            let gains: Vec<Vec<Option<f64>>> = everybody
                .iter()
                .zip(&found)
                .map(|(person, found)| {
                    figures.iter().map(|one| group::gain(person, *found, one, &self.room, &self.rules)).collect()
                })
                .collect();
            let chosen = assignment::best(&gains, figures.len());
            let mut whose: Vec<Option<usize>> = vec![None; figures.len()];
            for (at, column) in chosen.iter().enumerate() {
                if let Some(column) = column {
                    whose[*column] = Some(people[at].0);
                }
            }
            for (column, owner) in whose.iter_mut().enumerate() {
                if owner.is_none() {
                    let fits = |at: &usize| gains[*at][column].unwrap_or(f64::NEG_INFINITY);
                    let nearest = (0..people.len()).filter(|at| gains[*at][column].is_some());
                    *owner = nearest.max_by(|one, two| fits(one).total_cmp(&fits(two))).map(|at| people[at].0);
                }
            }
            for (group, offers) in offers.iter_mut().enumerate() {
                let mine = figures.iter().zip(&whose).filter(|(_, owner)| **owner == Some(group));
                offers.push(Offer { camera: *camera, figures: mine.map(|(figure, _)| figure).collect() });
            }
            left_over.extend(figures.iter().zip(&whose).filter(|(_, owner)| owner.is_none()).map(|one| one.0));
        }
        for (group, offers) in self.groups.iter_mut().zip(&offers) {
            group.see(offers, &self.room, &self.rules);
        }
        left_over
    }

    /// Joins groups that came near each other.
    fn join(&mut self) {
        let mut joined: Vec<Group<V>> = Vec::new();
        for group in std::mem::take(&mut self.groups) {
            let mut whole = group;
            while let Some(place) = joined.iter().position(|other| self.near(&whole, other)) {
                let other = joined.swap_remove(place);
                whole = other.joined(whole, &self.rules);
            }
            joined.push(whole);
        }
        joined.sort_by_key(|group| group.tracks[0]);
        self.groups = joined;
    }

    fn near(&self, one: &Group<V>, two: &Group<V>) -> bool {
        let places = |group: &Group<V>| -> Vec<Place> {
            group.likeliest().members.iter().map(|member| member.person.place()).collect()
        };
        let (one, two) = (places(one), places(two));
        one.iter().any(|here| two.iter().any(|there| (here - there).norm() <= self.rules.group_m))
    }

    /// Parts groups whose members are apart again.
    fn part(&mut self) {
        let apart_m = self.rules.group_m * 1.25;
        let mut parted = Vec::new();
        for mut group in std::mem::take(&mut self.groups) {
            if group.tracks.len() > 1 && group.is_far_apart(2.0 * apart_m) {
                group.settle();
            }
            parted.extend(group.parted(apart_m));
        }
        self.groups = parted;
    }

    /// Lets those go who left, and puts those aside who are lost. Gives who left.
    fn let_go(&mut self, at_ms: i64) -> Vec<(TrackId, Shares<V>)> {
        let mut left = Vec::new();
        let mut stay = Vec::new();
        for mut group in std::mem::take(&mut self.groups) {
            let unseen = |member: &Member<V>| at_ms - member.person.seen_ms;
            let gone = |member: &Member<V>| {
                let by_gate = self.room.to_exit(member.person.place()) <= LEFT_SLACK_M;
                (by_gate && unseen(member) > LEFT_AFTER_MS) || unseen(member) > self.rules.lost_after_ms
            };
            if !group.likeliest().members.iter().any(gone) {
                stay.push(group);
                continue;
            }
            group.settle();
            let Group { tracks, hypotheses } = group;
            for (track, member) in tracks.into_iter().zip(hypotheses.into_iter().flat_map(|one| one.members)) {
                let place = member.person.place();
                if !gone(&member) {
                    stay.push(Group::of_one(track, member.person, member.shares));
                } else if self.room.to_exit(place) <= LEFT_SLACK_M {
                    left.push((track, member.shares));
                } else {
                    let seen_ms = member.person.seen_ms;
                    self.missing.push(Missing { track, shares: member.shares, place, seen_ms });
                }
            }
        }
        self.groups = stay;
        left
    }

    fn remember(&mut self, at_ms: i64) {
        for group in &self.groups {
            for (track, member) in group.tracks.iter().zip(&group.likeliest().members) {
                let (place, velocity) = (member.person.place(), member.person.filter.velocity());
                self.paths.add(*track, at_ms, place, velocity);
            }
        }
        self.paths.forget(at_ms);
        let groups = &self.groups;
        self.nameless.retain(|one| groups.iter().any(|group| group.tracks.contains(&one.track)));
    }

    fn lose_everybody(&mut self) {
        for mut group in std::mem::take(&mut self.groups) {
            group.settle();
            let members = group.hypotheses.into_iter().flat_map(|one| one.members);
            for (track, member) in group.tracks.into_iter().zip(members) {
                let (place, seen_ms) = (member.person.place(), member.person.seen_ms);
                self.missing.push(Missing { track, shares: member.shares, place, seen_ms });
            }
        }
        self.newcomers = Newcomers::default();
    }

    /// Lets somebody in who has been seen often enough: through a gate, or as one of those who were lost. Gives who was born.
    fn admit(&mut self, newcomer: Newcomer, at_ms: i64) -> Option<TrackId> {
        if newcomer.came_in(&self.room) {
            let track = TrackId(self.next);
            self.next += 1;
            let beside = self.paths.beside(&newcomer, at_ms, &self.room);
            self.groups.push(Group::of_one(track, newcomer.person, Shares::none()));
            self.nameless.push(Newborn { track, beside });
            if let Some((visit, _)) = self.waiting.pop_front() {
                self.name(track, visit);
            }
            return Some(track);
        }
        let (track, shares) = self.find(newcomer.first, at_ms)?;
        self.groups.push(Group::of_one(track, newcomer.person, shares));
        None
    }

    /// Who of those who are missing appeared here.
    fn find(&mut self, place: Place, at_ms: i64) -> Option<(TrackId, Shares<V>)> {
        let fits: Vec<f64> = self
            .missing
            .iter()
            .map(|one| {
                let reach = LOST_M + LOST_SPEED * (at_ms - one.seen_ms).max(0) as f64 / 1000.0;
                let far = (place - one.place).norm() / reach;
                if far > 2.0 { 0.0 } else { (-0.5 * far * far).exp() / (reach * reach) }
            })
            .collect();
        let all: f64 = fits.iter().sum();
        if all <= 0.0 {
            return None;
        }
        let best = (0..fits.len()).max_by(|one, two| fits[*one].total_cmp(&fits[*two]))?;
        let shares = Shares::mixed(self.missing.iter().zip(&fits).map(|(one, fit)| (fit / all, &one.shares)));
        let found = self.missing.remove(best);
        // Where it was another, the one who was taken for found is missing in that one's stead.
        let mut fits = fits;
        fits.remove(best);
        for (one, fit) in self.missing.iter_mut().zip(&fits) {
            let other = fit / all;
            one.shares = Shares::mixed([(1.0 - other, &one.shares), (other, &found.shares)]);
        }
        Some((found.track, shares))
    }

    /// Where everybody is who is followed.
    fn inside(&self) -> Vec<Place> {
        let members = self.groups.iter().flat_map(|group| &group.likeliest().members);
        members.map(|member| member.person.place()).collect()
    }
}
impl<V: Copy + Ord + std::fmt::Debug> Tracker<V> {
    /// TEMP
    pub fn debug(&self) {
        for g in self.groups.iter().filter(|g| g.tracks.len() > 1) {
            for h in &g.hypotheses {
                println!("    {:.2} {}", h.ln_weight.exp(), h.members.iter().map(|m| format!("({:.2},{:.2}) v({:.1},{:.1}) sd {:.2} cams {} seen {} {:?}", m.person.place().x, m.person.place().y, m.person.filter.velocity().x, m.person.filter.velocity().y, m.person.filter.sd_m(), m.person.cameras, m.person.at_ms-m.person.seen_ms, m.shares.iter().map(|(v,p)| format!("{v:?}:{p:.2}")).collect::<Vec<_>>().join(" "))).collect::<Vec<_>>().join(" | "));
            }
        }
    }
}
