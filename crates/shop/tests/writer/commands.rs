//! Commands: decided by what is true in their turn, once each.

use domain::dispute::{ContestedLine, DisputeReason};
use domain::ids::{AdminId, DisputeId, OrderId};
use shop::command::version::Version;
use shop::command::{Ask, Caller, Command, Done, Refusal, Ruling};
use shop::desk::NotDone;

use super::*;

const STAFF: Caller = Caller::Admin(AdminId(Uuid::from_u128(7)));

pub(super) fn contest(command: u128, order: OrderId, units: u32, message: &str) -> Command {
    let lines = vec![ContestedLine { sku: Sku::from("cola"), quantity: units, reason: DisputeReason::NotTaken }];
    Command {
        id: id(command),
        by: Caller::Shopper(ADA),
        ask: Ask::OpenDispute { order, lines, message: message.to_owned() },
    }
}

fn ruling(command: u128, dispute: DisputeId, ruling: Ruling) -> Command {
    Command { id: id(command), by: STAFF, ask: Ask::DecideDispute { dispute, ruling, answer: "We looked.".to_owned() } }
}

fn refusal(result: Result<Done, NotDone>) -> Refusal {
    match result {
        Err(NotDone::Refused(refusal)) => refusal,
        other => panic!("not refused: {other:?}"),
    }
}

fn dispute_of(done: &Done) -> DisputeId {
    match done {
        Done::Dispute { dispute, .. } => dispute.id,
        other => panic!("no dispute: {other:?}"),
    }
}

#[tokio::test]
async fn a_dispute_that_is_sent_again_and_again_is_one_and_is_refunded_once() {
    on_both("dispute", async |shop| {
        shop.trip(0, ADA, 10).await;
        let order = shop.orders().await[0].order.id;
        // The asker goes away before the answer, and asks again: with the same id, and with others.
        let desk = shop.desk.clone();
        let gone = tokio::spawn(async move { desk.carry_out(contest(1, order, 1, "")).await });
        tokio::task::yield_now().await;
        gone.abort();
        let opened = shop.desk.carry_out(contest(1, order, 1, "")).await.unwrap();
        assert_eq!(shop.desk.carry_out(contest(1, order, 1, "")).await.unwrap(), opened);
        for command in [2, 3] {
            assert!(matches!(refusal(shop.desk.carry_out(contest(command, order, 1, "")).await), Refusal::Dispute(_)));
        }
        assert_eq!(refusal(shop.desk.carry_out(contest(1, order, 2, "")).await), Refusal::IdUsed);
        let shop = shop.restart().await;
        assert_eq!(shop.desk.carry_out(contest(1, order, 1, "")).await.unwrap(), opened, "also after a restart");

        let dispute = dispute_of(&opened);
        let accepted = shop.desk.carry_out(ruling(4, dispute, Ruling::Accept)).await.unwrap();
        assert_eq!(shop.desk.carry_out(ruling(4, dispute, Ruling::Accept)).await.unwrap(), accepted);
        shop.desk.carry_out(ruling(5, dispute, Ruling::Accept)).await.unwrap();
        let decided = refusal(shop.desk.carry_out(ruling(6, dispute, Ruling::Reject)).await);
        assert!(matches!(decided, Refusal::Dispute(_)), "accepted stays accepted");
        let file = &shop.orders().await[0];
        assert_eq!((file.disputes.len(), file.refunds.len()), (1, 1));
        assert_eq!(file.refunds[0].amount, file.order.total());
        assert!(shop.kept().await.is_empty());
    })
    .await;
}

#[tokio::test]
async fn nobody_contests_what_is_not_theirs() {
    on_both("theirs", async |shop| {
        shop.trip(0, BOB, 10).await;
        let order = shop.orders().await[0].order.id;
        assert_eq!(refusal(shop.desk.carry_out(contest(1, order, 1, "")).await), Refusal::NotFound);
        assert_eq!(refusal(shop.desk.carry_out(contest(2, OrderId(id(99)), 1, "")).await), Refusal::NotFound);
    })
    .await;
}

#[tokio::test]
async fn text_that_one_engine_cannot_keep_is_refused_before_it_is_tried() {
    on_both("nul", async |shop| {
        shop.trip(0, ADA, 10).await;
        let order = shop.orders().await[0].order.id;
        for (command, message) in [(1, "a\u{0}b"), (2, "\u{202e}99.0 RUE"), (3, "\u{1b}[2J")] {
            let refused = refusal(shop.desk.carry_out(contest(command, order, 1, message)).await);
            assert!(matches!(refused, Refusal::Dispute(_)), "{refused:?}");
        }
        let opened = shop.desk.carry_out(contest(4, order, 1, "first line\nsecond")).await.unwrap();
        let ask =
            Ask::DecideDispute { dispute: dispute_of(&opened), ruling: Ruling::Reject, answer: "no\u{0}".to_owned() };
        assert!(matches!(
            refusal(shop.desk.carry_out(Command { id: id(5), by: STAFF, ask }).await),
            Refusal::Dispute(_)
        ));
        assert!(shop.kept().await.is_empty());
    })
    .await;
}

#[tokio::test]
async fn a_command_that_cannot_be_stored_is_set_aside_and_the_shop_goes_on() {
    on_both("command", async |shop| {
        shop.trip(0, ADA, 10).await;
        let order = shop.orders().await[0].order.id;
        shop.refuse("disputes", "NEW.state = 'open'").await;
        let answer = shop.desk.carry_out(contest(1, order, 1, "")).await;
        assert!(matches!(answer, Err(NotDone::NotTaken(NotTaken::SetAside))), "{answer:?}");
        assert_eq!(shop.kept().await[0].kind, "command");
        shop.trip(100, BOB, 20).await;
        assert_eq!(shop.orders().await.len(), 2);
        shop.accept_again("disputes").await;
        shop.desk.carry_out(contest(1, order, 1, "")).await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn a_stale_save_is_refused_and_says_what_changed() {
    on_both("stale", async |shop| {
        let edit = |command: u128, product: Product, version: &Version| {
            let ask = Ask::EditProduct { product, version: version.clone() };
            shop.desk.carry_out(Command { id: id(command), by: STAFF, ask })
        };
        let read = Version::of_product(&product("cola", 149));
        edit(1, product("cola", 399), &read).await.unwrap();
        let renamed = Product { name: "Cola 0.33".to_owned(), ..product("cola", 149) };
        let Refusal::Stale { changed } = refusal(edit(2, renamed.clone(), &read).await) else { panic!() };
        let fields: Vec<_> = changed.iter().map(|one| (one.field, one.now.as_str())).collect();
        assert_eq!(fields, [("name", "cola"), ("price_minor", "399")]);
        let version = Version::of_product(&product("cola", 399));
        edit(3, Product { price: Some(Minor(399)), ..renamed }, &version).await.unwrap();
        let (floor, stored) = (
            shop.desk.ask(|floor, _| floor.catalog().clone()).await.unwrap(),
            db::catalog::catalog(&shop.db, shop.store).await.unwrap(),
        );
        assert_eq!(floor, stored, "the page and the floor have one price");
        assert_eq!(floor.get(&Sku::from("cola")).unwrap().name, "Cola 0.33");

        let create = |command: u128, product: Product| {
            shop.desk.carry_out(Command { id: id(command), by: STAFF, ask: Ask::CreateProduct { product } })
        };
        assert_eq!(refusal(create(4, product("cola", 1)).await), Refusal::SkuTaken(Sku::from("cola")));
        create(5, product("tea", 99)).await.unwrap();
        assert!(matches!(refusal(edit(6, product("milk", 99), &read).await), Refusal::NoSuchProduct(_)));
    })
    .await;
}

#[tokio::test]
async fn slots_change_by_what_stands_there_now() {
    on_both("slots", async |shop| {
        let planogram = shop.desk.ask(|floor, _| floor.planogram().clone()).await.unwrap();
        let first = planogram.facing(&SlotId::from("s1")).unwrap().clone();
        let put = |command: u128, facing: Facing, version: Option<Version>| {
            shop.desk.carry_out(Command { id: id(command), by: STAFF, ask: Ask::PutFacing { facing, version } })
        };
        let bread = Facing { sku: Sku::from("bread"), ..first.clone() };
        assert!(matches!(refusal(put(1, bread.clone(), None).await), Refusal::Stale { .. }));
        put(2, bread.clone(), Some(Version::of_facing(&first))).await.unwrap();
        let stale = refusal(put(3, first.clone(), Some(Version::of_facing(&first))).await);
        assert!(matches!(&stale, Refusal::Stale { changed } if changed[0].now == "bread"), "{stale:?}");
        let unknown = Facing { sku: Sku::from("nothing"), ..bread.clone() };
        let unknown = refusal(put(4, unknown, Some(Version::of_facing(&bread))).await);
        assert_eq!(unknown, Refusal::NoSuchProduct(Sku::from("nothing")));
        let clear = |command: u128, version: Version| {
            let ask = Ask::ClearSlot { slot: SlotId::from("s1"), version: Some(version) };
            shop.desk.carry_out(Command { id: id(command), by: STAFF, ask })
        };
        assert!(matches!(refusal(clear(5, Version::of_facing(&first)).await), Refusal::Stale { .. }));
        clear(6, Version::of_facing(&bread)).await.unwrap();
        let stored = db::catalog::planogram(&shop.db, shop.store).await.unwrap();
        assert_eq!(stored, shop.desk.ask(|floor, _| floor.planogram().clone()).await.unwrap());
        assert_eq!(stored.0.len(), 1);
        let count = Command { id: id(7), by: STAFF, ask: Ask::CountStock { slot: SlotId::from("s1"), units: 3 } };
        assert_eq!(refusal(shop.desk.carry_out(count).await), Refusal::NotFound, "nothing stands there");
    })
    .await;
}
