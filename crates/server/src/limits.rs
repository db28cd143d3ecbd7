//! Bounds on what comes in: sizes of bodies and frames, and numbers of log-in attempts.

use std::net::IpAddr;
use std::num::NonZeroU32;
use std::sync::Arc;

use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};

/// A JSON body: the largest is a dispute with a message of 2,000 characters.
pub const MAX_JSON_BYTES: usize = 64 * 1024;
/// A planogram file.
pub const MAX_PLANOGRAM_BYTES: usize = crate::planogram_file::MOST_BYTES;
/// A camera's frame: a 640 px JPEG has 30 to 120 KB.
pub const MAX_FRAME_BYTES: usize = 1024 * 1024;
/// A photograph for enrolment: what phones take.
pub const MAX_PHOTO_BYTES: usize = 8 * 1024 * 1024;
/// Three photographs and the form around them.
pub const MAX_ENROLMENT_BYTES: usize = 3 * MAX_PHOTO_BYTES + 64 * 1024;

/// Attempts at one account, at once and then one each 12 s: OWASP's advice is to slow guessing, not to lock people out.
const ATTEMPTS_PER_ACCOUNT: (u32, u32) = (10, 5);
/// Attempts from one address, at once and a minute: a family behind one router is fine, a word list is not.
const ATTEMPTS_PER_ADDRESS: (u32, u32) = (60, 30);

/// Counts log-in attempts (of shoppers, admins and joining devices) by account and by address.
#[derive(Clone)]
pub struct LogInLimits {
    accounts: Arc<DefaultKeyedRateLimiter<String>>,
    addresses: Arc<DefaultKeyedRateLimiter<IpAddr>>,
}

impl Default for LogInLimits {
    fn default() -> Self {
        Self {
            accounts: Arc::new(RateLimiter::keyed(quota(ATTEMPTS_PER_ACCOUNT))),
            addresses: Arc::new(RateLimiter::keyed(quota(ATTEMPTS_PER_ADDRESS))),
        }
    }
}

fn quota((burst, per_minute): (u32, u32)) -> Quota {
    let at_least_one = |number| NonZeroU32::new(number).unwrap_or(NonZeroU32::MIN);
    Quota::per_minute(at_least_one(per_minute)).allow_burst(at_least_one(burst))
}

impl LogInLimits {
    /// Counts an attempt; false if there were too many.
    pub fn allows(&self, account: &str, address: IpAddr) -> bool {
        // Addresses on this machine are a reverse proxy, a simulator or a test, not somebody's word list.
        let address_allows = address.is_loopback() || self.addresses.check_key(&address).is_ok();
        self.accounts.check_key(&account.to_owned()).is_ok() && address_allows
    }

    /// Forgets accounts and addresses that have been quiet; called now and then.
    pub fn tidy(&self) {
        self.accounts.retain_recent();
        self.addresses.retain_recent();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn guessing_is_slowed_per_account_and_per_address() {
        let limits = LogInLimits::default();
        let address = IpAddr::from([192, 0, 2, 1]);
        let allowed = (0..100).filter(|_| limits.allows("a@example.org", address)).count();
        assert!((10..=12).contains(&allowed), "{allowed}");
        let others = (0..200).filter(|n| limits.allows(&format!("{n}@example.org"), address)).count();
        assert!(others < 60, "{others}");
        assert!(limits.allows("b@example.org", IpAddr::from([192, 0, 2, 2])));
    }
}
