//! Everybody on the floor, step by step, by the order in which they came in: nothing here knows whose visit it is.

mod newcomers;
mod rewind;

use crate::assignment;
use crate::figure::Figure;
use crate::group::{self, Group, Member, Offer};
use crate::person::Person;
use crate::room::{Place, Room};
use crate::rules::Rules;
use crate::shares::Shares;
use crate::tracker::{TrackId, View};
use newcomers::{Newcomer, Newcomers};
use rewind::Rewind;

/// Somebody who is inside and has not been seen for a while.
#[derive(Debug, Clone, PartialEq)]
struct Missing {
    track: TrackId,
    shares: Shares<TrackId>,
    place: Place,
    seen_ms: i64,
}

/// Everybody on the floor.
#[derive(Debug, Clone)]
pub(crate) struct Crowd {
    pub(crate) room: Room,
    rules: Rules,
    groups: Vec<Group>,
    newcomers: Newcomers,
    missing: Vec<Missing>,
    rewind: Rewind,
    /// Who came in lately, and when.
    births: Vec<(TrackId, i64)>,
    at_ms: Option<i64>,
    next: u32,
}

/// Who came and who left in a step.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Changes {
    pub(crate) born: Vec<TrackId>,
    pub(crate) left: Vec<(TrackId, Shares<TrackId>)>,
}

/// By camera, who is seen in it.
type Figures = Vec<(usize, Vec<Figure>)>;

/// Steps longer than this (ms) are a pause: nobody is where they were.
const PAUSE_MS: i64 = 3_000;
/// Somebody who was last seen within this (m) of the circle where people leave, and is not seen any more, has left.
const LEFT_SLACK_M: f64 = 0.3;
/// The same, for this long (ms).
const LEFT_AFTER_MS: i64 = 500;
/// How fast people get from where they were lost to where they are found, m/s, and how far they are misplaced anyway, m.
const LOST_SPEED: f64 = 1.3;
const LOST_M: f64 = 0.8;
/// Whoever has not been seen for this long (ms) has left unseen: half an hour, longer than a visit in which no camera sees anybody.
const GIVEN_UP_MS: i64 = 1_800_000;
/// Whoever appears this near (m) to somebody who has not been seen for this long (ms) is that one.
const HERE_M: f64 = 0.9;
const UNSEEN_MS: i64 = 200;
/// The same for somebody who has been lost for less than this (ms).
const HERE_MS: i64 = 3_000;
/// Whoever appears this near (m) to somebody who came in so short a time ago (ms) is the same person, seen twice.
const TWICE_M: f64 = 0.6;
const TWICE_MS: i64 = 1_500;

impl Crowd {
    pub(crate) fn new(room: Room, rules: Rules) -> Self {
        Self {
            room,
            rules,
            groups: Vec::new(),
            newcomers: Newcomers::default(),
            missing: Vec::new(),
            rewind: Rewind::default(),
            births: Vec::new(),
            at_ms: None,
            next: 1,
        }
    }

    /// Who is followed: each group with its tracks.
    pub(crate) fn groups(&self) -> &[Group] {
        &self.groups
    }

    /// Takes in what cameras saw until now.
    pub(crate) fn step(&mut self, at_ms: i64, views: &[View]) -> Changes {
        let before = self.at_ms.replace(at_ms).unwrap_or(at_ms);
        if at_ms - before > PAUSE_MS || at_ms < before {
            self.lose_everybody();
        }
        self.missing.retain(|one| at_ms - one.seen_ms <= GIVEN_UP_MS);
        let figures = self.figures(views);
        let left_over: Vec<Figure> = self.follow(at_ms, &figures).into_iter().cloned().collect();
        self.rewind.keep(at_ms, &self.groups, figures);
        let (places, room) = (self.places(), &self.room);
        let news = self.newcomers.see(at_ms, left_over.iter().collect(), room, &self.rules, &places);
        let born = news.into_iter().filter_map(|newcomer| self.admit(newcomer, at_ms)).collect();
        Changes { born, left: self.let_go(at_ms) }
    }

    /// Whoever it most likely is, is not here any more.
    pub(crate) fn forget(&mut self, who: TrackId) {
        self.missing.retain(|one| one.shares.of(who) < 0.5);
        let gone = |group: &Group| group.tracks.len() == 1 && group.who()[0].of(who) >= 0.5;
        self.groups.retain(|group| !gone(group));
    }

    /// Goes on to a time with what cameras see then; gives back what is nobody's.
    fn follow<'a>(&mut self, at_ms: i64, figures: &'a Figures) -> Vec<&'a Figure> {
        for group in &mut self.groups {
            group.predict(at_ms, &self.rules);
        }
        self.join();
        let left_over = self.see(figures);
        self.part();
        left_over
    }

    /// By camera, the figures of this step without doubles.
    fn figures(&self, views: &[View]) -> Figures {
        let mut figures: Figures = Vec::new();
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
    fn see<'a>(&mut self, figures: &'a Figures) -> Vec<&'a Figure> {
        let mut left_over = Vec::new();
        let mut offers: Vec<Vec<Offer<'a>>> = self.groups.iter().map(|_| Vec::new()).collect();
        let people: Vec<(usize, &Member)> = self
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
        let mut joined: Vec<Group> = Vec::new();
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

    fn near(&self, one: &Group, two: &Group) -> bool {
        one.places().any(|here| two.places().any(|there| (here - there).norm() <= self.rules.group_m))
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
    fn let_go(&mut self, at_ms: i64) -> Vec<(TrackId, Shares<TrackId>)> {
        let mut left = Vec::new();
        let mut stay = Vec::new();
        for mut group in std::mem::take(&mut self.groups) {
            let gone = |person: &Person| {
                let (by_gate, unseen) = (self.room.to_exit(person.place()) <= LEFT_SLACK_M, at_ms - person.seen_ms);
                (by_gate && unseen > LEFT_AFTER_MS) || unseen > self.rules.lost_after_ms
            };
            if !group.likeliest().members.iter().any(|member| gone(&member.person)) {
                stay.push(group);
                continue;
            }
            group.settle();
            for (track, person, who) in group.into_people() {
                let place = person.place();
                if !gone(&person) {
                    stay.push(Group::of_one(track, person, who));
                } else if self.room.to_exit(place) <= LEFT_SLACK_M {
                    left.push((track, who));
                } else {
                    self.missing.push(Missing { track, shares: who, place, seen_ms: person.seen_ms });
                }
            }
        }
        stay.sort_by_key(|group| group.tracks[0]);
        self.groups = stay;
        left
    }

    fn lose_everybody(&mut self) {
        for mut group in std::mem::take(&mut self.groups) {
            group.settle();
            for (track, person, shares) in group.into_people() {
                let (place, seen_ms) = (person.place(), person.seen_ms);
                self.missing.push(Missing { track, shares, place, seen_ms });
            }
        }
        self.newcomers = Newcomers::default();
        self.rewind = Rewind::default();
    }

    /// Lets somebody in who has been seen often enough: through a gate, or as one of those who were lost. Gives who was born.
    fn admit(&mut self, newcomer: Newcomer, at_ms: i64) -> Option<TrackId> {
        let place = newcomer.person.place();
        if self.is_known(&newcomer, at_ms) {
            return None;
        }
        let lost_here = |one: &Missing| (one.place - place).norm() < HERE_M && at_ms - one.seen_ms < HERE_MS;
        if newcomer.came_in(&self.room) && !self.missing.iter().any(lost_here) {
            let track = TrackId(self.next);
            self.next += 1;
            if !self.rewind_for(track, &newcomer, at_ms) {
                self.groups.push(Group::of_one(track, newcomer.person, Shares::one(track)));
            }
            self.births.retain(|(_, since)| at_ms - since <= TWICE_MS);
            self.births.push((track, at_ms));
            return Some(track);
        }
        let (track, shares) = self.find(newcomer.first, at_ms)?;
        self.groups.push(Group::of_one(track, newcomer.person, shares));
        None
    }

    /// Whether it is somebody who just came in, seen twice, or somebody whom cameras have lost for a moment.
    fn is_known(&self, newcomer: &Newcomer, at_ms: i64) -> bool {
        let place = newcomer.person.place();
        self.groups.iter().any(|group| {
            group.tracks.iter().zip(&group.likeliest().members).any(|(track, member)| {
                let far = (member.person.place() - place).norm();
                let new = self.births.iter().any(|(born, since)| born == track && at_ms - since <= TWICE_MS);
                (new && far < TWICE_M) || (at_ms - member.person.seen_ms >= UNSEEN_MS && far < HERE_M)
            })
        })
    }

    /// Who of those who are missing appeared here.
    fn find(&mut self, place: Place, at_ms: i64) -> Option<(TrackId, Shares<TrackId>)> {
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
    fn places(&self) -> Vec<Place> {
        self.groups.iter().flat_map(Group::places).collect()
    }
}
