//! How SQLite answers each list: by an index in the list's order, so that a page costs the same wherever it lies.

use domain::ids::{ShopperId, Sku, SlotId, StoreId, ZoneId};
use domain::money::Minor;
use jiff::Timestamp;
use sea_orm::{ConnectionTrait, DbBackend, QueryTrait, Statement};
use uuid::Uuid;

use super::{Search, Window};
use crate::connection::Db;
use crate::orders::disputes::{self, DisputeFilter, DisputeState};
use crate::orders::list::{OrderFilter, OrderState};
use crate::planogram::list::FacingFilter;
use crate::reviews::list::{Open, ReviewFilter};

const SQLITE: DbBackend = DbBackend::Sqlite;

async fn plan(db: &Db, query: &impl QueryTrait) -> String {
    let statement = query.build(SQLITE);
    let explained = Statement { sql: format!("EXPLAIN QUERY PLAN {}", statement.sql), ..statement };
    let rows = db.pool.query_all_raw(explained).await.unwrap();
    rows.iter().map(|row| row.try_get::<String>("", "detail").unwrap()).collect::<Vec<_>>().join("\n")
}

fn search() -> Search {
    Search::parse("oat").unwrap().unwrap()
}

fn page<P>(after: P) -> Window<P> {
    Window { after: Some(after), limit: 50 }
}

#[tokio::test]
async fn no_page_scans_a_table_or_sorts() {
    let folder = tempfile::tempdir().unwrap();
    let db = Db::connect(&format!("sqlite://{}", folder.path().join("store.db").display()), 1).await.unwrap();
    let (store, id) = (StoreId(Uuid::nil()), Uuid::nil());
    let mut plans = Vec::new();
    let at = Some(Timestamp::UNIX_EPOCH);
    for (what, filter) in [
        ("orders", OrderFilter::default()),
        ("orders of days", OrderFilter { from: at, before: at, ..OrderFilter::default() }),
        ("orders of a shopper", OrderFilter { shopper: Some(ShopperId(id)), ..OrderFilter::default() }),
        ("orders contested", OrderFilter { state: Some(OrderState::Contested), ..OrderFilter::default() }),
        ("orders refunded", OrderFilter { state: Some(OrderState::Refunded), ..OrderFilter::default() }),
        ("orders of an amount", OrderFilter { least: Some(Minor(1)), most: Some(Minor(1)), ..OrderFilter::default() }),
    ] {
        plans.push((what, plan(&db, &crate::orders::list::select(store, &filter, &page((0, 0)))).await));
    }
    let cases = ReviewFilter { open: Open::Yes, zone: None, reason: None, sku: None, search: None };
    let reason = Some(domain::review::ReviewReason::Unsure);
    for (what, filter) in [
        ("cases", cases.clone()),
        ("cases of a reason", ReviewFilter { reason, ..cases.clone() }),
        ("cases of a product", ReviewFilter { sku: Some(Sku::from("oat")), ..cases.clone() }),
        ("cases searched for", ReviewFilter { search: Some(search()), ..cases.clone() }),
    ] {
        let query = crate::reviews::list::select(store, &filter, &page((0, id)), SQLITE).unwrap();
        plans.push((what, plan(&db, &query).await));
    }
    for (what, state) in
        [("disputes", None), ("open disputes", Some(DisputeState::Open)), ("accepted", Some(DisputeState::Accepted))]
    {
        let filter = DisputeFilter { state, search: None };
        for part in disputes::parts(&filter, &page((false, 0, id))) {
            plans.push((what, plan(&db, &disputes::select(store, &filter, part, SQLITE)).await));
        }
    }
    for found in [None, Some(search())] {
        let found = found.as_ref();
        let made = page((0, id));
        plans.push(("shoppers", plan(&db, &crate::accounts::list::select_shoppers(store, found, &made, SQLITE)).await));
        plans.push(("admins", plan(&db, &crate::accounts::list::select_admins(store, found, &made, SQLITE)).await));
        plans.push(("devices", plan(&db, &crate::devices::select(store, found, &made, SQLITE)).await));
        plans.push(("mails", plan(&db, &crate::mailbox::select(store, found, &made, SQLITE)).await));
        let sku = page(Sku::from("oat"));
        plans.push(("products", plan(&db, &crate::catalog::select(store, found, &sku, SQLITE)).await));
        let filter = FacingFilter { zone: None, search: found.cloned() };
        let slot = page(SlotId::from("s1"));
        plans.push(("slots", plan(&db, &crate::planogram::list::select(store, &filter, &slot, SQLITE)).await));
    }
    for slot in [None, Some(SlotId::from("s1"))] {
        let query = crate::planogram::list::select_history(store, slot.as_ref(), &page((0, id)));
        plans.push(("changes", plan(&db, &query).await));
    }
    plans.push(("activity", plan(&db, &crate::event_log::select(store, &page(0))).await));
    let told: Vec<_> = plans.iter().map(|(what, plan)| format!("{what}\n{plan}")).collect();
    let scans = |plan: &str| {
        plan.lines().any(|line| {
            line.starts_with("SCAN") && !line.contains("USING") || line.contains("TEMP B-TREE FOR ORDER BY")
        })
    };
    let wrong: Vec<_> = told.iter().filter(|plan| scans(plan)).cloned().collect();
    assert!(wrong.is_empty(), "{}\n\nof\n\n{}", wrong.join("\n\n"), told.join("\n\n"));
}

/// A zone has several slots, so its cases are merged: looked up by index, then sorted.
#[tokio::test]
async fn the_cases_of_a_zone_are_looked_up_by_their_slots() {
    let folder = tempfile::tempdir().unwrap();
    let db = Db::connect(&format!("sqlite://{}", folder.path().join("store.db").display()), 1).await.unwrap();
    let zone = Some(ZoneId::from("g1"));
    let filter = ReviewFilter { open: Open::No, zone, reason: None, sku: None, search: None };
    let query = crate::reviews::list::select(StoreId(Uuid::nil()), &filter, &page((0, Uuid::nil())), SQLITE).unwrap();
    let plan = plan(&db, &query).await;
    assert!(plan.contains("SEARCH reviews USING INDEX reviews_"), "{plan}");
    assert!(!plan.contains("SCAN reviews"), "{plan}");
}
