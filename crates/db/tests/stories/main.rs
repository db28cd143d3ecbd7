//! One story of the store's data, told on SQLite and on PostgreSQL: both engines must behave alike.

mod calendar;
mod keys;
mod lease;
mod lists;
mod stock;
mod upgrade;

use std::future::Future;
use std::time::Duration;

use db::accounts::{AdminRow, Audience, Inserted, ShopperRow};
use db::commit::{Beside, Recorded};
use db::devices::{DeviceRow, Join};
use db::lease::Fence;
use db::paging::Window;
use db::planogram::{Applied, ChangeMeans, Made};
use db::stores::Store;
use db::{Db, micros};
use domain::catalog::{Gtin, Product, TaxClass, TaxRates};
use domain::dispute::{ContestedLine, Dispute, DisputeReason};
use domain::event::DomainEvent;
use domain::gate::Place;
use domain::ids::{AdminId, DeviceId, DisputeId, ShelfEventId, ShopperId, SightingId, Sku, SlotId, StoreId, ZoneId};
use domain::money::{BasisPoints, Currency, Minor};
use domain::planogram::{Facing, FacingChange, Planogram};
use domain::shelf::{SensorKind, ShelfEvent};
use domain::sighting::{Identity, Means, Seen, Sighting};
use floor::{Floor, FloorInput, FloorPolicy};
use jiff::{SignedDuration, Timestamp};
use sea_orm::ConnectionTrait;
use uuid::Uuid;

/// Runs a story on an empty database of each engine.
async fn on_both<F: Future<Output = ()>>(name: &str, story: impl Fn(Db) -> F) {
    let folder = tempfile::tempdir().unwrap();
    let sqlite = format!("sqlite://{}", folder.path().join("store.db").display());
    story(Db::connect(&sqlite, 4).await.unwrap()).await;
    story(postgres(name).await).await;
}

/// Runs a story on the address of an empty database of each engine, which has no schema yet.
async fn on_both_bare<F: Future<Output = ()>>(name: &str, story: impl Fn(String) -> F) {
    let folder = tempfile::tempdir().unwrap();
    story(format!("sqlite://{}?mode=rwc", folder.path().join("store.db").display())).await;
    story(empty_postgres(name).await).await;
}

async fn postgres(name: &str) -> Db {
    Db::connect(&empty_postgres(name).await, 4).await.unwrap()
}

/// The address of a new database without any tables.
async fn empty_postgres(name: &str) -> String {
    let url = std::env::var("SMARTMART_TEST_POSTGRES")
        .expect("SMARTMART_TEST_POSTGRES must name a PostgreSQL database: `cargo xtask test` starts one");
    let admin = sea_orm::Database::connect(&url).await.unwrap();
    let database = format!("story_{name}_{}", Uuid::now_v7().simple());
    admin.execute_unprepared(&format!("CREATE DATABASE {database}")).await.unwrap();
    let (server, _) = url.rsplit_once('/').unwrap();
    format!("{server}/{database}")
}

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_second(1_800_000_000 + seconds).unwrap()
}

/// The first page.
fn first<P>(limit: u64) -> Window<P> {
    Window { after: None, limit }
}

fn id(number: u128) -> Uuid {
    Uuid::from_u128(number)
}

async fn new_store(db: &Db) -> Store {
    let rates = TaxRates { standard: BasisPoints(1_900), reduced: BasisPoints(700) };
    let store = Store::plain(StoreId(Uuid::now_v7()), "Corner", Currency::EUR, rates);
    assert_eq!(db::stores::first(db).await.unwrap(), None);
    db::stores::insert(db, &store, at(0)).await.unwrap();
    assert_eq!(db::stores::first(db).await.unwrap(), Some(store.clone()));
    store
}

/// A shopper with this number.
async fn add_shopper(db: &Db, store: StoreId, number: u128) -> ShopperId {
    let row = ShopperRow {
        id: id(number),
        store_id: store.0,
        name: "Somebody".to_owned(),
        email: format!("{number}@example.org"),
        password_hash: "hash".to_owned(),
        created_at: 0,
    };
    assert_eq!(db::accounts::insert_shopper(db, row).await.unwrap(), Inserted::Done);
    ShopperId(id(number))
}

/// One of the staff, with this number.
async fn add_admin(db: &Db, store: StoreId, number: u128) -> AdminId {
    let row = AdminRow {
        id: id(number),
        store_id: store.0,
        name: "Staff".to_owned(),
        email: format!("{number}@example.org"),
        password_hash: "hash".to_owned(),
        role: "staff".to_owned(),
        created_at: 0,
    };
    assert_eq!(db::accounts::insert_admin(db, row).await.unwrap(), Inserted::Done);
    AdminId(id(number))
}

/// The products that the stories' facings name.
async fn add_products(db: &Db, store: StoreId) {
    let bread = Product { sku: Sku::from("bread"), gtin: None, name: "Bread".to_owned(), ..cola() };
    for product in [cola(), bread] {
        db::catalog::save_product(db, store, &product, at(-1)).await.unwrap();
    }
}

fn cola() -> Product {
    Product {
        sku: Sku::from("cola"),
        gtin: Some(Gtin::parse("4006381333931").unwrap()),
        name: "Cola".to_owned(),
        price: Some(Minor(149)),
        tax_class: TaxClass::Standard,
        unit_weight_mg: Some(355_000),
    }
}

fn facing(sku: &str) -> Facing {
    Facing { slot: SlotId::from("s1"), sku: Sku::from(sku), zone: ZoneId::from("g1"), x: Some(0.25), capacity: 10 }
}

#[tokio::test]
async fn products_and_planogram_come_back_as_they_were_saved() {
    on_both("catalog", async |db| {
        let store = new_store(&db).await;
        db::catalog::save_product(&db, store.id, &cola(), at(1)).await.unwrap();
        let dearer = Product { price: None, gtin: None, ..cola() };
        db::catalog::save_product(&db, store.id, &dearer, at(2)).await.unwrap();
        let catalog = db::catalog::catalog(&db, store.id).await.unwrap();
        assert_eq!(catalog.0.into_values().collect::<Vec<_>>(), [dearer]);
        add_products(&db, store.id).await;

        for sku in ["cola", "bread"] {
            db::catalog::save_facing(&db, store.id, &facing(sku), at(3)).await.unwrap();
        }
        let planogram = db::catalog::planogram(&db, store.id).await.unwrap();
        assert_eq!(planogram.0.into_values().collect::<Vec<_>>(), [facing("bread")]);
        assert!(db::catalog::remove_facing(&db, store.id, &SlotId::from("s1"), at(4)).await.unwrap());
        assert!(!db::catalog::remove_facing(&db, store.id, &SlotId::from("s1"), at(5)).await.unwrap());
    })
    .await;
}

#[tokio::test]
async fn the_planogram_of_any_moment_can_be_told_and_who_changed_it() {
    on_both("planogram", async |db| {
        let store = new_store(&db).await;
        let owner = add_admin(&db, store.id, 7).await;
        add_products(&db, store.id).await;
        let made = |seconds, means| Made { by: Some(owner), at: at(seconds), means };
        let then = async |seconds| {
            let planogram = db::planogram::planogram_at(&db, store.id, at(seconds)).await.unwrap();
            planogram.0.into_values().map(|facing| (facing.slot.0, facing.sku.0)).collect::<Vec<_>>()
        };
        let pair = |slot: &str, sku: &str| (slot.to_owned(), sku.to_owned());
        db::planogram::put_facing(&db, store.id, &facing("cola"), &made(10, ChangeMeans::Page)).await.unwrap();
        // The same once more is no change.
        db::planogram::put_facing(&db, store.id, &facing("cola"), &made(15, ChangeMeans::Page)).await.unwrap();
        let second = Facing { slot: SlotId::from("s2"), x: None, ..facing("cola") };
        let before = db::planogram::planogram(&db, store.id).await.unwrap();
        let after = [facing("bread"), second.clone()].into_iter().collect();
        let changes = domain::planogram::changes(&before, &after);
        let apply = async |changes: &[FacingChange], seconds| {
            let made = made(seconds, ChangeMeans::Import);
            db::planogram::apply(&db, store.id, &[cola()], changes, &made).await.unwrap()
        };
        assert_eq!(apply(&changes, 20).await, Applied::Done);
        assert_eq!(db::planogram::planogram(&db, store.id).await.unwrap(), after);
        assert!(db::catalog::catalog(&db, store.id).await.unwrap().get(&Sku::from("cola")).is_some());
        // Whoever began from what is no longer there changes nothing.
        assert_eq!(apply(&changes, 25).await, Applied::Overtaken);
        let slot = SlotId::from("s1");
        assert!(db::planogram::clear_slot(&db, store.id, &slot, &made(30, ChangeMeans::Page)).await.unwrap());
        assert!(!db::planogram::clear_slot(&db, store.id, &slot, &made(35, ChangeMeans::Page)).await.unwrap());

        for (seconds, expected) in [
            (9, vec![]),
            (10, vec![pair("s1", "cola")]),
            (19, vec![pair("s1", "cola")]),
            (20, vec![pair("s1", "bread"), pair("s2", "cola")]),
            (29, vec![pair("s1", "bread"), pair("s2", "cola")]),
            (30, vec![pair("s2", "cola")]),
            (1_000, vec![pair("s2", "cola")]),
        ] {
            assert_eq!(then(seconds).await, expected, "{seconds} s");
        }

        let newest = db::planogram::list::history(&db, store.id, None, &first(50)).await.unwrap().rows;
        let told: Vec<_> = newest
            .iter()
            .map(|found| (found.made, found.change.slot.as_str(), &found.change.before, &found.change.after))
            .collect();
        let import = made(20, ChangeMeans::Import);
        assert_eq!(
            told,
            [
                (made(30, ChangeMeans::Page), "s1", &Some(facing("bread")), &None),
                (import, "s2", &None, &Some(second)),
                (import, "s1", &Some(facing("cola")), &Some(facing("bread"))),
                (made(10, ChangeMeans::Page), "s1", &None, &Some(facing("cola"))),
            ]
        );
        assert_eq!(db::planogram::list::history(&db, store.id, None, &first(1)).await.unwrap().rows.len(), 1);
    })
    .await;
}

#[tokio::test]
async fn thousands_of_slots_change_at_once() {
    on_both("slots", async |db| {
        let store = new_store(&db).await;
        add_products(&db, store.id).await;
        let many: Planogram =
            (0..1_234).map(|number| Facing { slot: SlotId(format!("s{number}")), ..facing("cola") }).collect();
        let made = Made { by: None, at: at(1), means: ChangeMeans::Command };
        let changes = domain::planogram::changes(&Planogram::default(), &many);
        assert_eq!(db::planogram::apply(&db, store.id, &[], &changes, &made).await.unwrap(), Applied::Done);
        assert_eq!(db::planogram::planogram(&db, store.id).await.unwrap(), many);
        let changes = domain::planogram::changes(&many, &Planogram::default());
        assert_eq!(db::planogram::apply(&db, store.id, &[], &changes, &made).await.unwrap(), Applied::Done);
        assert_eq!(db::planogram::planogram(&db, store.id).await.unwrap(), Planogram::default());
    })
    .await;
}

#[tokio::test]
async fn an_address_has_one_account_and_a_log_in_ends() {
    on_both("accounts", async |db| {
        let store = new_store(&db).await;
        let row = |number: u128| ShopperRow {
            id: id(number),
            store_id: store.id.0,
            name: "Ada".to_owned(),
            email: "ada@example.org".to_owned(),
            password_hash: "hash".to_owned(),
            created_at: micros(at(0)),
        };
        assert_eq!(db::accounts::insert_shopper(&db, row(1)).await.unwrap(), Inserted::Done);
        assert_eq!(db::accounts::insert_shopper(&db, row(2)).await.unwrap(), Inserted::Taken);
        let found = db::accounts::shopper_by_email(&db, "ada@example.org").await.unwrap();
        assert_eq!(found.map(|row| row.id), Some(id(1)));

        let hash = "t".repeat(64);
        db::accounts::insert_login(&db, store.id, hash.clone(), Audience::Shopper, id(1), at(0), at(100))
            .await
            .unwrap();
        let whose = async |audience, now| db::accounts::login(&db, &hash, audience, now).await.unwrap();
        assert_eq!(whose(Audience::Shopper, at(99)).await, Some(id(1)));
        assert_eq!(whose(Audience::Admin, at(99)).await, None, "a shopper's token is no admin's");
        assert_eq!(whose(Audience::Shopper, at(100)).await, None);
        db::accounts::delete_login(&db, &hash, at(1)).await.unwrap();
        assert_eq!(whose(Audience::Shopper, at(2)).await, None);
    })
    .await;
}

#[tokio::test]
async fn a_join_code_works_once_in_time_and_a_revoked_token_never() {
    on_both("devices", async |db| {
        let store = new_store(&db).await;
        let row = |number: u128, code: &str| DeviceRow {
            id: id(number),
            store_id: store.id.0,
            name: "Entry".to_owned(),
            role: "entry".to_owned(),
            zone: "entry".to_owned(),
            state: db::devices::INVITED.to_owned(),
            code_hash: Some(code.to_owned()),
            code_expires_at: Some(micros(at(60))),
            token_hash: None,
            last_seen_at: None,
            created_at: micros(at(0)),
        };
        db::devices::insert(&db, row(1, "code-1")).await.unwrap();
        db::devices::insert(&db, row(2, "code-2")).await.unwrap();
        let join =
            async |code: &str, token: &str, now| db::devices::join(&db, code, token.to_owned(), now).await.unwrap();
        assert_eq!(join("code-9", "t9", at(1)).await, Join::UnknownCode);
        assert_eq!(join("code-2", "t2", at(61)).await, Join::Expired);
        assert!(matches!(join("code-1", "t1", at(1)).await, Join::Joined(row) if row.id == id(1)));
        assert_eq!(join("code-1", "t3", at(2)).await, Join::UnknownCode);
        assert!(db::devices::by_token(&db, "t1").await.unwrap().is_some());
        db::devices::revoke(&db, DeviceId(id(1))).await.unwrap();
        assert_eq!(db::devices::by_token(&db, "t1").await.unwrap(), None);
    })
    .await;
}

#[tokio::test]
async fn erasing_a_face_leaves_no_template_and_notes_the_withdrawal() {
    on_both("faces", async |db| {
        let store = new_store(&db).await.id;
        let shopper = add_shopper(&db, store, 1).await;
        let enrolment = |first: u128| db::faces::Enrolment {
            store,
            shopper,
            consent_version: "v1".to_owned(),
            by_film: first == 20,
            model: "m".to_owned(),
            templates: (first..first + 3).map(|number| (id(number), vec![1, 2, 3])).collect(),
            enrolled_at: at(0),
            expires_at: at(100),
        };
        db::faces::replace(&db, enrolment(10)).await.unwrap();
        db::faces::replace(&db, enrolment(20)).await.unwrap();
        let held = db::faces::held(&db, shopper).await.unwrap().unwrap();
        assert_eq!((held.templates, held.consent_version.as_str()), (3, "v1"), "the old ones are gone");
        assert!(held.by_film, "as the last one was");
        assert_eq!(db::faces::all(&db, store, at(99)).await.unwrap().len(), 3);
        assert!(db::faces::all(&db, store, at(100)).await.unwrap().is_empty(), "expired");
        let begin = async |number: u128, seconds: i64| {
            db::erasures::begin(&db, store, shopper, id(number), at(seconds)).await.unwrap()
        };
        let first = begin(950, 50).await;
        assert_eq!((first.id, first.templates, first.done_at), (id(950), 3, None));
        assert_eq!(begin(951, 51).await, first, "a retry goes on with it and forgets no count");
        assert_eq!(db::erasures::not_done(&db, store).await.unwrap(), std::slice::from_ref(&first));
        let done = db::erasures::finish(&db, first.id, at(52)).await.unwrap().unwrap();
        assert_eq!(done.done_at, Some(micros(at(52))));
        assert_eq!(db::erasures::finish(&db, first.id, at(53)).await.unwrap(), Some(done.clone()), "it is done once");
        assert_eq!(begin(952, 54).await, done, "nothing was enrolled since");
        assert!(db::erasures::not_done(&db, store).await.unwrap().is_empty());
        assert_eq!(db::faces::held(&db, shopper).await.unwrap(), None);
        db::faces::replace(&db, enrolment(30)).await.unwrap();
        assert!(db::faces::expired(&db, store, at(99)).await.unwrap().is_empty());
        assert_eq!(db::faces::expired(&db, store, at(101)).await.unwrap(), [shopper].into());
        assert_eq!(db::faces::delete_expired(&db, shopper, at(101)).await.unwrap(), 3);
        assert_eq!(db::faces::held(&db, shopper).await.unwrap(), None);
    })
    .await;
}

#[tokio::test]
async fn the_first_fingerprint_of_a_key_stands() {
    on_both("keys", async |db| {
        let store = new_store(&db).await.id;
        assert_eq!(db::keys::fingerprint(&db, store).await.unwrap(), None);
        for fingerprint in ["first", "second"] {
            db::keys::note_fingerprint(&db, store, fingerprint, at(0)).await.unwrap();
            assert_eq!(db::keys::fingerprint(&db, store).await.unwrap().as_deref(), Some("first"));
        }
    })
    .await;
}

#[tokio::test]
async fn enrolments_that_are_cut_short_leave_a_whole_face_or_none() {
    on_both("interrupted", async |db| {
        let store = new_store(&db).await.id;
        let shoppers = 60;
        for shopper in 1..=shoppers {
            add_shopper(&db, store, shopper).await;
        }
        let enrol = async |shopper: u128, round: u128| {
            let enrolment = db::faces::Enrolment {
                store,
                shopper: ShopperId(id(shopper)),
                consent_version: "v1".to_owned(),
                by_film: false,
                model: "m".to_owned(),
                templates: (0..3).map(|n| (id(1_000 * shopper + 10 * round + n), vec![round as u8; 64])).collect(),
                enrolled_at: at(0),
                expires_at: at(100),
            };
            db::faces::replace(&db, enrolment).await
        };
        let mut finished = 0;
        for round in 1..4 {
            for shopper in 1..=shoppers {
                // As long as some of them need: the cut falls at every step.
                let patience = Duration::from_micros(u64::try_from(shopper * 97 % 4_000).unwrap());
                finished += u32::from(tokio::time::timeout(patience, enrol(shopper, round)).await.is_ok());
            }
        }
        let mut faces = 0;
        for shopper in 1..=shoppers {
            let shopper = ShopperId(id(shopper));
            let rows = db::faces::of_shopper(&db, shopper).await.unwrap();
            let consents = db::faces::consents(&db, shopper).await.unwrap();
            let in_force = consents.iter().filter(|consent| consent.withdrawn_at.is_none()).count();
            assert!(matches!((rows.len(), in_force), (3, 1) | (0, 0)), "{} templates, {in_force}", rows.len());
            assert!(rows.windows(2).all(|pair| pair[0].sealed == pair[1].sealed), "of one enrolment");
            faces += usize::from(!rows.is_empty());
        }
        assert!(finished == 0 || faces > 0);
        assert!(enrol(1, 9).await.is_ok(), "nothing is left locked");
    })
    .await;
}

#[tokio::test]
async fn visits_add_a_bounded_number_of_templates_and_only_where_that_was_agreed() {
    on_both("learning", async |db| {
        let known = new_store(&db).await;
        let store = known.id;
        let shopper = add_shopper(&db, store, 1).await;
        let learn = async |number: u128, second: i64| {
            let learnt = db::faces::Learnt {
                shopper,
                model: "m".to_owned(),
                id: id(number),
                sealed: vec![4, 5, 6],
                seen_at: at(second),
                expires_at: at(500 + second),
            };
            db::faces::learn(&db, learnt, 2).await.unwrap()
        };
        let writer = tokio::sync::Mutex::new(Writer::restored(db.clone(), known).await);
        let say = async |agreed: bool, second: i64| {
            let said = DomainEvent::FaceLearningSet { shopper, agreed, at: at(second) };
            writer.lock().await.record(second, vec![said]).await;
        };
        assert!(!learn(40, 1).await, "nothing is enrolled");
        let enrolment = db::faces::Enrolment {
            store,
            shopper,
            consent_version: "v1".to_owned(),
            by_film: false,
            model: "m".to_owned(),
            templates: vec![(id(10), vec![1, 2, 3])],
            enrolled_at: at(0),
            expires_at: at(100),
        };
        db::faces::replace(&db, enrolment).await.unwrap();
        assert!(!learn(41, 2).await, "not agreed");
        say(true, 3).await;
        for number in 42..46 {
            assert!(learn(number, number as i64).await);
        }
        let mut kept: Vec<_> = db::faces::of_shopper(&db, shopper).await.unwrap();
        kept.sort_by_key(|row| row.id);
        let ids: Vec<_> = kept.iter().map(|row| (row.id, row.source)).collect();
        let (enrolled, visit) = (db::faces::Source::Enrolment, db::faces::Source::Visit);
        assert_eq!(ids, [(id(10), enrolled), (id(44), visit), (id(45), visit)]);
        let held = db::faces::held(&db, shopper).await.unwrap().unwrap();
        assert_eq!((held.templates, held.from_visits, held.learns), (3, 2, true));
        say(false, 3).await;
        let held = db::faces::held(&db, shopper).await.unwrap().unwrap();
        assert_eq!((held.templates, held.from_visits, held.learns), (1, 0, false));
        say(true, 4).await;
        assert!(learn(50, 60).await);
        assert_eq!(db::erasures::begin(&db, store, shopper, id(960), at(70)).await.unwrap().templates, 2);
        assert!(!learn(51, 71).await, "the consent is withdrawn");
    })
    .await;
}

/// A floor whose facts are committed as the server commits them.
struct Writer {
    db: Db,
    store: Store,
    floor: Floor,
    seq: i64,
    fence: Fence,
}

impl Writer {
    async fn restored(db: Db, store: Store) -> Self {
        let mut policy = FloorPolicy::new(store.currency, store.settings.calendar.taxes.first);
        policy.attribution.lag_ms = 1_500;
        policy.settling = jiff::SignedDuration::from_secs(5);
        let catalog = db::catalog::catalog(&db, store.id).await.unwrap();
        let planogram = db::catalog::planogram(&db, store.id).await.unwrap();
        let memory = db::memory::load(&db, store.id, at(-100)).await.unwrap();
        let seq = db::event_log::last_seq(&db).await.unwrap();
        let fence = db::lease::begin(&db, "a test", at(-100)).await.unwrap();
        Self { floor: Floor::restore(policy, catalog, planogram, memory), db, store, seq, fence }
    }

    async fn input(&mut self, seconds: i64, input: FloorInput) {
        let events = self.floor.handle(at(seconds), input).events;
        self.record(seconds, events).await;
    }

    async fn record(&mut self, seconds: i64, events: Vec<DomainEvent>) {
        let recorded: Vec<_> = events
            .into_iter()
            .map(|event| {
                self.seq += 1;
                Recorded { seq: self.seq, recorded_at: at(seconds), event }
            })
            .collect();
        db::commit::commit(&self.db, self.fence, self.store.id, &recorded, Beside::default()).await.unwrap();
    }

    async fn look(&mut self, seconds: i64, place: Place, shopper: ShopperId, number: u128) {
        self.look_by(Means::Code, seconds, place, shopper, number).await;
    }

    async fn look_by(&mut self, means: Means, seconds: i64, place: Place, shopper: ShopperId, number: u128) {
        let zone = ZoneId::from(match place {
            Place::Entry => "entry",
            Place::Exit => "exit",
            Place::Shelf => "g1",
        });
        let identity = Identity::Known { shopper, similarity: 1.0 };
        let sighting = Sighting {
            id: SightingId(id(number)),
            device: DeviceId(id(0)),
            zone,
            occurred_at: at(seconds),
            seen: vec![Seen { identity, means, x: None, size: None }],
        };
        self.input(seconds, FloorInput::Look { place, sighting }).await;
    }

    async fn shelf(&mut self, seconds: i64, number: u128, slot: &str, delta_units: i32) {
        let event = ShelfEvent {
            id: ShelfEventId(id(number)),
            slot: SlotId::from(slot),
            occurred_at: at(seconds),
            delta_units,
            units_after: Some(7),
            sensor: SensorKind::LoadCell,
            trace: vec![1.5, -2.25],
            weighed: None,
            between: None,
        };
        self.input(seconds, FloorInput::Shelf(event)).await;
    }
}

#[tokio::test]
async fn a_doubt_about_who_came_in_outlives_a_restart() {
    on_both("doubt", async |db| {
        let store = new_store(&db).await;
        let ada = add_shopper(&db, store.id, 0xA).await;
        let mut writer = Writer::restored(db.clone(), store.clone()).await;
        for look in 0..3 {
            writer.look_by(Means::Face, 1, Place::Entry, ada, 100 + look).await;
        }
        assert_eq!(writer.floor.session_of(ada).unwrap().doubted_at, None);
        writer.input(2, FloorInput::Doubt { shopper: ada, at: at(2), sighting: SightingId(id(103)) }).await;
        let restored = Writer::restored(db.clone(), store.clone()).await;
        assert_eq!(restored.floor.session_of(ada).unwrap().doubted_at, Some(at(2)));
        let newest = db::event_log::told(&db, store.id, &first(1)).await.unwrap().rows.remove(0);
        assert!(matches!(newest.event, DomainEvent::IdentityDoubted { shopper, .. } if shopper == ada));
    })
    .await;
}

#[tokio::test]
async fn a_trip_with_a_restart_in_the_middle_ends_in_one_order_and_one_mail() {
    on_both("trip", async |db| {
        let store = new_store(&db).await;
        db::catalog::save_product(&db, store.id, &cola(), at(0)).await.unwrap();
        db::catalog::save_facing(&db, store.id, &facing("cola"), at(0)).await.unwrap();
        let (ada, bob) = (add_shopper(&db, store.id, 0xA).await, add_shopper(&db, store.id, 0xB).await);
        let staff = add_admin(&db, store.id, 9).await;

        let mut writer = Writer::restored(db.clone(), store.clone()).await;
        writer.look(1, Place::Entry, ada, 100).await;
        writer.look(1, Place::Entry, bob, 101).await;
        writer.look(10, Place::Shelf, ada, 102).await;
        writer.shelf(10, 200, "s1", -2).await;
        writer.shelf(20, 201, "s1", -1).await;
        // Nobody was seen at the second event, so it waits; the server dies here.
        let undecided = db::memory::load(&db, store.id, at(-100)).await.unwrap().undecided;
        assert_eq!(undecided.iter().map(|event| event.id.0).collect::<Vec<_>>(), [id(201)]);

        let mut writer = Writer::restored(db.clone(), store.clone()).await;
        writer.shelf(10, 200, "s1", -2).await;
        writer.shelf(20, 201, "s1", -1).await;
        writer.input(22, FloorInput::Tick).await;
        let open = db::reviews::open(&db, store.id).await.unwrap();
        assert_eq!(open.len(), 1, "the waiting event became a case");
        writer.look(30, Place::Shelf, ada, 103).await;
        writer.shelf(30, 202, "s1", 1).await;
        writer.look(40, Place::Exit, ada, 104).await;

        let mut writer = Writer::restored(db.clone(), store.clone()).await;
        writer.input(60, FloorInput::Tick).await;
        let review = open[0].review.id;
        let decide = FloorInput::DecideReview { review, session: None, sku: None, by: staff };
        writer.input(61, decide).await;
        assert!(db::reviews::open(&db, store.id).await.unwrap().is_empty());

        let orders = db::orders::of_shopper(&db, ada).await.unwrap();
        assert_eq!(orders.len(), 1);
        let file = &orders[0];
        assert_eq!((file.order.total(), file.order.lines[0].quantity), (Minor(149), 1));
        assert_eq!(file.order.number.0, 1);
        let due = db::outbox::due(&db, store.id, at(61), 10).await.unwrap();
        assert_eq!(due.iter().map(|row| row.order_id).collect::<Vec<_>>(), [Some(file.order.id.0)]);
        let interactions = db::sessions::interactions(&db, file.order.session).await.unwrap();
        assert_eq!(interactions.len(), 2);
        assert_eq!(interactions[0].evidence.shelf_event.trace, [1.5, -2.25]);
        assert_eq!(interactions[0].occurred_at, at(10));
        let left = db::memory::load(&db, store.id, at(-100)).await.unwrap();
        assert_eq!((left.sessions.len(), left.undecided.len(), left.last_order), (1, 0, 1));
        // The writers of this story begin at -100, and bring forward what they remember of later.
        assert_eq!(db::orders::since(&db, store.id, at(-100)).await.unwrap(), (1, Minor(149)));
    })
    .await;
}

#[tokio::test]
async fn a_dispute_and_its_refund_stand_beside_the_order() {
    on_both("dispute", async |db| {
        let store = new_store(&db).await;
        db::catalog::save_product(&db, store.id, &cola(), at(0)).await.unwrap();
        db::catalog::save_facing(&db, store.id, &facing("cola"), at(0)).await.unwrap();
        let ada = add_shopper(&db, store.id, 0xA).await;
        let mut writer = Writer::restored(db.clone(), store.clone()).await;
        writer.look(1, Place::Entry, ada, 100).await;
        writer.shelf(2, 200, "s1", -2).await;
        writer.look(5, Place::Exit, ada, 101).await;
        writer.input(30, FloorInput::Tick).await;
        let file = db::orders::of_shopper(&db, ada).await.unwrap().remove(0);
        let line = ContestedLine { sku: Sku::from("cola"), quantity: 1, reason: DisputeReason::PutBack };
        let mut dispute = Dispute::open(DisputeId(id(5)), &file.order, &[], vec![line], "one only", at(40)).unwrap();
        let opened = DomainEvent::DisputeOpened { dispute: dispute.clone(), shopper: ada };
        writer.record(40, vec![opened]).await;
        assert_eq!(db::orders::open_disputes(&db, store.id).await.unwrap(), 1);
        let refund = dispute.accept(&file.order, &file.refunds, "sorry", AdminId(id(9)), at(50)).unwrap();
        let decided =
            DomainEvent::DisputeDecided { dispute: dispute.clone(), shopper: ada, refund: Some(refund.clone()) };
        writer.record(50, vec![decided]).await;

        let after = db::orders::file(&db, file.order.id).await.unwrap().unwrap();
        assert_eq!(after.order, file.order, "the order itself never changes");
        assert_eq!((after.disputes, after.refunds), (vec![dispute], vec![refund]));
        assert_eq!(db::orders::open_disputes(&db, store.id).await.unwrap(), 0);
        let kinds: Vec<_> =
            db::outbox::due(&db, store.id, at(60), 10).await.unwrap().into_iter().map(|row| row.kind).collect();
        assert_eq!(kinds, ["receipt", "corrected_receipt"]);
    })
    .await;
}

#[tokio::test]
async fn the_outbox_forgets_nothing_until_it_is_ticked_off() {
    on_both("outbox", async |db| {
        let store = new_store(&db).await;
        db::catalog::save_product(&db, store.id, &cola(), at(0)).await.unwrap();
        db::catalog::save_facing(&db, store.id, &facing("cola"), at(0)).await.unwrap();
        add_shopper(&db, store.id, 0xA).await;
        let mut writer = Writer::restored(db.clone(), store.clone()).await;
        writer.look(1, Place::Entry, ShopperId(id(0xA)), 100).await;
        writer.shelf(2, 200, "s1", -1).await;
        writer.look(5, Place::Exit, ShopperId(id(0xA)), 101).await;
        writer.input(30, FloorInput::Tick).await;
        let row = db::outbox::due(&db, store.id, at(31), 10).await.unwrap().remove(0);
        let later = at(31).checked_add(SignedDuration::from_secs(60)).unwrap();
        db::outbox::failed(&db, row.id, "the mail server is away", later).await.unwrap();
        assert!(db::outbox::due(&db, store.id, at(32), 10).await.unwrap().is_empty());
        let again = db::outbox::due(&db, store.id, later, 10).await.unwrap().remove(0);
        assert_eq!((again.attempts, again.last_error.as_deref()), (1, Some("the mail server is away")));
        assert_eq!(db::outbox::waiting(&db, store.id).await.unwrap(), 1);
        for _ in 0..2 {
            let mail = db::mailbox::MailRow {
                id: row.id,
                store_id: store.id.0,
                to_address: "ada@example.org".to_owned(),
                subject: "Receipt".to_owned(),
                html: String::new(),
                text: String::new(),
                sent_at: 1,
            };
            db::mailbox::keep(&db, mail).await.unwrap();
        }
        db::outbox::done(&db, row.id, later).await.unwrap();
        assert_eq!(
            db::mailbox::page(&db, store.id, None, &first(10)).await.unwrap().rows.len(),
            1,
            "sent twice, kept once"
        );
        assert_eq!(db::outbox::waiting(&db, store.id).await.unwrap(), 0);
    })
    .await;
}
