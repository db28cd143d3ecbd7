//! Which table refers to which row of which table, and what each table gets for it.

pub(super) const SHOPPERS: &str = "shoppers";
pub(super) const ADMINS: &str = "admins";

/// A foreign key: what stands in `columns` of `table` stands in `to` of `parent`.
pub(super) struct Key {
    pub table: &'static str,
    pub columns: &'static [&'static str],
    pub parent: &'static str,
    pub to: &'static [&'static str],
}

impl Key {
    const fn to(table: &'static str, columns: &'static [&'static str], parent: &'static str) -> Self {
        Self { table, columns, parent, to: &["id"] }
    }

    const fn to_product(table: &'static str) -> Self {
        let columns = &["store_id", "sku"];
        Self { table, columns, parent: "products", to: columns }
    }

    pub fn name(&self) -> String {
        format!("{}_{}_fkey", self.table, self.columns.join("_"))
    }

    pub fn clause(&self) -> String {
        let (name, columns, to) = (self.name(), self.columns.join(", "), self.to.join(", "));
        format!("CONSTRAINT {name} FOREIGN KEY ({columns}) REFERENCES {} ({to})", self.parent)
    }
}

const STORE: &[&str] = &["store_id"];
const SHOPPER: &[&str] = &["shopper_id"];
const ORDER: &[&str] = &["order_id"];
const SESSION: &[&str] = &["session_id"];

/// Every key. All are immediate: the writer's statements come in the order of the keys. Nothing that others refer to is ever deleted.
///
/// An SKU is no key in interactions, order lines, counts and cases: there it is a word of what was, like a product's name.
pub(super) const KEYS: &[Key] = &[
    Key::to("admins", STORE, "stores"),
    Key::to("biometric_references", STORE, "stores"),
    Key::to("biometric_references", SHOPPER, SHOPPERS),
    Key::to("biometric_references", &["consent_id"], "consents"),
    Key::to("commands", STORE, "stores"),
    Key::to("consents", STORE, "stores"),
    Key::to("consents", SHOPPER, SHOPPERS),
    Key::to("devices", STORE, "stores"),
    Key::to("disputes", STORE, "stores"),
    Key::to("disputes", ORDER, "orders"),
    Key::to("disputes", SHOPPER, SHOPPERS),
    Key::to("erasures", STORE, "stores"),
    Key::to("erasures", SHOPPER, SHOPPERS),
    Key::to("facing_changes", STORE, "stores"),
    Key::to("facing_changes", &["made_by"], ADMINS),
    Key::to("facings", STORE, "stores"),
    Key::to_product("facings"),
    Key::to("gallery_faces", STORE, "stores"),
    Key::to("gallery_faces", &["device_id"], "devices"),
    Key::to("interactions", STORE, "stores"),
    Key::to("interactions", SESSION, "shopping_sessions"),
    Key::to("key_fingerprints", STORE, "stores"),
    Key::to("login_sessions", STORE, "stores"),
    Key::to("login_sessions", SHOPPER, SHOPPERS),
    Key::to("login_sessions", &["admin_id"], ADMINS),
    Key::to("mailbox", STORE, "stores"),
    Key::to("order_lines", STORE, "stores"),
    Key::to("order_lines", ORDER, "orders"),
    Key::to("orders", STORE, "stores"),
    Key::to("orders", SESSION, "shopping_sessions"),
    Key::to("orders", SHOPPER, SHOPPERS),
    Key::to("outbox", STORE, "stores"),
    Key::to("outbox", ORDER, "orders"),
    Key::to("outbox", &["dispute_id"], "disputes"),
    Key::to("product_prices", STORE, "stores"),
    Key::to_product("product_prices"),
    Key::to("products", STORE, "stores"),
    Key::to("refunds", STORE, "stores"),
    Key::to("refunds", ORDER, "orders"),
    Key::to("refunds", &["dispute_id"], "disputes"),
    Key::to("restockings", STORE, "stores"),
    Key::to("restockings", &["admin_id"], ADMINS),
    Key::to("reviews", STORE, "stores"),
    Key::to("reviews", &["decided_session_id"], "shopping_sessions"),
    Key::to("reviews", &["decided_by"], ADMINS),
    Key::to("set_aside", STORE, "stores"),
    Key::to("set_aside", &["seen_by"], ADMINS),
    Key::to("shoppers", STORE, "stores"),
    Key::to("shopping_sessions", STORE, "stores"),
    Key::to("shopping_sessions", SHOPPER, SHOPPERS),
    Key::to("stock_counts", STORE, "stores"),
    Key::to("stock_counts", &["counted_by"], ADMINS),
    Key::to("store_changes", STORE, "stores"),
    Key::to("store_changes", &["made_by"], ADMINS),
    Key::to("tax_changes", STORE, "stores"),
];

/// The store that the database belongs to: the server opens no other.
pub(super) const FIRST_STORE: &str = "(SELECT id FROM stores ORDER BY created_at LIMIT 1)";

/// A new column with an id, and by which expression rows get it from the columns that they had.
pub(super) struct Added {
    pub table: &'static str,
    pub name: &'static str,
    pub value: &'static str,
    /// Whether every row has one; the first store is the last resort.
    pub required: bool,
}

const fn store(table: &'static str, value: &'static str) -> Added {
    Added { table, name: "store_id", value, required: true }
}

const fn one_of(table: &'static str, name: &'static str, value: &'static str) -> Added {
    Added { table, name, value, required: false }
}

pub(super) const ADDED: &[Added] = &[
    store(
        "biometric_references",
        "(SELECT store_id FROM shoppers WHERE shoppers.id = biometric_references.shopper_id)",
    ),
    store("consents", "(SELECT store_id FROM shoppers WHERE shoppers.id = consents.shopper_id)"),
    store("disputes", "(SELECT store_id FROM orders WHERE orders.id = disputes.order_id)"),
    store("erasures", "(SELECT store_id FROM shoppers WHERE shoppers.id = erasures.shopper_id)"),
    store("gallery_faces", "(SELECT store_id FROM devices WHERE devices.id = gallery_faces.device_id)"),
    store(
        "interactions",
        "(SELECT store_id FROM shopping_sessions WHERE shopping_sessions.id = interactions.session_id)",
    ),
    store(
        "login_sessions",
        "(SELECT store_id FROM shoppers WHERE shoppers.id = login_sessions.account_id), \
         (SELECT store_id FROM admins WHERE admins.id = login_sessions.account_id)",
    ),
    one_of("login_sessions", "shopper_id", "CASE WHEN audience <> 'admin' THEN account_id END"),
    one_of("login_sessions", "admin_id", "CASE WHEN audience = 'admin' THEN account_id END"),
    store("mailbox", "(SELECT store_id FROM shoppers WHERE shoppers.email = mailbox.to_address)"),
    store("order_lines", "(SELECT store_id FROM orders WHERE orders.id = order_lines.order_id)"),
    store(
        "outbox",
        "(SELECT store_id FROM orders WHERE orders.id = outbox.subject_id), \
         (SELECT orders.store_id FROM disputes JOIN orders ON orders.id = disputes.order_id \
          WHERE disputes.id = outbox.subject_id)",
    ),
    one_of("outbox", "order_id", "CASE WHEN kind = 'receipt' THEN subject_id END"),
    one_of("outbox", "dispute_id", "CASE WHEN kind <> 'receipt' THEN subject_id END"),
    store("refunds", "(SELECT store_id FROM orders WHERE orders.id = refunds.order_id)"),
];

/// Columns that pointed into one of two tables; each has two in their place.
pub(super) const DROPPED: &[(&str, &str)] =
    &[("login_sessions", "audience"), ("login_sessions", "account_id"), ("outbox", "subject_id")];

/// Table, and what holds for each of its rows: exactly one of the two is there.
pub(super) const CHECKS: &[(&str, &str)] = &[
    ("login_sessions", "CONSTRAINT login_sessions_one CHECK ((shopper_id IS NULL) <> (admin_id IS NULL))"),
    ("outbox", "CONSTRAINT outbox_one CHECK ((order_id IS NULL) <> (dispute_id IS NULL))"),
];

/// Indexes by which lists of one store are read; those that there were by these names go. The one of lines by SKU was lost with the
/// table that m0012 made anew.
pub(super) const INDEXES: &[(&str, &str)] = &[
    ("disputes_page", "disputes (store_id, opened_at, id)"),
    ("disputes_state_page", "disputes (store_id, state, opened_at, id)"),
    ("login_sessions_shopper", "login_sessions (shopper_id)"),
    ("mailbox_page", "mailbox (store_id, sent_at, id, to_address, subject)"),
    ("order_lines_sku", "order_lines (store_id, sku, order_id)"),
    ("outbox_due", "outbox (store_id, done_at, due_at)"),
    ("refunds_store", "refunds (store_id, order_id)"),
];

impl Added {
    /// By which expression rows get it; `nil` is the id of nothing, as the engine writes it.
    pub fn expression(&self, nil: &str) -> String {
        if self.required { format!("COALESCE({}, {FIRST_STORE}, {nil})", self.value) } else { self.value.to_owned() }
    }
}
