//! Following people: pictures of several cameras, as they come, make steps of the tracker.

use std::collections::BTreeMap;

use domain::body::Body;
use domain::ids::ShoppingSessionId;
use domain::room::RoomPlan;
use floor::position::Position;
use jiff::{SignedDuration, Timestamp};
use protocol::room::{PeopleLive, PersonView, RoomCameraState, WhoView};
use tracking::room::Room;
use tracking::rules::Rules;
use tracking::tracker::{Tracker, View, Walker};

use super::Sight;

/// A picture older than this says nothing of where people stand now.
const OLDEST: SignedDuration = SignedDuration::from_secs(1);
/// A camera without a picture for this long is not waited for.
const ABSENT: SignedDuration = SignedDuration::from_secs(1);
/// Pictures of the others are waited for no longer than this.
const TOGETHER: SignedDuration = SignedDuration::from_millis(200);
/// Without any picture for this long the tracker steps by itself, so that whoever is not seen any more is lost.
const BLIND: SignedDuration = SignedDuration::from_millis(500);
/// How often the monitor hears of cameras while nobody is there.
const STATES: SignedDuration = SignedDuration::from_secs(2);
/// A camera is spoken of for this long after its last picture.
const SPOKEN_OF: SignedDuration = SignedDuration::from_mins(10);

/// Pictures whose shape differs from the calibrated one by this much show another part of the room.
const SHAPE: f64 = 0.02;

/// What a step came to.
pub(super) struct Stepped {
    /// For the floor.
    pub positions: Vec<Position>,
    /// For the monitor, where there is something to tell.
    pub live: Option<PeopleLive>,
}

/// The tracker with what waits for its next step.
pub(super) struct Following {
    /// None where no room was drawn, or no camera hangs in it.
    tracker: Option<Tracker<ShoppingSessionId>>,
    names: Vec<String>,
    /// The newest picture of each camera since the last step.
    waiting: BTreeMap<usize, (i64, Vec<Body>)>,
    /// When the first of them came.
    since: Option<Timestamp>,
    /// When each camera's last picture was taken.
    last: Vec<Option<Timestamp>>,
    /// Why each camera's pictures cannot be used.
    troubles: Vec<Option<String>>,
    stepped: Option<Timestamp>,
    /// What the monitor heard last: when, and of how many people.
    told: Option<(Timestamp, usize)>,
}

impl Following {
    /// Nobody is followed yet.
    pub fn new(plan: Option<RoomPlan>) -> Self {
        let plan = plan.filter(|plan| !plan.cameras.is_empty());
        let names: Vec<_> = plan.iter().flat_map(|plan| &plan.cameras).map(|camera| camera.name.clone()).collect();
        Self {
            tracker: plan.map(|plan| Tracker::new(Room::of(&plan), Rules::default())),
            last: vec![None; names.len()],
            troubles: vec![None; names.len()],
            names,
            waiting: BTreeMap::new(),
            since: None,
            stepped: None,
            told: None,
        }
    }

    /// A visit opened at a gate.
    pub fn opened(&mut self, session: ShoppingSessionId, at: Timestamp) {
        if let Some(tracker) = &mut self.tracker {
            tracker.open(session, at.as_millisecond());
        }
    }

    /// A visit is over.
    pub fn over(&mut self, session: ShoppingSessionId) {
        if let Some(tracker) = &mut self.tracker {
            tracker.close(session);
        }
    }

    /// Takes in what a camera saw; of one that the plan does not know, or of a moment long gone, nothing.
    pub fn saw(&mut self, now: Timestamp, sight: Sight) {
        let Some(tracker) = &self.tracker else { return };
        let Some(camera) = self.names.iter().position(|name| *name == sight.camera) else { return };
        if now.duration_since(sight.at) > OLDEST {
            metrics::counter!("smartmart_late_pictures_total").increment(1);
            return;
        }
        let at = sight.at.min(now);
        let [width, height] = tracker.room().cameras[camera].lens.size;
        let [wide, high] = sight.size.map(f64::from);
        self.troubles[camera] = ((wide / high) / (width / height) - 1.0).abs().ge(&SHAPE).then(|| {
            format!(
                "its pictures are {wide} x {high}, and it was calibrated with {width} x {height}: calibrate it anew"
            )
        });
        self.last[camera] = self.last[camera].max(Some(at));
        if self.troubles[camera].is_some() {
            return;
        }
        let mut bodies = sight.bodies;
        bodies.iter_mut().for_each(|body| body.scale((width / wide) as f32));
        self.since.get_or_insert(now);
        let is_newer = self.waiting.get(&camera).is_none_or(|(before, _)| *before <= at.as_millisecond());
        if is_newer {
            self.waiting.insert(camera, (at.as_millisecond(), bodies));
        }
    }

    /// Steps, if it is time to: every camera that is there has sent a picture, or has been waited for.
    pub fn step(&mut self, now: Timestamp) -> Option<Stepped> {
        let is_there = |at: &&Option<Timestamp>| at.is_some_and(|at| now.duration_since(at) <= ABSENT);
        let there = self.last.iter().filter(is_there).count();
        let waited = self.since.is_some_and(|since| now.duration_since(since) >= TOGETHER);
        let is_blind = self.waiting.is_empty() && self.stepped.is_some_and(|at| now.duration_since(at) >= BLIND);
        let all_here = !self.waiting.is_empty() && self.waiting.len() >= there;
        if !(all_here || waited || is_blind) {
            return None;
        }
        let tracker = self.tracker.as_mut()?;
        let waiting = std::mem::take(&mut self.waiting);
        self.since = None;
        let newest = waiting.values().map(|(at_ms, _)| *at_ms).max();
        // Time does not go back, whatever a camera's clock does.
        let before = self.stepped.map_or(i64::MIN, Timestamp::as_millisecond);
        let at_ms = newest.unwrap_or_else(|| now.as_millisecond()).max(before.saturating_add(1));
        let at = Timestamp::from_millisecond(at_ms).unwrap_or(now);
        self.stepped = Some(at);
        let views: Vec<View<'_>> = waiting
            .iter()
            .map(|(camera, (at_ms, bodies))| View { camera: *camera, at_ms: *at_ms, bodies: bodies.as_slice() })
            .collect();
        let started = std::time::Instant::now();
        let people = tracker.step(at_ms, &views).people;
        metrics::histogram!("smartmart_tracking_seconds").record(started.elapsed());
        metrics::gauge!("smartmart_people_followed").set(people.len() as f64);
        let positions = people.iter().map(|walker| position(at, walker)).collect();
        Some(Stepped { positions, live: self.live(now, at, &people) })
    }

    /// What the monitor hears: everybody while somebody is there, once that nobody is any more, and cameras now and then.
    fn live(&mut self, now: Timestamp, at: Timestamp, people: &[Walker<ShoppingSessionId>]) -> Option<PeopleLive> {
        let is_spoken_of = |last: &Option<Timestamp>| last.is_some_and(|last| now.duration_since(last) < SPOKEN_OF);
        let is_due = match self.told {
            None => true,
            Some((told, count)) => {
                count > 0 || now.duration_since(told) >= STATES && self.last.iter().any(is_spoken_of)
            }
        };
        if people.is_empty() && !is_due {
            return None;
        }
        self.told = Some((now, people.len()));
        let silent = |last: Option<Timestamp>| {
            last.map(|last| u32::try_from(now.duration_since(last).as_millis().max(0)).unwrap_or(u32::MAX))
        };
        let states = self.names.iter().zip(&self.last).zip(&self.troubles);
        Some(PeopleLive {
            at: at.to_string(),
            people: people.iter().map(person).collect(),
            cameras: states
                .map(|((name, last), trouble)| RoomCameraState {
                    name: name.clone(),
                    silent_ms: silent(*last),
                    trouble: trouble.clone(),
                })
                .collect(),
        })
    }
}

fn position(at: Timestamp, walker: &Walker<ShoppingSessionId>) -> Position {
    Position {
        at,
        track: walker.track.0,
        whose: walker.shares.iter().collect(),
        head_m: [walker.head.x, walker.head.y],
        hands_m: walker.hands.iter().map(|hand| [hand.x, hand.y, hand.z]).collect(),
    }
}

fn person(walker: &Walker<ShoppingSessionId>) -> PersonView {
    let round = |metres: f64| (metres * 1_000.0).round() / 1_000.0;
    let mut who: Vec<_> = walker.shares.iter().map(|(session, share)| (session.0, round(share))).collect();
    who.sort_by(|one, two| two.1.total_cmp(&one.1));
    PersonView {
        track: walker.track.0,
        head_m: [round(walker.head.x), round(walker.head.y)],
        hands_m: walker.hands.iter().map(|hand| [round(hand.x), round(hand.y), round(hand.z)]).collect(),
        who: who.into_iter().map(|(session_id, probability)| WhoView { session_id, probability }).collect(),
    }
}

#[cfg(test)]
mod tests {
    use domain::body::{Joint, KeyPoint};
    use domain::room::{GateWay, RoomCamera, RoomGate};
    use uuid::Uuid;

    use super::*;

    fn at(ms: i64) -> Timestamp {
        Timestamp::from_millisecond(1_790_000_000_000 + ms).unwrap()
    }

    fn plan() -> RoomPlan {
        let camera = |name: &str| RoomCamera {
            name: name.to_owned(),
            rotation: [[1.0, 0.0, 0.0], [0.0, 0.0, -1.0], [0.0, 1.0, 0.0]],
            centre_m: [1.0, -2.0, 1.5],
            focal_px: 358.0,
            k1: 0.0,
            principal_px: [320.0, 180.0],
            size_px: [640.0, 360.0],
        };
        RoomPlan {
            cameras: vec![camera("one"), camera("two")],
            gates: vec![RoomGate { centre_m: [1.0, 1.0], radius_m: 0.5, way: GateWay::Both }],
            gondolas: Vec::new(),
        }
    }

    fn sight(camera: &str, taken: Timestamp) -> Sight {
        let bounds = [0.0, 0.0, 10.0, 10.0];
        let points = [KeyPoint { x: 5.0, y: 5.0, score: 0.01 }; Joint::COUNT];
        Sight {
            camera: camera.to_owned(),
            at: taken,
            size: [640, 360],
            bodies: vec![Body { score: 0.01, bounds, points }],
        }
    }

    #[test]
    fn a_step_waits_for_every_camera_that_is_there_and_not_for_long() {
        let mut following = Following::new(Some(plan()));
        following.saw(at(0), sight("one", at(0)));
        assert!(following.step(at(1)).is_some(), "the other camera has never sent anything");
        following.saw(at(200), sight("two", at(190)));
        assert!(following.step(at(201)).is_none(), "the first one's next picture is waited for");
        following.saw(at(220), sight("one", at(200)));
        assert!(following.step(at(221)).is_some());
        following.saw(at(400), sight("two", at(390)));
        assert!(following.step(at(500)).is_none());
        assert!(following.step(at(601)).is_some(), "it does not come");
        assert!(following.step(at(850)).is_none());
        assert!(following.step(at(1_200)).is_some(), "no camera sends anything: who is there is lost");
    }

    #[test]
    fn what_is_late_or_of_no_camera_or_of_another_shape_moves_nobody_and_is_said() {
        let mut following = Following::new(Some(plan()));
        following.saw(at(5_000), sight("one", at(3_900)));
        following.saw(at(5_000), sight("three", at(5_000)));
        assert!(following.step(at(5_001)).is_none());
        following.saw(at(5_000), Sight { size: [640, 480], ..sight("two", at(5_000)) });
        assert!(following.step(at(5_001)).is_none());
        following.saw(at(5_010), Sight { size: [1_280, 720], ..sight("one", at(5_010)) });
        following.step(at(5_300)).unwrap();
        following.saw(at(8_000), sight("one", at(8_000)));
        let live = following.step(at(8_000)).unwrap().live.unwrap();
        let [one, two] = live.cameras.as_slice() else { panic!("{live:?}") };
        assert_eq!((one.silent_ms, &one.trouble), (Some(0), &None), "pictures of twice the size are of the same room");
        assert_eq!(two.silent_ms, Some(3_000));
        assert!(two.trouble.as_ref().unwrap().contains("640 x 480"), "{two:?}");
    }

    #[test]
    fn a_camera_whose_clock_goes_back_takes_nobody_along() {
        let mut following = Following::new(Some(plan()));
        for (now, taken) in [(1_000, 1_000), (1_200, 1_200), (1_400, 900), (1_600, 1_650)] {
            following.saw(at(now), sight("one", at(taken)));
            following.step(at(now));
        }
        assert_eq!(following.stepped, Some(at(1_600)), "of a time to come it is now");
    }

    #[test]
    fn without_a_plan_or_a_camera_nobody_is_followed() {
        for plan in [None, Some(RoomPlan { cameras: Vec::new(), ..plan() })] {
            let mut following = Following::new(plan);
            following.opened(ShoppingSessionId(Uuid::nil()), at(0));
            following.saw(at(0), sight("one", at(0)));
            assert!(following.step(at(5_000)).is_none());
            following.over(ShoppingSessionId(Uuid::nil()));
        }
    }

    #[test]
    fn the_monitor_hears_of_cameras_now_and_then_while_nobody_is_there() {
        let mut following = Following::new(Some(plan()));
        let told = (0..40).filter(|step| {
            let now = at(step * 200);
            following.saw(now, sight("one", now));
            following.step(now).is_some_and(|stepped| stepped.live.is_some())
        });
        assert_eq!(told.count(), 4);
    }
}
