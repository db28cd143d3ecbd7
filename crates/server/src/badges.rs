//! Staff's badges: codes that are held up to the camera of a zone, one before it is refilled and another one afterwards. Each says what
//! is meant: whichever cameras see it, and however often, it means the same.

use domain::ids::AdminId;
use jiff::{SignedDuration, Timestamp};
use protocol::admin::StaffBadge;

use crate::keys::{Keys, Purpose};

/// A badge is good for a shift.
const VALIDITY: SignedDuration = SignedDuration::from_hours(12);
/// What a badge begins with, so that other QR codes are told apart.
const PREFIX: &str = "SMARTMART-STAFF1:";

/// What whoever holds up a badge means.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Meaning {
    /// They begin to refill the zone.
    Begin,
    /// They are done with it.
    Done,
}

impl Meaning {
    const ALL: [Self; 2] = [Self::Begin, Self::Done];

    fn purpose(self) -> Purpose {
        match self {
            Self::Begin => Purpose::Badge,
            Self::Done => Purpose::BadgeDone,
        }
    }
}

/// A badge for an admin.
pub fn issue(keys: &Keys, admin: AdminId, now: Timestamp) -> StaffBadge {
    let expires_at = domain::clock::shift(now, VALIDITY);
    let code = |meaning: Meaning| format!("{PREFIX}{}", keys.sign_until(meaning.purpose(), admin.0, expires_at));
    StaffBadge { code: code(Meaning::Begin), done_code: code(Meaning::Done), expires_at: expires_at.to_string() }
}

/// Whether this is a badge, real or not.
pub fn is_badge(code: &str) -> bool {
    code.trim().starts_with(PREFIX)
}

/// Whose badge it is and what it means, if it is valid at `at`.
pub fn verify(keys: &Keys, code: &str, at: Timestamp) -> Option<(AdminId, Meaning)> {
    let signed = code.trim().strip_prefix(PREFIX)?;
    let meant = |meaning: Meaning| Some((AdminId(keys.verify_until(meaning.purpose(), signed, at).ok()?), meaning));
    Meaning::ALL.into_iter().find_map(meant)
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
        let StaffBadge { code: badge, done_code, .. } = issue(&keys, admin, at(0));
        assert_eq!(verify(&keys, &badge, at(12 * 3_600)), Some((admin, Meaning::Begin)));
        assert_eq!(verify(&keys, &done_code, at(1)), Some((admin, Meaning::Done)));
        assert_eq!(verify(&keys, &badge, at(12 * 3_600 + 1)), None);
        assert_eq!(verify(&Keys::from_hex(&"02".repeat(32)).unwrap(), &badge, at(0)), None);
        let entry = crate::entry_codes::issue(&keys, domain::ids::ShopperId(admin.0), at(0), at(0), Uuid::nil()).code;
        assert_eq!(verify(&keys, &entry, at(0)), None);
        let disguised = entry.replace("SMARTMART1:", PREFIX);
        assert_eq!(verify(&keys, &disguised, at(0)), None, "what a shopper was given makes no badge");
        for bad in ["", PREFIX, "https://example.org"] {
            assert_eq!(verify(&keys, bad, at(0)), None, "{bad}");
        }
    }
}
