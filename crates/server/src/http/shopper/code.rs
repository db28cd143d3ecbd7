//! The entry code: what the phone's QR code says. It names the shopper, expires soon and is signed, so that a
//! photograph of it is of little use and nobody can make one.

use domain::ids::ShopperId;
use jiff::{SignedDuration, Timestamp};
use protocol::shopper::EntryCode;

use crate::keys::{Keys, NotValid, Purpose};

/// A code is valid for this long: the phone's clock does not matter, its connection may be away for a while.
const VALIDITY: SignedDuration = SignedDuration::from_secs(120);
/// The phone fetches the next one after this many seconds.
const REFRESH_AFTER_S: u32 = 45;
/// What a code begins with, so that other QR codes are told apart.
const PREFIX: &str = "SMARTMART1:";

/// Why a code lets nobody in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CodeError {
    /// It is another kind of code, or altered.
    #[error("This is not a code of our app")]
    NotOurs,
    /// It is too old.
    #[error("This code has expired: open the app for a fresh one")]
    Expired,
}

/// A code for `shopper`.
pub fn issue(keys: &Keys, shopper: ShopperId, now: Timestamp) -> EntryCode {
    let expires_at = domain::clock::shift(now, VALIDITY);
    EntryCode {
        code: format!("{PREFIX}{}", keys.sign_until(Purpose::Code, shopper.0, expires_at)),
        expires_at: expires_at.to_string(),
        refresh_after_s: REFRESH_AFTER_S,
    }
}

/// Whose code it is, if it is valid at `at`.
pub fn verify(keys: &Keys, code: &str, at: Timestamp) -> Result<ShopperId, CodeError> {
    let signed = code.trim().strip_prefix(PREFIX).ok_or(CodeError::NotOurs)?;
    keys.verify_until(Purpose::Code, signed, at).map(ShopperId).map_err(|not_valid| match not_valid {
        NotValid::NotOurs => CodeError::NotOurs,
        NotValid::Expired => CodeError::Expired,
    })
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn a_code_names_its_shopper_until_it_expires() {
        let keys = Keys::from_hex(&"01".repeat(32)).unwrap();
        let shopper = ShopperId(Uuid::from_u128(7));
        let issued = Timestamp::from_second(1_000).unwrap();
        let code = issue(&keys, shopper, issued).code;
        let at = |seconds| Timestamp::from_second(seconds).unwrap();
        assert_eq!(verify(&keys, &code, at(1_000)), Ok(shopper));
        assert_eq!(verify(&keys, &format!(" {code}\r\n"), at(1_120)), Ok(shopper));
        assert_eq!(verify(&keys, &code, at(1_121)), Err(CodeError::Expired));
        let other = Keys::from_hex(&"02".repeat(32)).unwrap();
        assert_eq!(verify(&other, &code, at(1_000)), Err(CodeError::NotOurs));
        for bad in ["", "SMARTMART1:", "https://example.org", &code[..code.len() - 2]] {
            assert_eq!(verify(&keys, bad, at(1_000)), Err(CodeError::NotOurs), "{bad}");
        }
    }
}
