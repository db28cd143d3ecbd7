//! Bodies that are nobody's yet: somebody who comes in, somebody who was lost, or nobody at all (a poster, a chair).

use crate::camera::Point;
use crate::figure::Figure;
use crate::person::Person;
use crate::room::{Place, Room};
use crate::rules::Rules;

/// Somebody who may be there.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Newcomer {
    pub(super) person: Person,
    /// Where they were seen first.
    pub(super) first: Place,
    /// When that was.
    pub(super) first_ms: i64,
    hits: u32,
    /// Of them, those in which several cameras saw them.
    together: u32,
    admitted: bool,
}

/// Those who may be there.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Newcomers(Vec<Newcomer>);

/// Standard deviation of where a figure is put at first, metres.
const FIRST_SD_M: f64 = 0.3;
/// Figures of two cameras this far apart (m) by themselves are not one person.
const ONE_PERSON_M: f64 = 0.8;
/// Nobody appears this near (m) to somebody who is followed: it is a second figure of theirs.
const BESIDE_M: f64 = 0.4;
/// Within this (m) of a circle somebody who appears has come through the gate.
const GATE_SLACK_M: f64 = 0.4;
/// How fast people come in, m/s.
const WALK: f64 = 1.5;
/// Cameras that have a person's chest (at this height, m) this far (px) within their picture should find them.
const CHEST_M: f64 = 1.2;
const SHOWN_PX: f64 = 40.0;
/// What has moved by less (m) may be a thing.
const MOVED_M: f64 = 0.2;
/// Not seen for this long (ms), a newcomer is forgotten.
const FORGOTTEN_MS: i64 = 400;

impl Newcomers {
    /// Takes in the figures that are nobody's. Gives those who have been seen often enough now.
    pub(super) fn see(
        &mut self,
        at_ms: i64,
        mut figures: Vec<&Figure>,
        room: &Room,
        rules: &Rules,
        inside: &[Place],
    ) -> Vec<Newcomer> {
        self.0.retain(|one| at_ms - one.person.seen_ms <= FORGOTTEN_MS);
        for one in &mut self.0 {
            one.person.predict(at_ms, rules);
            let mine = take_for(&one.person, &mut figures, room, rules);
            if let Some(fit) = one.person.fit(&mine, &room.cameras, rules).filter(|_| !mine.is_empty()) {
                one.person.see(&mine, &fit, &room.cameras, rules);
                one.hits += u32::from(mine.iter().any(|figure| figure.score >= rules.birth_score));
                one.together += u32::from(mine.len() > 1);
            }
        }
        // The surest first: those beside it that fit are the same person in other cameras.
        figures.sort_by(|one, two| two.score.total_cmp(&one.score));
        while !figures.is_empty() {
            let first = figures.remove(0);
            let mut person = Person::new(first.alone, FIRST_SD_M, at_ms);
            let mut mine = vec![first];
            let near = |figure: &&Figure| (figure.alone - first.alone).norm() < ONE_PERSON_M;
            let mut others: Vec<&Figure> = figures.iter().copied().filter(near).collect();
            others.retain(|figure| figure.camera != first.camera);
            mine.extend(take_for(&person, &mut others, room, rules));
            figures.retain(|figure| !mine.iter().any(|other| std::ptr::eq(*other, *figure)));
            let Some(fit) = person.fit(&mine, &room.cameras, rules) else { continue };
            person.see(&mine, &fit, &room.cameras, rules);
            let place = person.place();
            if inside.iter().any(|other| (other - place).norm() < BESIDE_M) {
                continue;
            }
            self.0.push(Newcomer {
                person,
                first: place,
                first_ms: at_ms,
                hits: 1,
                together: u32::from(mine.len() > 1),
                admitted: false,
            });
        }
        let mut ready = Vec::new();
        for one in &mut self.0 {
            let beside = inside.iter().any(|other| (other - one.person.place()).norm() < BESIDE_M / 2.0);
            if !one.admitted && one.hits >= rules.confirmed_after && !beside && one.is_somebody(room) {
                one.admitted = true;
                ready.push(one.clone());
            }
        }
        self.0.retain(|one| !one.admitted);
        ready
    }
}

impl Newcomer {
    /// Whether it is a person rather than a chair or a poster: several cameras see it where several could, or it moves.
    fn is_somebody(&self, room: &Room) -> bool {
        let place = self.person.place();
        let chest = Point::new(place.x, place.y, CHEST_M);
        let could = room
            .cameras
            .iter()
            .filter(|camera| camera.project(&chest).is_some_and(|pixel| camera.lens.shows(pixel, SHOWN_PX)));
        self.together >= 2 || (could.count() < 2 && (place - self.first).norm() >= MOVED_M)
    }

    /// Whether they came through a gate: they were first seen there, and have not gone further since than people go.
    pub(super) fn came_in(&self, room: &Room) -> bool {
        let seconds = (self.person.at_ms - self.first_ms) as f64 / 1000.0;
        room.to_entry(self.first) <= GATE_SLACK_M && room.to_entry(self.person.place()) <= GATE_SLACK_M + WALK * seconds
    }
}

/// Takes for a person one figure of each camera: the one that fits best.
fn take_for<'a>(person: &Person, figures: &mut Vec<&'a Figure>, room: &Room, rules: &Rules) -> Vec<&'a Figure> {
    let mut mine: Vec<&Figure> = Vec::new();
    for camera in 0..room.cameras.len() {
        let fits = |figure: &Figure| person.distance(figure, &room.cameras[camera], rules);
        let best = figures
            .iter()
            .enumerate()
            .filter(|(_, figure)| figure.camera == camera)
            .filter_map(|(at, figure)| Some((at, fits(figure).filter(|far| *far <= crate::group::WORST_SQUARE)?)))
            .min_by(|one, two| one.1.total_cmp(&two.1));
        if let Some((at, _)) = best {
            mine.push(figures.remove(at));
        }
    }
    mine
}
