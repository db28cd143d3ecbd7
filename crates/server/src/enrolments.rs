//! Who changes what is enrolled: one at a time, so that no template stays in memory that the database forgot; and whose faces were
//! deleted while photographs of them were still looked at.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex as SyncMutex};

use domain::ids::ShopperId;
use tokio::sync::{Mutex, MutexGuard, OwnedMutexGuard};

/// The right to change what is enrolled.
#[derive(Debug, Default)]
pub struct Enrolments {
    /// Deletions since the server started.
    count: AtomicU64,
    last: Mutex<HashMap<ShopperId, u64>>,
    /// Who is being enrolled.
    under_way: SyncMutex<HashMap<ShopperId, Arc<Mutex<()>>>>,
}

/// When somebody asked, as against deletions.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Asked(u64);

/// Nobody else changes what is enrolled.
pub struct Turn<'a> {
    count: &'a AtomicU64,
    last: MutexGuard<'a, HashMap<ShopperId, u64>>,
}

impl Enrolments {
    /// Waits until nobody else changes anything, and keeps it so.
    pub async fn lock(&self) -> Turn<'_> {
        Turn { count: &self.count, last: self.last.lock().await }
    }

    /// Now: what is asked for from here on came after every deletion so far.
    pub fn now(&self) -> Asked {
        Asked(self.count.load(Ordering::SeqCst))
    }

    /// Waits until no other enrolment of this shopper is under way, from the first picture to the last word: a cloud is given pictures long
    /// before anything is kept.
    pub async fn of(&self, shopper: ShopperId) -> OwnedMutexGuard<()> {
        let one = {
            let mut under_way = self.under_way.lock().expect("no holder panics");
            under_way.retain(|_, one| Arc::strong_count(one) > 1);
            Arc::clone(under_way.entry(shopper).or_default())
        };
        one.lock_owned().await
    }
}

impl Turn<'_> {
    /// A shopper's face is deleted.
    pub fn note_deletion(&mut self, shopper: ShopperId) {
        let count = self.count.fetch_add(1, Ordering::SeqCst) + 1;
        self.last.insert(shopper, count);
    }

    /// Whether a shopper's face was deleted after something was asked for.
    pub fn deleted_since(&self, asked: Asked, shopper: ShopperId) -> bool {
        self.last.get(&shopper).is_some_and(|last| *last > asked.0)
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[tokio::test]
    async fn a_deletion_is_told_from_what_was_asked_for_before_it() {
        let (enrolments, [ada, ben]) = (Enrolments::default(), [1, 2].map(|id| ShopperId(Uuid::from_u128(id))));
        let before = enrolments.now();
        enrolments.lock().await.note_deletion(ada);
        let after = enrolments.now();
        let turn = enrolments.lock().await;
        assert!(turn.deleted_since(before, ada) && !turn.deleted_since(after, ada));
        assert!(!turn.deleted_since(before, ben));
    }

    #[tokio::test]
    async fn one_shopper_is_enrolled_once_at_a_time_and_others_beside() {
        let (enrolments, [ada, ben]) = (Enrolments::default(), [1, 2].map(|id| ShopperId(Uuid::from_u128(id))));
        let first = enrolments.of(ada).await;
        let _other = enrolments.of(ben).await;
        let again = tokio::time::timeout(std::time::Duration::from_millis(20), enrolments.of(ada));
        assert!(again.await.is_err());
        drop(first);
        enrolments.of(ada).await;
    }
}
