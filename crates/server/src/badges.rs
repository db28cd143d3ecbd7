//! Staff's badges: a code that is held up to the camera of a zone before it is refilled, and again afterwards.

use std::collections::HashMap;
use std::sync::Mutex;

use domain::ids::{AdminId, DeviceId};
use jiff::{SignedDuration, Timestamp};
use protocol::admin::StaffBadge;

use crate::keys::{Keys, Purpose};

/// A badge is good for a shift.
const VALIDITY: SignedDuration = SignedDuration::from_hours(12);
/// What a badge begins with, so that other QR codes are told apart.
const PREFIX: &str = "SMARTMART-STAFF1:";
/// A badge that was away for this long was held up anew; before, it is still the same movement.
const AWAY: SignedDuration = SignedDuration::from_secs(10);

/// A badge for an admin.
pub fn issue(keys: &Keys, admin: AdminId, now: Timestamp) -> StaffBadge {
    let expires_at = domain::clock::shift(now, VALIDITY);
    let code = format!("{PREFIX}{}", keys.sign_until(Purpose::Badge, admin.0, expires_at));
    StaffBadge { code, expires_at: expires_at.to_string() }
}

/// Whether this is a badge, real or not.
pub fn is_badge(code: &str) -> bool {
    code.trim().starts_with(PREFIX)
}

/// Whose badge it is, if it is valid at `at`.
pub fn verify(keys: &Keys, code: &str, at: Timestamp) -> Option<AdminId> {
    let signed = code.trim().strip_prefix(PREFIX)?;
    keys.verify_until(Purpose::Badge, signed, at).ok().map(AdminId)
}

/// When each camera last saw a badge.
#[derive(Debug, Default)]
pub struct BadgesSeen(Mutex<HashMap<DeviceId, Timestamp>>);

impl BadgesSeen {
    /// A camera sees a badge: whether it was held up anew.
    pub fn held_up(&self, device: DeviceId, at: Timestamp) -> bool {
        let mut seen = self.0.lock().expect("no holder panics");
        seen.insert(device, at).is_none_or(|last| at.duration_since(last) > AWAY)
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_second(seconds).unwrap()
    }

    #[test]
    fn a_badge_names_its_admin_for_a_shift_and_is_no_entry_code() {
        let keys = Keys::from_hex(&"01".repeat(32)).unwrap();
        let admin = AdminId(Uuid::from_u128(7));
        let badge = issue(&keys, admin, at(0)).code;
        assert_eq!(verify(&keys, &badge, at(12 * 3_600)), Some(admin));
        assert_eq!(verify(&keys, &badge, at(12 * 3_600 + 1)), None);
        assert_eq!(verify(&Keys::from_hex(&"02".repeat(32)).unwrap(), &badge, at(0)), None);
        let entry = crate::http::shopper::code::issue(&keys, domain::ids::ShopperId(admin.0), at(0)).code;
        assert_eq!(verify(&keys, &entry, at(0)), None);
        let disguised = entry.replace("SMARTMART1:", PREFIX);
        assert_eq!(verify(&keys, &disguised, at(0)), None, "what a shopper was given makes no badge");
        for bad in ["", PREFIX, "https://example.org"] {
            assert_eq!(verify(&keys, bad, at(0)), None, "{bad}");
        }
    }

    #[test]
    fn a_badge_before_the_camera_counts_once() {
        let (seen, camera) = (BadgesSeen::default(), DeviceId(Uuid::nil()));
        assert_eq!([0, 1, 5, 14, 25].map(|second| seen.held_up(camera, at(second))), [true, false, false, false, true]);
    }
}
