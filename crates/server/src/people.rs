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

/// Names by shopper, for lists.
pub type Names = HashMap<ShopperId, Arc<str>>;

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

    /// The names of shoppers: one question for all that are not known yet.
    pub async fn names(&self, ids: impl IntoIterator<Item = ShopperId>) -> Result<Names, DbError> {
        let mut names = Names::new();
        let mut unknown = BTreeSet::new();
        {
            let known = self.names.read().expect("no holder panics");
            for id in ids {
                match known.get(&id) {
                    Some(name) => drop(names.insert(id, Arc::clone(name))),
                    None => drop(unknown.insert(id)),
                }
            }
        }
        if unknown.is_empty() {
            return Ok(names);
        }
        let mut found: HashMap<_, _> = db::accounts::list::names(&self.db, &unknown).await?.into_iter().collect();
        let mut known = self.names.write().expect("no holder panics");
        for id in unknown {
            let name: Arc<str> = found.remove(&id).map_or("former shopper".into(), Into::into);
            known.insert(id, Arc::clone(&name));
            names.insert(id, name);
        }
        Ok(names)
    }

    /// The names of whoever these visits belong to.
    pub async fn names_of(
        &self,
        sessions: impl IntoIterator<Item = ShoppingSessionId>,
    ) -> Result<NamesBySession, DbError> {
        let sessions = sessions.into_iter().collect::<BTreeSet<_>>();
        if sessions.is_empty() {
            return Ok(NamesBySession::new());
        }
        let shoppers = db::sessions::shoppers_of(&self.db, &sessions).await?;
        let names = self.names(shoppers.iter().map(|(_, shopper)| *shopper)).await?;
        let named = |(session, shopper)| Some((session, Arc::clone(names.get(&shopper)?)));
        Ok(shoppers.into_iter().filter_map(named).collect())
    }
}
