//! The store as it is now: its settings change while the server runs, and everybody who reads them here has the new ones at once.

use std::sync::Arc;

use db::stores::Store;
use domain::ids::StoreId;
use domain::money::Currency;
use tokio::sync::{Mutex, watch};

/// The store; clones show the same.
#[derive(Clone, Debug)]
pub struct CurrentStore {
    /// Its id, which never changes.
    pub id: StoreId,
    /// Its currency, which never changes.
    pub currency: Currency,
    cell: Arc<watch::Sender<Arc<Store>>>,
    /// Held while settings are changed, so that two changes are told in the order in which they were saved.
    pub changing: Arc<Mutex<()>>,
}

impl CurrentStore {
    /// Shows `store`.
    pub fn new(store: Store) -> Self {
        let (id, currency) = (store.id, store.currency);
        Self { id, currency, cell: Arc::new(watch::Sender::new(Arc::new(store))), changing: Arc::default() }
    }

    /// The store with its settings.
    pub fn now(&self) -> Arc<Store> {
        Arc::clone(&self.cell.borrow())
    }

    /// Shows `store` from now on, unless what is shown is newer.
    pub fn replace(&self, store: Store) {
        self.cell.send_if_modified(|shown| {
            let newer = store.version > shown.version;
            if newer {
                *shown = Arc::new(store);
            }
            newer
        });
    }

    /// Hears of every change from now on.
    pub fn changes(&self) -> watch::Receiver<Arc<Store>> {
        self.cell.subscribe()
    }
}
