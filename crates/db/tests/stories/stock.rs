//! Stock: what staff counted and what moved since, and zones that they refill.

use db::stock::Counted;
use domain::restocking::Restocking;

use super::*;

#[tokio::test]
async fn stock_follows_what_moved_since_the_last_count_and_zones_in_work_come_back() {
    on_both("stock", async |db| {
        let store = new_store(&db).await;
        let staff = AdminId(id(7));
        let restocking = Restocking { zone: ZoneId::from("g1"), by: staff, since: at(0), until: at(1_800) };
        let counted = |units, seconds| Counted { sku: Sku::from("cola"), units, at: at(seconds) };
        let mut seq = 0;
        let fence = db::lease::begin(&db, "a test", at(0)).await.unwrap();
        let mut commit = async |event: DomainEvent| {
            seq += 1;
            let recorded = Recorded { seq, recorded_at: at(seq), event };
            db::commit::commit(&db, fence, store.id, &[recorded], None).await.unwrap();
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
