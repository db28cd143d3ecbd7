//! The store as it is now: its settings change while the server runs, and everybody who reads them here has the new ones at once.

use std::sync::Arc;

use db::stores::Store;
use domain::event::DomainEvent;
use domain::ids::StoreId;
use domain::money::Currency;
use shop::news::Listener;
use tokio::sync::watch;

/// The store; clones show the same.
#[derive(Clone, Debug)]
pub struct CurrentStore {
    /// Its id, which never changes.
    pub id: StoreId,
    /// Its currency, which never changes.
    pub currency: Currency,
    cell: Arc<watch::Sender<Arc<Store>>>,
}

impl CurrentStore {
    /// Shows `store`.
    pub fn new(store: Store) -> Self {
        let (id, currency) = (store.id, store.currency);
        Self { id, currency, cell: Arc::new(watch::Sender::new(Arc::new(store))) }
    }

    /// The store with its settings.
    pub fn now(&self) -> Arc<Store> {
        Arc::clone(&self.cell.borrow())
    }

    /// Shows the settings that are saved from now on: in the writer's turn, so in the order in which they are.
    pub fn follow(&self) -> Listener {
        let cell = Arc::clone(&self.cell);
        Box::new(move |news| {
            for one in news.recorded {
                if let DomainEvent::StoreSettingsSaved { settings, version, .. } = &one.event {
                    let (settings, version) = (settings.clone(), *version);
                    cell.send_modify(|shown| *shown = Arc::new(Store { settings, version, ..Store::clone(shown) }));
                }
            }
        })
    }
}
