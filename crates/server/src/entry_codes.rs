//! The entry code: what the phone's QR code says. It names the shopper and the log-in that it was made for, expires soon and is signed,
//! so that a photograph of it is of little use and nobody can make one. It opens the door once: whoever has walked in or out since it
//! was made needs a fresh one.

use domain::ids::ShopperId;
use jiff::{SignedDuration, Timestamp};
use protocol::shopper::EntryCode;
use uuid::Uuid;

use crate::keys::{Keys, Purpose};

/// A code is valid for this long: the phone's clock does not matter, its connection may be away for a while.
const VALIDITY: SignedDuration = SignedDuration::from_secs(120);
/// A scanner's clock may be behind ours by so much, so that a code seems to come from the future.
const EARLY: SignedDuration = SignedDuration::from_secs(10);
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
    /// It is too old, or its log-in has ended.
    #[error("This code has expired: open the app for a fresh one")]
    Expired,
    /// Its owner has walked in or out since it was made, or nobody can tell.
    #[error("This code was used already: open the app for a fresh one")]
    Used,
}

/// What a valid code says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Code {
    /// Whose it is.
    pub shopper: ShopperId,
    /// When the log-in began that it was made for.
    pub logged_in_at: Timestamp,
    /// When it was made.
    pub made_at: Timestamp,
    /// By which clock of the server.
    pub epoch: Uuid,
}

/// A code for `shopper`, who is logged in since `logged_in_at`, made `now` by the clock of that epoch.
pub fn issue(keys: &Keys, shopper: ShopperId, logged_in_at: Timestamp, now: Timestamp, epoch: Uuid) -> EntryCode {
    let [login, made] = [logged_in_at, now].map(|at| at.as_microsecond().to_be_bytes());
    let payload = [shopper.0.as_bytes().as_slice(), &login, &made, epoch.as_bytes()].concat();
    EntryCode {
        code: format!("{PREFIX}{}", keys.sign(Purpose::Code, &payload)),
        expires_at: domain::clock::shift(now, VALIDITY).to_string(),
        refresh_after_s: REFRESH_AFTER_S,
    }
}

/// What a code says, if it is ours and valid at `at`.
pub fn verify(keys: &Keys, code: &str, at: Timestamp) -> Result<Code, CodeError> {
    let signed = code.trim().strip_prefix(PREFIX).ok_or(CodeError::NotOurs)?;
    let code = keys.verify(Purpose::Code, signed).and_then(|payload| read(&payload)).ok_or(CodeError::NotOurs)?;
    let age = at.duration_since(code.made_at);
    if (-EARLY..=VALIDITY).contains(&age) { Ok(code) } else { Err(CodeError::Expired) }
}

fn read(payload: &[u8]) -> Option<Code> {
    let (shopper, rest) = payload.split_first_chunk::<16>()?;
    let (login, rest) = rest.split_first_chunk::<8>()?;
    let (made, epoch) = rest.split_first_chunk::<8>()?;
    let time = |bytes: [u8; 8]| Timestamp::from_microsecond(i64::from_be_bytes(bytes)).ok();
    Some(Code {
        shopper: ShopperId(Uuid::from_bytes(*shopper)),
        logged_in_at: time(*login)?,
        made_at: time(*made)?,
        epoch: Uuid::from_slice(epoch).ok()?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_names_its_shopper_and_log_in_until_it_expires() {
        let keys = Keys::from_hex(&"01".repeat(32)).unwrap();
        let shopper = ShopperId(Uuid::from_u128(7));
        let at = |seconds| Timestamp::from_second(seconds).unwrap();
        let epoch = Uuid::from_u128(9);
        let code = issue(&keys, shopper, at(400), at(1_000), epoch).code;
        let says = Code { shopper, logged_in_at: at(400), made_at: at(1_000), epoch };
        assert_eq!(verify(&keys, &code, at(1_000)), Ok(says));
        assert_eq!(verify(&keys, &format!(" {code}\r\n"), at(1_120)), Ok(says));
        assert_eq!(verify(&keys, &code, at(1_121)), Err(CodeError::Expired));
        assert_eq!(verify(&keys, &code, at(900)), Err(CodeError::Expired), "made in a time to come");
        let other = Keys::from_hex(&"02".repeat(32)).unwrap();
        assert_eq!(verify(&other, &code, at(1_000)), Err(CodeError::NotOurs));
        let old_kind = format!("{PREFIX}{}", keys.sign_until(Purpose::Code, shopper.0, at(2_000)));
        assert_eq!(verify(&keys, &old_kind, at(1_000)), Err(CodeError::NotOurs));
        for bad in ["", "SMARTMART1:", "https://example.org", &code[..code.len() - 2]] {
            assert_eq!(verify(&keys, bad, at(1_000)), Err(CodeError::NotOurs), "{bad}");
        }
    }
}
