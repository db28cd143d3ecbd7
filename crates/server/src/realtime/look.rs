//! Looks: a frame or a scanned code becomes a sighting, the floor decides, and the kiosk hears what to say.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::Bytes;
use db::Fault;
use domain::gate::{FaceTrust, GateDecision, Place};
use domain::ids::{AdminId, ShopperId, SightingId, ZoneId};
use domain::sighting::{Identity, Means, Seen, Sighting};
use domain::skew::{Dated, date};
use floor::FloorInput;
use jiff::{SignedDuration, Timestamp};
use protocol::device::{CodeScan, DeviceClock, FrameMeta, GateOutcome, LookAck};
use protocol::error_code::ErrorCode;
use shop::desk::NotTaken;
use uuid::Uuid;
use vision::presentation::challenge::Prompt;

use crate::app::App;
use crate::badges::{self, Meaning};
use crate::caller::DeviceCaller;
use crate::entry_codes::{self, Code, CodeError};
use crate::limits::MAX_FRAME_BYTES;
use crate::problem::problem;
use crate::recognition::{CameraFrame, CodesRead, Liveness, Look, LookError, Pictures};
use crate::templates;
use crate::views::names::{place_of, turn_prompt};

/// Where a face is not enough. The name stays unsaid: it may be a picture that somebody holds up.
const CODE_NEEDED: &str = "Please hold up the QR code in your app as well";

/// A frame at a shelf whose time is less sure than this says nothing of who stood there.
const TOO_UNSURE: SignedDuration = SignedDuration::from_secs(2);

/// A code waits so long for a database that is away, and this long between two tries.
const LONGEST_WAIT: Duration = Duration::from_secs(20);
const PAUSE: Duration = Duration::from_millis(250);

/// Why a look came to nothing: for the acknowledgement.
type Failure = (ErrorCode, String);

/// A camera's frame.
pub async fn frame(app: &App, who: &DeviceCaller, meta: &FrameMeta, bytes: Bytes) -> LookAck {
    answer(who, look_at_frame(app, who, meta, bytes).await)
}

/// A scanner's code.
pub async fn code(app: &App, who: &DeviceCaller, scan: &CodeScan) -> LookAck {
    answer(who, look_at_code(app, who, scan).await)
}

fn answer(who: &DeviceCaller, result: Result<(u32, GateOutcome), Failure>) -> LookAck {
    match result {
        Ok((faces, outcome)) => LookAck::Seen { faces, outcome },
        Err((code, detail)) => {
            if code != ErrorCode::Superseded {
                tracing::warn!(device.id = %who.id, ?code, detail, "a look failed");
            }
            LookAck::Failed { problem: problem(code, &detail) }
        }
    }
}

async fn look_at_frame(
    app: &App,
    who: &DeviceCaller,
    meta: &FrameMeta,
    bytes: Bytes,
) -> Result<(u32, GateOutcome), Failure> {
    let place = camera_place(who)?;
    if bytes.len() > MAX_FRAME_BYTES {
        return Err((ErrorCode::TooLarge, "the frame is too large".to_owned()));
    }
    let when = dated(app, meta.captured_at, meta.sent_at, meta.clock)?;
    let occurred_at = at_place(place, when);
    let inside = inside(app, place);
    let codes = codes_read(app, place);
    let frame = CameraFrame { device: who.id, place, bytes, taken_at: occurred_at, inside, codes };
    let look = app.recogniser.look(frame).await.map_err(|error| match error {
        LookError::Frame(frame) => (ErrorCode::NotAnImage, frame.to_string()),
        LookError::Superseded => (ErrorCode::Superseded, LookError::Superseded.to_string()),
        LookError::Failed(why) => (ErrorCode::Internal, why),
    })?;
    if let Some(shopper) = look.doubted {
        doubt(app, shopper, occurred_at, SightingId(meta.id)).await?;
    }
    let faces = u32::try_from(look.seen.len()).unwrap_or(u32::MAX);
    if let Some(badge) = look.codes.iter().find(|code| badges::is_badge(code)) {
        return Ok((faces, badge_held_up(app, who, place, badge, occurred_at).await?));
    }
    let (mut seen, refused) = with_codes(app, place, &look, occurred_at).await?;
    let by_face = seen.iter().all(|one| one.means == Means::Face);
    if let (Some(error), true) = (refused, by_face) {
        return Ok((faces, GateOutcome::CodeRefused { hint: error.to_string() }));
    }
    // A head that turns because it was asked to is no poor face.
    let is_turning = matches!(look.liveness, Liveness::Turning { .. });
    if place != Place::Shelf
        && !is_turning
        && let (Some(hint), true) = (look.hint, look.codes.is_empty())
    {
        return Ok((faces, GateOutcome::PoorFace { hint: hint.to_owned() }));
    }
    if let (Place::Entry, true, Some(outcome)) = (place, by_face, without_life(app, look.liveness)) {
        return Ok((faces, outcome));
    }
    if place != Place::Shelf && look.undecided && by_face {
        return Ok((faces, keep_looking(app)));
    }
    seen.truncate(16);
    if place == Place::Shelf && when.width() > TOO_UNSURE {
        tracing::debug!(device.id = %who.id, "a frame came in too late to say who stood there when");
        return Ok((faces, GateOutcome::Noted));
    }
    let outcome = decide(app, who, place, meta.id, occurred_at, seen).await?;
    Ok((faces, outcome))
}

/// Somebody was let in as this shopper, and the frames since then deny it: staff hear of it, and the shelves no longer look for
/// the face that came in.
async fn doubt(app: &App, shopper: ShopperId, at: Timestamp, sighting: SightingId) -> Result<(), Failure> {
    app.recogniser.left(shopper);
    app.desk.input(FloorInput::Doubt { shopper, at, sighting }).await.map(|_| ()).map_err(busy)
}

async fn look_at_code(app: &App, who: &DeviceCaller, scan: &CodeScan) -> Result<(u32, GateOutcome), Failure> {
    let place = camera_place(who)?;
    let when = dated(app, scan.scanned_at, scan.sent_at, scan.clock)?;
    let occurred_at = at_place(place, when);
    if badges::is_badge(&scan.code) {
        return Ok((0, badge_held_up(app, who, place, &scan.code, occurred_at).await?));
    }
    match whose(app, place, &scan.code, occurred_at).await? {
        Ok(_) if place == Place::Shelf && when.width() > TOO_UNSURE => Ok((0, GateOutcome::Noted)),
        Ok(shopper) => {
            let seen = vec![seen_by_code(shopper)];
            Ok((0, decide(app, who, place, scan.id, occurred_at, seen).await?))
        }
        Err(error) => {
            if place == Place::Shelf && when.width() <= TOO_UNSURE {
                // Whoever holds it up stands there all the same: what is taken now may be theirs, and nobody else's for certain.
                let somebody = Seen { identity: Identity::Unknown, means: Means::Code, x: None, size: None };
                decide(app, who, place, scan.id, occurred_at, vec![somebody]).await?;
            }
            Ok((0, GateOutcome::CodeRefused { hint: error.to_string() }))
        }
    }
}

/// Somebody of the staff begins to refill the zone that this device sees, or is done with it, as their badge says.
async fn badge_held_up(
    app: &App,
    who: &DeviceCaller,
    place: Place,
    badge: &str,
    at: Timestamp,
) -> Result<GateOutcome, Failure> {
    let refused = |hint: &str| Ok(GateOutcome::CodeRefused { hint: hint.to_owned() });
    let (admin, meaning) = match badges::verify(&app.keys, badge, at) {
        Some((admin, meaning)) if is_admin(app, admin).await? => (admin, meaning),
        Some(_) | None => return refused("This badge is not valid: open the stock page for a fresh one"),
    };
    if place != Place::Shelf {
        return refused("Hold this badge up where you refill");
    }
    let (zone, on) = (ZoneId(who.zone.clone()), meaning == Meaning::Begin);
    let was_on = app.desk.snapshot().restocking.contains(&zone);
    if on != was_on {
        let reply = app.desk.input(FloorInput::Restock { zone, by: admin, on }).await.map_err(busy)?;
        if reply.refused.is_some() {
            return refused("Nothing stands before this camera by the planogram");
        }
        tracing::info!(zone = %who.zone, on, by = %admin, "restocking was set by a badge");
    }
    Ok(GateOutcome::Restocking { on })
}

async fn is_admin(app: &App, admin: AdminId) -> Result<bool, Failure> {
    let row = db::accounts::admin(&app.db, admin).await;
    row.map(|row| row.is_some()).map_err(|error| (ErrorCode::TryAgainLater, error.to_string()))
}

fn camera_place(who: &DeviceCaller) -> Result<Place, Failure> {
    place_of(who.role).ok_or_else(|| (ErrorCode::WrongRole, "this device is not a camera or scanner".to_owned()))
}

/// At an entry where a face may not be enough, the code is held up beside it.
fn codes_read(app: &App, place: Place) -> CodesRead {
    let face_is_enough =
        app.config.floor.face_at_entry == FaceTrust::Enough && app.config.recognition.pictures == Pictures::Off;
    if place == Place::Entry && !face_is_enough { CodesRead::Always } else { CodesRead::WithoutFace }
}

/// What to say to a face that may be a picture; nothing where it is believed.
fn without_life(app: &App, liveness: Liveness) -> Option<GateOutcome> {
    let believed = match (app.config.recognition.pictures, liveness) {
        (Pictures::Off, _) | (_, Liveness::Unchecked | Liveness::Live) => true,
        (Pictures::RefusePictures, Liveness::Waiting | Liveness::Unsure) => true,
        (Pictures::RequireLife, Liveness::Waiting) => return Some(keep_looking(app)),
        // Only who is known is asked.
        (Pictures::AskTurn, Liveness::Waiting) => true,
        (_, Liveness::Hindered(hint)) => return Some(GateOutcome::PoorFace { hint: hint.to_owned() }),
        (_, Liveness::Turning { prompt, attempt }) => return Some(turn_head(prompt, attempt)),
        (Pictures::RequireLife | Pictures::AskTurn, Liveness::Unsure) => false,
        (Pictures::RefusePictures | Pictures::RequireLife | Pictures::AskTurn, Liveness::Suspected) => false,
    };
    (!believed).then(|| GateOutcome::CodeNeeded { hint: CODE_NEEDED.to_owned() })
}

fn turn_head(prompt: Prompt, attempt: usize) -> GateOutcome {
    GateOutcome::TurnHead { prompt: turn_prompt(prompt), attempt: u32::try_from(attempt).unwrap_or(u32::MAX) }
}

fn keep_looking(app: &App) -> GateOutcome {
    GateOutcome::KeepLooking { votes: 0, needed: app.config.floor.gate_votes }
}

/// Who is in the store: at a shelf and at the exit it is one of them, or nobody's affair.
fn inside(app: &App, place: Place) -> Arc<BTreeSet<ShopperId>> {
    if place == Place::Entry {
        return Arc::default();
    }
    Arc::new(app.desk.snapshot().visits.keys().copied().collect())
}

async fn with_codes(
    app: &App,
    place: Place,
    look: &Look,
    at: Timestamp,
) -> Result<(Vec<Seen>, Option<CodeError>), Failure> {
    let mut seen = look.seen.clone();
    let mut refused = None;
    for text in &look.codes {
        match whose(app, place, text, at).await? {
            Ok(shopper) => seen.insert(0, seen_by_code(shopper)),
            Err(error) => refused = Some(error),
        }
    }
    Ok((seen, refused))
}

/// Whose entry code this is, if it is good at this place and time.
async fn whose(app: &App, place: Place, text: &str, at: Timestamp) -> Result<Result<ShopperId, CodeError>, Failure> {
    let code = match entry_codes::verify(&app.keys, text, at) {
        Ok(code) => code,
        Err(error) => return Ok(Err(error)),
    };
    if !is_logged_in(app, &code).await? {
        return Ok(Err(CodeError::Expired));
    }
    let floor = app.desk.snapshot();
    let passed_at = floor.passed.get(&code.shopper).copied();
    // A photograph of it must not bring a friend in after its owner.
    let is_used = code.epoch != floor.clock || code.made_at < passed_at.unwrap_or(floor.since).max(floor.since);
    if place == Place::Entry && is_used && !floor.is_inside(code.shopper) {
        return Ok(Err(CodeError::Used));
    }
    Ok(Ok(code.shopper))
}

/// Whether the log-in that a code was made for has not ended. A database that is away is waited for, as it is by whatever follows.
async fn is_logged_in(app: &App, code: &Code) -> Result<bool, Failure> {
    let started = Instant::now();
    loop {
        let found = db::accounts::is_logged_in(&app.db, code.shopper, code.logged_in_at, app.clock.now()).await;
        match found {
            Err(error) if error.fault() == Fault::Passing && started.elapsed() < LONGEST_WAIT => {
                tracing::warn!(%error, "a code waits for the database");
                tokio::time::sleep(PAUSE).await;
            }
            found => return found.map_err(|error| (ErrorCode::TryAgainLater, error.to_string())),
        }
    }
}

/// When something counts as seen. Whoever stands at a gate is there now, however little the device knows of its clock.
fn at_place(place: Place, when: Dated) -> Timestamp {
    if place != Place::Shelf && when.width() > TOO_UNSURE { when.latest } else { when.at }
}

/// When a device's message happened, on our clock.
fn dated(app: &App, at: Timestamp, sent_at: Timestamp, clock: Option<DeviceClock>) -> Result<Dated, Failure> {
    if clock.is_some_and(|clock| clock.epoch != app.desk.snapshot().clock) {
        let detail = "the server's clock was set: ask for the time again";
        return Err((ErrorCode::TryAgainLater, detail.to_owned()));
    }
    date(at, sent_at, app.clock.now(), clock.map(DeviceClock::skew))
        .ok_or_else(|| (ErrorCode::TimeOutOfRange, "the message was sent before it happened".to_owned()))
}

fn seen_by_code(shopper: ShopperId) -> Seen {
    let identity = Identity::Known { shopper, similarity: 1.0 };
    Seen { identity, means: Means::Code, x: None, size: None }
}

async fn decide(
    app: &App,
    who: &DeviceCaller,
    place: Place,
    id: Uuid,
    occurred_at: Timestamp,
    seen: Vec<Seen>,
) -> Result<GateOutcome, Failure> {
    let sighting = Sighting { id: SightingId(id), device: who.id, zone: ZoneId(who.zone.clone()), occurred_at, seen };
    let reply = app.desk.input(FloorInput::Look { place, sighting }).await.map_err(busy)?;
    let name = async |shopper| match app.people.name(shopper).await {
        Ok(name) => name.to_string(),
        Err(error) => {
            tracing::warn!(%error, "cannot look a name up");
            String::new()
        }
    };
    Ok(match reply.gate {
        None | Some(GateDecision::Noted) => GateOutcome::Noted,
        Some(GateDecision::NoFace) => GateOutcome::NoFace,
        Some(GateDecision::NotRecognised) => GateOutcome::NotRecognised,
        Some(GateDecision::KeepLooking { votes, needed }) => GateOutcome::KeepLooking { votes, needed },
        Some(GateDecision::Opened(shopper)) => {
            templates::entered(app, who.id, shopper).await;
            GateOutcome::Welcome { name: name(shopper).await }
        }
        Some(GateDecision::AlreadyInside(shopper)) => GateOutcome::AlreadyInside { name: name(shopper).await },
        Some(GateDecision::Exited(shopper)) => {
            app.recogniser.left(shopper);
            GateOutcome::Goodbye { name: name(shopper).await }
        }
        Some(GateDecision::CodeNeeded(_)) => GateOutcome::CodeNeeded { hint: CODE_NEEDED.to_owned() },
        Some(GateDecision::NotInside(shopper)) => GateOutcome::NotInside { name: name(shopper).await },
    })
}

fn busy(not_taken: NotTaken) -> Failure {
    let code = match not_taken {
        NotTaken::Busy => ErrorCode::TryAgainLater,
        NotTaken::SetAside => ErrorCode::Internal,
    };
    (code, not_taken.to_string())
}
