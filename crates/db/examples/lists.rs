//! Lists at scale: a SQLite store with 100,000 orders, and how long pages and searches of it take. Ends with a failure where one
//! takes longer than it may.

#![allow(clippy::print_stdout, reason = "a measurement talks to the person")]

use std::process::ExitCode;
use std::time::{Duration, Instant};

use db::orders::disputes::{DisputeFilter, DisputeState};
use db::orders::list::{OrderFilter, OrderState};
use db::paging::{Search, Window};
use db::reviews::list::{Open, ReviewFilter};
use db::stores::Store;
use db::{Db, DbError};
use domain::catalog::TaxRates;
use domain::ids::{ShopperId, Sku, StoreId, ZoneId};
use domain::money::{BasisPoints, Currency, Minor};
use domain::review::ReviewReason;
use jiff::Timestamp;
use sea_orm::ConnectionTrait;
use uuid::Uuid;

/// Orders in the store.
const ORDERS: i64 = 100_000;
/// Longest that a page may take: nobody notices it.
const PAGE: Duration = Duration::from_millis(50);
/// Longest that a search may take: it looks at names in the middle of words, which no index of both engines can.
const SEARCH: Duration = Duration::from_millis(500);
/// Each is measured so often; the middle one counts.
const TIMES: usize = 9;

#[tokio::main]
async fn main() -> ExitCode {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let url = format!("sqlite://{}", folder.path().join("store.db").display());
    let db = Db::connect(&url, 4).await.expect("a new database");
    let rates = TaxRates { standard: BasisPoints(1_900), reduced: BasisPoints(700) };
    let store = Store::plain(StoreId(Uuid::from_u128(1)), "Large", Currency::EUR, rates);
    let since = Instant::now();
    db::stores::insert(&db, &store, Timestamp::UNIX_EPOCH).await.expect("a store");
    fill(&db).await.expect("rows");
    println!("{ORDERS} orders in {:.1} s; 50 rows a page, median of {TIMES}\n", since.elapsed().as_secs_f64());
    match measure(&db, store.id).await {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            println!("{error}");
            ExitCode::FAILURE
        }
    }
}

/// Ids are 16 digits, so that rows can be told to belong together by their numbers.
async fn fill(db: &Db) -> Result<(), DbError> {
    let store = "X'00000000000000000000000000000001'";
    let id = |number: &str| format!("CAST(printf('%016d', {number}) AS BLOB)");
    let text = |number: &str| format!("lower(hex({}))", id(number));
    let counted =
        |most: i64| format!("WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < {most})");
    let slot = "'slot-' || (n % 400)";
    let statements = [
        format!(
            "INSERT INTO products SELECT {store}, printf('sku-%04d', n), NULL, \
             CASE n WHEN 7 THEN 'Äußerst seltenes Öl' ELSE 'Product ' || n END, 149, 'standard', NULL, 0 FROM c"
        ),
        format!(
            "INSERT INTO shoppers SELECT {}, {store}, 'Shopper ' || n, 'shopper' || n || '@example.org', 'hash', n FROM c",
            id("n")
        ),
        format!(
            "INSERT INTO shopping_sessions (id, store_id, shopper_id, state, opened_at, opened_by) SELECT {}, {store}, {}, 'settled', 0, 'code' FROM c",
            id("n + 1000000"),
            id("1 + n % 5000")
        ),
        format!(
            "INSERT INTO orders (id, store_id, number, session_id, shopper_id, placed_at, currency, total_minor) SELECT {}, {store}, n, {}, {}, n * 60000000, 'EUR', 100 + (n * 37) % 5000 FROM c",
            id("n"),
            id("n + 1000000"),
            id("1 + n % 5000")
        ),
        format!(
            "INSERT INTO order_lines (order_id, place, sku, name, quantity, unit_price_minor, tax_rate_bp, store_id) \
             SELECT {}, k, printf('sku-%04d', 1 + (n * 7) % 1990 + k), 'as bought', 1, 149, 1900, {store} \
             FROM c, (SELECT 1 AS k UNION ALL SELECT 4 UNION ALL SELECT 9)",
            id("n")
        ),
        format!(
            "INSERT INTO disputes (id, order_id, shopper_id, state, opened_at, decided_at, payload, store_id) SELECT {}, {}, {}, CASE WHEN n % 50 = 0 THEN 'open' ELSE 'rejected' END, n * 60000000, \
             NULL, json_object('id', {}, 'order', {}, 'lines', json_array(), 'message', '', \
             'opened_at', '2026-01-01T00:00:00Z', 'verdict', NULL), {store} FROM c",
            id("n"),
            id("n * 10"),
            id("1 + (n * 10) % 5000"),
            text("n"),
            text("n * 10")
        ),
        format!(
            "INSERT INTO facings (id, store_id, slot, sku, zone, x, capacity, valid_from, valid_to) SELECT {}, {store}, {slot}, printf('sku-%04d', n), 'zone-' || (n % 20), NULL, 9, 0, NULL \
             FROM c WHERE n <= 400",
            id("n")
        ),
        format!(
            "INSERT INTO reviews SELECT {}, {store}, n > 49000, n * 60000000, json_object('id', {}, 'reason', \
             CASE WHEN n % 200 = 0 THEN 'too_many' ELSE 'unsure' END, 'kind', 'pick', 'sku', printf('sku-%04d', n % 400), \
             'quantity', 1, 'evidence', json_object('shelf_event', json_object('id', {}, 'slot', {slot}, \
             'occurred_at', '2026-01-01T00:00:00Z', 'delta_units', -1, 'units_after', NULL, 'sensor', 'beam', \
             'trace', json_array()), 'candidates', json_array(), 'sightings', json_array(), 'basis', 'none'), \
             'opened_at', '2026-01-01T00:00:00Z'), NULL, NULL, 0 FROM c",
            id("n"),
            text("n"),
            text("n")
        ),
        format!(
            "INSERT INTO mailbox (id, to_address, subject, html, text, sent_at, store_id) SELECT {}, 'shopper' || (1 + n % 5000) || '@example.org', 'Receipt 2026-' || n, \
             hex(zeroblob(4000)), hex(zeroblob(500)), n * 60000000, {store} FROM c",
            id("n")
        ),
    ];
    for (statement, rows) in statements.iter().zip([2_000, 5_000, ORDERS, ORDERS, ORDERS, 10_000, 400, 50_000, 20_000])
    {
        let (insert, select) = statement.split_once(" SELECT ").expect("each selects");
        db.pool.execute_unprepared(&format!("{insert} {} SELECT {select}", counted(rows))).await?;
    }
    Ok(())
}

async fn measure(db: &Db, store: StoreId) -> Result<bool, DbError> {
    let mut fits = true;
    let search = |text: &str| Search::parse(text).expect("a plain word");
    let at = |number: i64| Some((number * 60_000_000, i32::try_from(number).expect("a small number")));
    let state = |state| OrderFilter { state: Some(state), ..OrderFilter::default() };
    let found = |text| OrderFilter { search: search(text), ..OrderFilter::default() };
    let cents =
        |least, most| OrderFilter { least: Some(Minor(least)), most: Some(Minor(most)), ..OrderFilter::default() };
    let one = ShopperId(Uuid::from_bytes(*b"0000000000000042"));
    for (what, after, filter, bound) in [
        ("orders: first page", None, OrderFilter::default(), PAGE),
        ("orders: middle page", at(ORDERS / 2), OrderFilter::default(), PAGE),
        ("orders: last page", at(51), OrderFilter::default(), PAGE),
        ("orders of a shopper", None, OrderFilter { shopper: Some(one), ..OrderFilter::default() }, PAGE),
        ("orders of an amount", None, cents(137, 137), PAGE),
        ("orders of an amount, few", None, cents(5_000, 5_200), PAGE),
        ("orders contested", None, state(OrderState::Contested), PAGE),
        ("orders refunded (none)", None, state(OrderState::Refunded), PAGE),
        ("search: number", None, found("1970-000042"), SEARCH),
        ("search: one shopper", None, found("shopper4711@"), SEARCH),
        ("search: every shopper", None, found("shopper"), SEARCH),
        ("search: one product", None, found("äußERST"), SEARCH),
        ("search: one product", None, found("ÖL"), SEARCH),
        ("search: every product", None, found("product"), SEARCH),
        ("search: nothing like it", None, found("zzz"), SEARCH),
        ("search: middle page", at(ORDERS / 2), found("sku-19"), SEARCH),
    ] {
        let window = Window { after, limit: 50 };
        fits &= timed(what, bound, async || Ok(db::orders::list::page(db, store, &filter, &window).await?.rows.len()))
            .await?;
    }
    fits &= timed("orders: how many", PAGE, async || {
        Ok(db::orders::list::count(db, store, &OrderFilter::default())
            .await?
            .map_or(0, |count| usize::try_from(count).unwrap_or(0)))
    })
    .await?;
    let window = Window { after: None, limit: 50 };
    for (what, filter, bound) in [
        ("disputes", DisputeFilter::default(), PAGE),
        ("disputes accepted (none)", DisputeFilter { state: Some(DisputeState::Accepted), search: None }, PAGE),
        ("disputes: search", DisputeFilter { state: None, search: search("shopper4711@") }, SEARCH),
    ] {
        fits &=
            timed(what, bound, async || Ok(db::orders::disputes::page(db, store, &filter, &window).await?.rows.len()))
                .await?;
    }
    let window = Window { after: None, limit: 50 };
    let decided = ReviewFilter { open: Open::No, zone: None, reason: None, sku: None, search: None };
    for (what, filter, bound) in [
        ("cases", decided.clone(), PAGE),
        ("cases of a reason", ReviewFilter { reason: Some(ReviewReason::TooMany), ..decided.clone() }, PAGE),
        ("cases of no such reason", ReviewFilter { reason: Some(ReviewReason::NoPrice), ..decided.clone() }, PAGE),
        ("cases of a product", ReviewFilter { sku: Some(Sku::from("sku-0042")), ..decided.clone() }, PAGE),
        ("cases of a zone", ReviewFilter { zone: Some(ZoneId::from("zone-7")), ..decided.clone() }, PAGE),
        ("cases: search", ReviewFilter { search: search("slot-399"), ..decided.clone() }, SEARCH),
    ] {
        fits &= timed(what, bound, async || Ok(db::reviews::list::page(db, store, &filter, &window).await?.rows.len()))
            .await?;
    }
    let word = search("shopper4711@");
    fits &= timed("shoppers: search", SEARCH, async || {
        Ok(db::accounts::list::shoppers(db, store, word.as_ref(), &window).await?.rows.len())
    })
    .await?;
    fits &= timed("mails: search", SEARCH, async || {
        Ok(db::mailbox::page(db, store, word.as_ref(), &window).await?.rows.len())
    })
    .await?;
    Ok(fits)
}

async fn timed(what: &str, bound: Duration, page: impl AsyncFn() -> Result<usize, DbError>) -> Result<bool, DbError> {
    let (mut times, mut rows) = (Vec::new(), 0);
    for _ in 0..TIMES {
        let since = Instant::now();
        rows = page().await?;
        times.push(since.elapsed());
    }
    times.sort();
    let median = times[TIMES / 2];
    let fits = median <= bound;
    let milliseconds = |time: Duration| time.as_secs_f64() * 1e3;
    let verdict = if fits { "" } else { "  TOO SLOW" };
    println!("{what:28}{rows:>8} rows{:>9.2} ms of {:>4.0}{verdict}", milliseconds(median), milliseconds(bound));
    Ok(fits)
}
