//! Who changes what is enrolled: one at a time, so that no template stays in memory that the database forgot; and whose faces were
//! deleted while photographs of them were still looked at.

use std::collections::HashMap;

use domain::ids::ShopperId;
use tokio::sync::{Mutex, MutexGuard};

/// The right to change what is enrolled.
#[derive(Debug, Default)]
pub struct Enrolments(Mutex<Deletions>);

/// What was deleted since the server started.
#[derive(Debug, Default)]
pub struct Deletions {
    count: u64,
    last: HashMap<ShopperId, u64>,
}

/// When somebody asked, as against deletions.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Asked(u64);

impl Enrolments {
    /// Waits until nobody else changes anything, and keeps it so.
    pub async fn lock(&self) -> MutexGuard<'_, Deletions> {
        self.0.lock().await
    }

    /// Now: what is asked for from here on came after every deletion so far.
    pub async fn now(&self) -> Asked {
        Asked(self.0.lock().await.count)
    }
}

impl Deletions {
    /// A shopper's face is deleted.
    pub fn note(&mut self, shopper: ShopperId) {
        self.count += 1;
        self.last.insert(shopper, self.count);
    }

    /// Whether a shopper's face was deleted after something was asked for.
    pub fn came_after(&self, asked: Asked, shopper: ShopperId) -> bool {
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
        let before = enrolments.now().await;
        enrolments.lock().await.note(ada);
        let after = enrolments.now().await;
        let deletions = enrolments.lock().await;
        assert!(deletions.came_after(before, ada) && !deletions.came_after(after, ada));
        assert!(!deletions.came_after(before, ben));
    }
}
