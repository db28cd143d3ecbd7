//! The floor at its gates: walking in and out.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};

use super::{Floor, FloorOutput};
use attribution::engine::Sensed;
use domain::cart::Cart;
use domain::clock::shift;
use domain::event::DomainEvent;
use domain::gate::{FaceTrust, GateDecision, Place, Vote};
use domain::ids::{ShopperId, ShoppingSessionId, SightingId};
use domain::session::ShoppingSession;
use domain::sighting::{Means, Sighting};

/// An entry code is good for less long than this, so nobody asks for older passages.
const REMEMBERED: SignedDuration = SignedDuration::from_mins(5);

/// When shoppers last walked in or out: a code that was made before then opens no door.
#[derive(Clone, Debug, Default)]
pub(super) struct Passages(BTreeMap<ShopperId, Timestamp>);

impl Passages {
    fn note(&mut self, shopper: ShopperId, at: Timestamp) {
        if self.0.len() >= MOST_REMEMBERED {
            self.0.retain(|_, passed_at| shift(*passed_at, REMEMBERED) > at);
        }
        let passed_at = self.0.entry(shopper).or_insert(at);
        *passed_at = at.max(*passed_at);
    }
}

/// From so many passages on those that nobody asks for are looked for and thrown away.
const MOST_REMEMBERED: usize = 256;

impl Floor {
    /// When each shopper last walked in or out, of the last minutes at least.
    pub fn passed(&self) -> impl Iterator<Item = (ShopperId, Timestamp)> {
        self.passages.0.iter().map(|(shopper, at)| (*shopper, *at))
    }

    /// When this floor was made or brought back: of passages before it knows nothing.
    pub fn restored_at(&self) -> Timestamp {
        self.restored_at
    }

    pub(super) fn look(&mut self, place: Place, sighting: Sighting, output: &mut FloorOutput) {
        let decision = match place {
            Place::Shelf => GateDecision::Noted,
            Place::Entry | Place::Exit => match self.ballots.count(&sighting, &self.policy.gate) {
                Vote::Nobody => GateDecision::NoFace,
                Vote::Stranger => GateDecision::NotRecognised,
                Vote::Counting { votes } => {
                    let needed = self.policy.gate.votes_needed;
                    GateDecision::KeepLooking { votes, needed }
                }
                Vote::Agreed(shopper, means) => self.pass_gate(place, shopper, means, &sighting, output),
            },
        };
        let before = self.before_late(&sighting);
        self.sighted(&sighting);
        let zone = sighting.zone.clone();
        self.watch.keep(sighting);
        self.guess_again(&zone, output);
        self.reconsider(before, output);
        output.gate = Some(decision);
    }

    fn pass_gate(
        &mut self,
        place: Place,
        shopper: ShopperId,
        means: Means,
        sighting: &Sighting,
        output: &mut FloorOutput,
    ) -> GateDecision {
        let inside = self.inside.contains_key(&shopper);
        match (place, inside) {
            (Place::Exit, true) => {
                output.events.extend(self.walk_out(shopper, sighting.occurred_at, means));
                GateDecision::Exited(shopper)
            }
            (Place::Exit, false) => GateDecision::NotInside(shopper),
            (Place::Entry | Place::Shelf, true) => GateDecision::AlreadyInside(shopper),
            (Place::Entry | Place::Shelf, false)
                if means == Means::Face && self.policy.gate.face == FaceTrust::WithCode =>
            {
                GateDecision::CodeNeeded(shopper)
            }
            (Place::Entry | Place::Shelf, false) => {
                output.events.push(self.walk_in(shopper, means, sighting.occurred_at, sighting.id));
                GateDecision::Opened(shopper)
            }
        }
    }

    fn walk_in(&mut self, shopper: ShopperId, by: Means, at: Timestamp, sighting: SightingId) -> DomainEvent {
        // A device that uses an id again, at another time, opens another visit.
        let role = format!("session of {shopper} from {}", at.as_microsecond());
        let id = ShoppingSessionId::derived(sighting.0, &role);
        self.inside.insert(shopper, id);
        self.expect_closing_of(shopper, at);
        self.passages.note(shopper, at);
        self.tell(at, Sensed::Entered(id));
        self.sessions.insert(
            id,
            ShoppingSession {
                id,
                shopper,
                opened_at: at,
                opened_by: by,
                exited_at: None,
                exited_by: None,
                settles_at: None,
                doubted_at: None,
                cart: Cart::default(),
            },
        );
        DomainEvent::SessionOpened { session: id, shopper, at, by, sighting }
    }

    /// A code proves who came in, whatever the camera makes of the face.
    pub(super) fn doubt(&mut self, shopper: ShopperId, at: Timestamp, sighting: SightingId) -> Option<DomainEvent> {
        let session = self.inside.get(&shopper).and_then(|id| self.sessions.get_mut(id))?;
        if session.opened_by != Means::Face || session.doubted_at.is_some() {
            return None;
        }
        session.doubted_at = Some(at);
        Some(DomainEvent::IdentityDoubted { session: session.id, shopper, at, sighting })
    }

    pub(super) fn walk_out(&mut self, shopper: ShopperId, at: Timestamp, by: Means) -> Option<DomainEvent> {
        let id = self.inside.remove(&shopper)?;
        self.closings.forget(shopper);
        self.passages.note(shopper, at);
        let session = self.sessions.get_mut(&id).expect("every shopper inside has a session");
        let settles_at = shift(at, self.policy.settling);
        session.exited_at = Some(at);
        session.exited_by = Some(by);
        session.settles_at = Some(settles_at);
        self.tell(at, Sensed::Left(id));
        Some(DomainEvent::SessionExited { session: id, shopper, at, settles_at, by })
    }
}
