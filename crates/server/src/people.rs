//! Names of shoppers for screens: a cache in front of the accounts, and of whose visit is whose.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, RwLock};

use db::{Db, DbError};
use domain::ids::{ShopperId, ShoppingSessionId};

/// Looks names up.
#[derive(Clone, Debug)]
pub struct People {
    db: Db,
    names: Arc<RwLock<HashMap<ShopperId, Arc<str>>>>,
}

/// Names by visit, for evidence.
pub type NamesBySession = HashMap<ShoppingSessionId, Arc<str>>;

impl People {
    /// With nothing in its cache.
    pub fn new(db: Db) -> Self {
        Self { db, names: Arc::default() }
    }

    /// The name of a shopper; "former shopper" where the account is gone.
    pub async fn name(&self, id: ShopperId) -> Result<Arc<str>, DbError> {
        if let Some(name) = self.names.read().expect("no holder panics").get(&id) {
            return Ok(Arc::clone(name));
        }
        let row = db::accounts::shopper(&self.db, id).await?;
        let name: Arc<str> = row.map_or("former shopper".into(), |row| row.name.into());
        self.names.write().expect("no holder panics").insert(id, Arc::clone(&name));
        Ok(name)
    }

    /// The names of whoever these visits belong to.
    pub async fn names_of(
        &self,
        sessions: impl IntoIterator<Item = ShoppingSessionId>,
    ) -> Result<NamesBySession, DbError> {
        let mut names = NamesBySession::new();
        for id in sessions.into_iter().collect::<BTreeSet<_>>() {
            if let Some(row) = db::sessions::one(&self.db, id).await? {
                names.insert(id, self.name(ShopperId(row.shopper_id)).await?);
            }
        }
        Ok(names)
    }
}
