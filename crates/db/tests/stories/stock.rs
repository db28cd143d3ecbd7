//! Stock: what staff counted and what moved since, and zones that they refill.

use db::stock::Counted;
use domain::restocking::Restocking;

use super::*;

#[tokio::test]
async fn stock_follows_what_moved_since_the_last_count_and_zones_in_work_come_back() {
    on_both("stock", async |db| {
        let store = new_store(&db).await;
        let staff = add_admin(&db, store.id, 7).await;
        add_products(&db, store.id).await;
        for slot in ["s1", "s2"] {
            let facing = Facing { slot: SlotId::from(slot), ..facing("cola") };
            db::catalog::save_facing(&db, store.id, &facing, at(0)).await.unwrap();
        }
        let restocking = Restocking { zone: ZoneId::from("g1"), by: staff, since: at(0), until: at(1_800) };
        let counted = |units, seconds| Counted { sku: Sku::from("cola"), units, at: at(seconds) };
        let mut seq = 0;
        let fence = db::lease::begin(&db, "a test", at(0)).await.unwrap();
        let mut commit = async |event: DomainEvent| {
            seq += 1;
            let recorded = Recorded { seq, recorded_at: at(seq), event };
            db::commit::commit(&db, fence, store.id, &[recorded], Beside::default()).await.unwrap();
        };
        let moved = |number: u128, slot: &str, seconds: i64, delta_units, units_after| ShelfEvent {
            id: ShelfEventId(id(number)),
            slot: SlotId::from(slot),
            occurred_at: at(seconds),
            delta_units,
            units_after,
            sensor: SensorKind::LoadCell,
            trace: Vec::new(),
            weighed: None,
            between: None,
        };
        let kept = |event| DomainEvent::ShelfEventKept { event, at: at(99) };
        commit(kept(moved(1, "s1", 10, -3, None))).await;
        assert!(
            db::stock::by_slot(&db, store.id, at(100)).await.unwrap().is_empty(),
            "nobody knows how many stood there"
        );
        db::stock::count(&db, store.id, &SlotId::from("s1"), counted(8, 20), staff).await.unwrap();
        commit(kept(moved(2, "s1", 30, -2, None))).await;
        commit(DomainEvent::RestockingBegan { restocking: restocking.clone() }).await;
        let refill = moved(3, "s1", 40, 5, None);
        let refilled = |event, is_over| DomainEvent::Restocked {
            event,
            sku: Sku::from("cola"),
            restocking: restocking.clone(),
            is_over,
        };
        commit(refilled(refill, false)).await;
        commit(kept(moved(4, "s2", 50, -1, Some(6)))).await;
        commit(kept(moved(5, "s2", 45, -1, Some(7)))).await;
        let stock = db::stock::by_slot(&db, store.id, at(100)).await.unwrap();
        let of = |slot: &str| &stock[&SlotId::from(slot)];
        assert_eq!((of("s1").units(), of("s1").counted.clone()), (Some(8 - 2 + 5), Some(counted(8, 20))));
        assert_eq!((of("s2").units(), of("s2").disagrees()), (Some(6), false), "the newest, not the last that came in");
        db::stock::count(&db, store.id, &SlotId::from("s2"), counted(9, 60), staff).await.unwrap();
        assert!(db::stock::by_slot(&db, store.id, at(100)).await.unwrap()[&SlotId::from("s2")].disagrees());
        let later = db::stock::by_slot(&db, store.id, at(40 * 86_400)).await.unwrap();
        assert_eq!(later[&SlotId::from("s2")].sensed, None, "what a sensor said last month says nothing");

        let memory = db::memory::load(&db, store.id, at(100)).await.unwrap();
        assert_eq!(memory.restocking, std::slice::from_ref(&restocking));
        commit(DomainEvent::RestockingEnded { restocking: restocking.clone(), by: Some(staff) }).await;
        commit(refilled(moved(6, "s1", 41, 1, None), true)).await;
        assert!(db::stock::restocking(&db, store.id).await.unwrap().is_empty(), "late changes bring nothing back");
    })
    .await;
}

#[tokio::test]
async fn what_moved_when_another_product_stood_there_is_no_stock_of_this_one() {
    on_both("two_products", async |db| {
        let store = new_store(&db).await;
        let staff = add_admin(&db, store.id, 7).await;
        add_products(&db, store.id).await;
        let slot = SlotId::from("s1");
        let put = async |sku: &str, seconds: i64| {
            db::catalog::save_facing(&db, store.id, &facing(sku), at(seconds)).await.unwrap();
        };
        let count = async |sku: &str, units: u32, seconds: i64| {
            let counted = Counted { sku: Sku::from(sku), units, at: at(seconds) };
            db::stock::count(&db, store.id, &slot, counted, staff).await.unwrap();
        };
        let fence = db::lease::begin(&db, "a test", at(0)).await.unwrap();
        let numbers = std::cell::Cell::new(0);
        // An event that happened at `seconds` and comes in now.
        let moved = async |seconds: i64, delta_units: i32, units_after: Option<u32>| {
            numbers.set(numbers.get() + 1);
            let number = numbers.get();
            let event = ShelfEvent {
                id: ShelfEventId(id(number)),
                slot: slot.clone(),
                occurred_at: at(seconds),
                delta_units,
                units_after,
                sensor: SensorKind::Distance,
                trace: Vec::new(),
                weighed: None,
                between: None,
            };
            let event = DomainEvent::ShelfEventKept { event, at: at(seconds) };
            let recorded = Recorded { seq: i64::try_from(number).unwrap(), recorded_at: at(seconds), event };
            db::commit::commit(&db, fence, store.id, &[recorded], Beside::default()).await.unwrap();
        };
        let stock = async || {
            let stock = db::stock::by_slot(&db, store.id, at(1_000)).await.unwrap().remove(&slot).unwrap_or_default();
            (stock.units(), stock.sensed)
        };
        put("cola", 0).await;
        count("cola", 10, 10).await;
        moved(20, -1, Some(9)).await;
        assert_eq!(stock().await, (Some(9), Some(9)));
        // Another place for the same product begins nothing anew.
        let moved_aside = Facing { x: Some(0.75), capacity: 20, ..facing("cola") };
        db::catalog::save_facing(&db, store.id, &moved_aside, at(30)).await.unwrap();
        assert_eq!(stock().await, (Some(9), Some(9)));

        put("bread", 100).await;
        assert_eq!(stock().await, (None, None), "nobody has counted bread, and the sensor counted cola");
        // The node was away: this was cola.
        moved(90, -2, Some(7)).await;
        assert_eq!(stock().await, (None, None));
        count("bread", 6, 110).await;
        moved(95, -1, Some(6)).await;
        moved(120, -4, Some(2)).await;
        assert_eq!(stock().await, (Some(2), Some(2)));

        put("cola", 200).await;
        assert_eq!(stock().await, (None, None), "the cola that was counted went long ago");
        moved(150, -1, Some(1)).await;
        moved(50, -1, Some(8)).await;
        assert_eq!(stock().await, (None, None));
        count("cola", 12, 210).await;
        moved(190, -5, Some(0)).await;
        moved(220, -3, None).await;
        assert_eq!(stock().await, (Some(9), None));
        assert!(db::catalog::remove_facing(&db, store.id, &slot, at(300)).await.unwrap());
        assert_eq!(stock().await, (None, None));
    })
    .await;
}
