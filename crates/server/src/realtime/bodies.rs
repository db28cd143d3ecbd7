//! Bodies that room cameras see: checked, moved to the server's clock, and given to the tracker.

use domain::body::{Body, Joint, KeyPoint};
use domain::skew::date;
use jiff::{SignedDuration, Timestamp};
use protocol::device::{DeviceClock, DeviceRole};
use protocol::error_code::ErrorCode;
use protocol::room::{BodiesAck, BodiesSeen, SeenBody};

use crate::app::App;
use crate::caller::DeviceCaller;
use crate::problem::problem;
use crate::room_tracker::Sight;

/// Key points lie at most this many pictures beside their picture.
const BESIDE: f32 = 2.0;
/// Where it is not known better than this when a picture was taken, nobody can be followed by it.
const HARDLY_DATED: SignedDuration = SignedDuration::from_millis(500);
/// The widest and highest picture, pixels.
const LARGEST: u32 = 16_384;
/// A camera's name has at most so many letters.
const LONGEST_NAME: usize = 40;

/// Takes in what a room camera saw.
pub(super) fn take_in(app: &App, who: &DeviceCaller, seen: BodiesSeen) -> BodiesAck {
    if who.role != DeviceRole::ShelfNode {
        tracing::warn!(device.id = %who.id, "bodies from a device that is no shelf node");
        return failed(ErrorCode::WrongRole, "this device is not a shelf node");
    }
    if seen.clock.is_some_and(|clock| clock.epoch != app.desk.snapshot().clock) {
        return failed(ErrorCode::TryAgainLater, "the server's clock was set: ask for the time again");
    }
    match sight(seen, app.clock.now()) {
        Ok(sight) => match app.room_tracker.saw(sight) {
            Ok(()) => BodiesAck::Taken,
            Err(busy) => failed(ErrorCode::TryAgainLater, &busy.to_string()),
        },
        Err(why) => {
            tracing::debug!(device.id = %who.id, why, "bodies refused");
            failed(ErrorCode::InvalidInput, why)
        }
    }
}

pub(super) fn failed(code: ErrorCode, detail: &str) -> BodiesAck {
    BodiesAck::Failed { problem: problem(code, detail) }
}

fn sight(seen: BodiesSeen, received_at: Timestamp) -> Result<Sight, &'static str> {
    let BodiesSeen { camera, captured_at, sent_at, clock, size, bodies } = seen;
    if camera.is_empty() || camera.len() > LONGEST_NAME {
        return Err("camera must have 1 to 40 characters");
    }
    if !size.iter().all(|side| (1..=LARGEST).contains(side)) {
        return Err("size must be the picture's width and height in pixels");
    }
    if bodies.len() > BodiesSeen::MOST {
        return Err("there are at most 60 bodies in a picture");
    }
    let dated = date(captured_at, sent_at, received_at, clock.map(DeviceClock::skew));
    let dated = dated.ok_or("captured_at lies after sent_at")?;
    if dated.latest.duration_since(dated.earliest) > HARDLY_DATED {
        return Err("it is not known when the picture was taken: ask for the time, and send it at once");
    }
    let bodies = bodies.iter().map(|one| body(one, size)).collect::<Option<_>>();
    let bodies = bodies.ok_or("a body has 17 points with x, y and a score from 0 to 1, all of them numbers")?;
    Ok(Sight { camera, at: dated.at, size, bodies })
}

/// A body whose numbers are some. Its box is around its key points.
fn body(seen: &SeenBody, size: [u32; 2]) -> Option<Body> {
    let is_share = |score: f32| (0.0..=1.0).contains(&score);
    let is_near = |at: f32, side: u32| at.abs() <= BESIDE.mul_add(side as f32, side as f32);
    let whole =
        seen.points.iter().all(|[x, y, score]| is_near(*x, size[0]) && is_near(*y, size[1]) && is_share(*score));
    if !whole || !is_share(seen.score) {
        return None;
    }
    let points: Vec<_> = seen.points.iter().map(|&[x, y, score]| KeyPoint { x, y, score }).collect();
    let points: [KeyPoint; Joint::COUNT] = points.try_into().ok()?;
    let edge = |of: fn(&KeyPoint) -> f32, pick: fn(f32, f32) -> f32| points.iter().map(of).reduce(pick).unwrap_or(0.0);
    let bounds = [edge(|p| p.x, f32::min), edge(|p| p.y, f32::min), edge(|p| p.x, f32::max), edge(|p| p.y, f32::max)];
    Some(Body { score: seen.score, bounds, points })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn now() -> Timestamp {
        Timestamp::from_second(1_790_000_000).unwrap()
    }

    fn seen() -> BodiesSeen {
        let points = (0..17).map(|joint| [100.0 + joint as f32, 50.0, 0.5]).collect();
        BodiesSeen {
            camera: "north".to_owned(),
            captured_at: now(),
            sent_at: now(),
            clock: None,
            size: [640, 360],
            bodies: vec![SeenBody { score: 0.8, points }],
        }
    }

    #[test]
    fn a_body_is_taken_with_the_box_around_its_points() {
        let sight = sight(seen(), now()).unwrap();
        assert_eq!(sight.bodies[0].bounds, [100.0, 50.0, 116.0, 50.0]);
        assert_eq!((sight.at, sight.size), (now(), [640, 360]));
    }

    #[test]
    fn what_no_camera_sees_is_refused() {
        let with = |change: fn(&mut BodiesSeen)| {
            let mut seen = seen();
            change(&mut seen);
            sight(seen, now()).unwrap_err()
        };
        type Change = fn(&mut BodiesSeen);
        let cases: [(Change, &str); 11] = [
            (|seen| seen.camera.clear(), "camera"),
            (|seen| seen.camera = "x".repeat(41), "camera"),
            (|seen| seen.size = [0, 360], "size"),
            (|seen| seen.size = [640, u32::MAX], "size"),
            (|seen| seen.bodies = vec![seen.bodies[0].clone(); 61], "60"),
            (|seen| seen.bodies[0].points[3][0] = f32::NAN, "17"),
            (|seen| seen.bodies[0].points[3][1] = 1e9, "17"),
            (|seen| seen.bodies[0].score = 1.5, "17"),
            (|seen| seen.bodies[0].points.truncate(16), "17"),
            (|seen| seen.captured_at = now() + SignedDuration::from_secs(60), "after"),
            (|seen| seen.sent_at = now() - SignedDuration::from_secs(5), "captured_at lies after"),
        ];
        for (change, says) in cases {
            let said = with(change);
            assert!(said.contains(says), "{said:?} does not say {says:?}");
        }
        let late = |at: Timestamp| BodiesSeen { captured_at: at, sent_at: at, ..seen() };
        assert!(
            sight(late(now() - SignedDuration::from_secs(5)), now()).is_err(),
            "under way for five seconds, or a wrong clock"
        );
    }
}
