//! Inputs that the database refuses for good.

use shop::desk::NotDone;

use super::*;

#[tokio::test]
async fn an_input_that_is_refused_stands_alone_and_the_others_go_on() {
    on_both("input", async |shop| {
        shop.refuse("shelf_events", "NEW.slot = 's2'").await;
        shop.look(0, Place::Entry, ADA, 1).await.unwrap();
        shop.look(5, Place::Shelf, ADA, 2).await.unwrap();
        shop.hand.move_to(at(6));
        let batch = vec![moved(3, "s1", 6, -1), moved(4, "s2", 6, -1), moved(5, "s1", 6, -1)];
        let taken = shop.desk.shelf(batch).await.unwrap();
        assert_eq!(taken, [Ok(()), Err(NotTaken::SetAside), Ok(())]);
        let kept = shop.kept().await;
        assert_eq!(kept.len(), 1);
        assert_eq!(kept[0].kind, "shelf_event");
        assert!(kept[0].payload.contains(&id(4).to_string()), "{}", kept[0].payload);
        assert!(kept[0].cause.contains("refuse"), "{}", kept[0].cause);
        assert_eq!(db::set_aside::unseen(&shop.db, shop.store).await.unwrap(), 1);
        // Once more is no second row.
        assert_eq!(shop.desk.shelf(vec![moved(4, "s2", 6, -1)]).await.unwrap(), [Err(NotTaken::SetAside)]);
        assert_eq!(shop.kept().await.len(), 1);
        shop.accept_again("shelf_events").await;
        assert_eq!(shop.desk.shelf(vec![moved(4, "s2", 6, -1)]).await.unwrap(), [Ok(())], "it may come again");
        let snapshot = shop.desk.snapshot();
        assert_eq!(snapshot.visits.keys().collect::<Vec<_>>(), [&ADA], "who is inside is known all the while");
        shop.look(10, Place::Exit, ADA, 6).await.unwrap();
        shop.hand.move_to(at(60));
        shop.settled().await;
        assert!(shop.desk.snapshot().visits.is_empty());
    })
    .await;
}

#[tokio::test]
async fn an_order_that_is_refused_holds_up_nobody_else_and_no_restart_brings_it_back() {
    on_both("due", async |shop| {
        shop.refuse("orders", "NEW.number = 1").await;
        shop.trip(0, ADA, 10).await;
        let kept = shop.kept().await;
        assert_eq!(kept.len(), 1, "{kept:?}");
        assert_eq!(kept[0].kind, "due");
        assert!(kept[0].payload.contains("session_settled") && kept[0].payload.contains("cola"), "{}", kept[0].payload);
        assert!(shop.orders().await.is_empty());
        shop.accept_again("orders").await;
        shop.trip(100, BOB, 20).await;
        assert_eq!(shop.orders().await.len(), 1, "the next one shops as if nothing had been");
        let shop = shop.restart().await;
        shop.settled().await;
        assert_eq!((shop.kept().await.len(), shop.orders().await.len()), (1, 1));
        shop.trip(200, ADA, 30).await;
        assert_eq!(shop.orders().await.len(), 2, "whose order was refused may come again");
    })
    .await;
}

#[tokio::test]
async fn no_input_fails_for_what_was_due_when_the_floor_was_brought_back() {
    on_both("innocent", async |shop| {
        shop.look(0, Place::Entry, ADA, 1).await.unwrap();
        shop.hand.move_to(at(6));
        // Nobody stands there: three cases, once they are due.
        let nobodys: Vec<_> = (40..43).map(|number| moved(number, "s1", 6, -1)).collect();
        assert_eq!(shop.desk.shelf(nobodys).await.unwrap(), [Ok(()), Ok(()), Ok(())]);
        shop.refuse("reviews", "NEW.id IS NOT NULL").await;
        shop.hand.move_to(at(30));
        let restock = FloorInput::Restock { zone: ZoneId::from("g1"), by: AdminId(id(7)), on: true };
        let (looked, began) = tokio::join!(shop.look(30, Place::Entry, BOB, 60), shop.desk.input(restock));
        assert!(looked.is_ok() && began.is_ok(), "{looked:?} {began:?}");
        let kept = shop.kept().await;
        assert_eq!(kept.len(), 3, "{kept:#?}");
        assert!(kept.iter().all(|one| one.kind == "due" && one.cause.contains("refuse")), "{kept:#?}");
        shop.accept_again("reviews").await;
    })
    .await;
}

#[tokio::test]
async fn a_refilling_that_cannot_be_ended_does_not_turn_in_a_circle() {
    on_both("circle", async |shop| {
        let zone = ZoneId::from("g1");
        shop.desk.input(FloorInput::Restock { zone, by: AdminId(id(7)), on: true }).await.unwrap();
        shop.refuse("event_log", "NEW.kind = 'restocking_ended'").await;
        shop.hand.move_to(at(40_000));
        shop.settled().await;
        shop.look(40_001, Place::Entry, ADA, 1).await.unwrap();
        let kept = shop.kept().await.len();
        assert!(kept >= 1);
        tokio::time::sleep(Duration::from_millis(2_500)).await;
        shop.settled().await;
        assert_eq!(shop.kept().await.len(), kept, "it is tried once");
        shop.accept_again("event_log").await;
    })
    .await;
}

#[tokio::test]
async fn nobody_is_told_that_something_is_kept_while_nothing_can_be() {
    on_both("nothing", async |shop| {
        shop.trip(0, ADA, 10).await;
        let order = shop.orders().await[0].order.id;
        for table in ["shelf_events", "disputes", "set_aside"] {
            shop.refuse(table, "NEW.id IS NOT NULL").await;
        }
        let batch = || vec![moved(40, "s1", 36, -1), moved(41, "s1", 37, 1)];
        assert_eq!(shop.desk.shelf(batch()).await.unwrap(), [Err(NotTaken::Busy), Err(NotTaken::Busy)]);
        let command = commands::contest(50, order, 1, "");
        let answer = shop.desk.carry_out(command.clone()).await;
        assert!(matches!(answer, Err(NotDone::NotTaken(NotTaken::Busy))), "{answer:?}");
        let input = db::set_aside::SetAside::new("shelf_event", &"{}", &"unreadable", db::set_aside::About::Input);
        assert_eq!(shop.desk.set_aside(input.clone()).await, Err(NotTaken::Busy));
        assert!(shop.kept().await.is_empty());
        for table in ["shelf_events", "disputes", "set_aside"] {
            shop.accept_again(table).await;
        }
        assert_eq!(shop.desk.shelf(batch()).await.unwrap(), [Ok(()), Ok(())], "who sends again is taken in");
        shop.desk.carry_out(command).await.unwrap();
        shop.desk.set_aside(input).await.unwrap();
        assert_eq!(shop.kept().await.len(), 1);
    })
    .await;
}

#[tokio::test]
async fn a_visit_that_cannot_even_be_given_up_is_left_out_and_holds_up_nobody() {
    on_both("given_up", async |shop| {
        shop.refuse_changes("shopping_sessions", "NEW.state IN ('settled', 'set_aside')").await;
        shop.trip(0, ADA, 10).await;
        assert_eq!(shop.kept().await.len(), 1);
        assert!(shop.desk.snapshot().visits.is_empty());
        assert!(shop.orders().await.is_empty());
        shop.look(100, Place::Entry, BOB, 30).await.unwrap();
        assert_eq!(shop.desk.snapshot().visits.keys().collect::<Vec<_>>(), [&BOB]);
        shop.accept_again("shopping_sessions").await;
        shop.look(110, Place::Exit, BOB, 31).await.unwrap();
        shop.hand.move_to(at(150));
        shop.settled().await;
        assert_eq!(shop.kept().await.len(), 1, "it is set aside once");
        // As soon as the database takes it, it is given up for good.
        tokio::time::sleep(Duration::from_millis(2_500)).await;
        let shop = shop.restart().await;
        shop.settled().await;
        assert_eq!((shop.kept().await.len(), shop.orders().await.len()), (1, 0), "no restart brings it back");
    })
    .await;
}

#[tokio::test]
async fn a_visit_of_nobody_is_set_aside_alone_and_the_cause_says_where() {
    on_both("nobody", async |shop| {
        shop.hand.move_to(at(0));
        let nobody = ShopperId(id(0x404));
        let together = tokio::join!(
            shop.look(0, Place::Entry, ADA, 1),
            shop.look(0, Place::Entry, nobody, 2),
            shop.look(0, Place::Entry, BOB, 3),
        );
        assert!(together.0.is_ok() && together.2.is_ok(), "{together:?}");
        assert_eq!(together.1, Err(NotTaken::SetAside));
        let kept = shop.kept().await;
        assert_eq!(kept.len(), 1);
        assert!(kept[0].payload.contains(&nobody.to_string()), "{}", kept[0].payload);
        assert!(kept[0].cause.starts_with("shopping_sessions: "), "{}", kept[0].cause);
        assert!(kept[0].cause.to_lowercase().contains("foreign key constraint"), "{}", kept[0].cause);
        let shop = shop.restart().await;
        assert_eq!(shop.desk.snapshot().visits.keys().collect::<Vec<_>>(), [&ADA, &BOB]);
    })
    .await;
}

#[tokio::test]
async fn a_scan_s_id_that_was_used_before_opens_another_visit() {
    on_both("scan", async |shop| {
        shop.trip(0, ADA, 10).await;
        shop.look(100, Place::Entry, ADA, 10).await.unwrap();
        assert!(shop.desk.snapshot().visits.contains_key(&ADA));
        shop.look(110, Place::Exit, ADA, 11).await.unwrap();
        shop.look(120, Place::Entry, BOB, 10).await.unwrap();
        assert!(shop.kept().await.is_empty());
    })
    .await;
}

#[tokio::test]
async fn a_database_that_is_locked_for_a_while_loses_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let shop = Shop::open(&format!("sqlite://{}", folder.path().join("store.db").display())).await;
    shop.look(0, Place::Entry, ADA, 1).await.unwrap();
    let transaction = shop.db.begin().await.unwrap();
    let desk = shop.desk.clone();
    let waiting = tokio::spawn(async move { desk.shelf(vec![moved(3, "s1", 6, -1)]).await });
    tokio::time::sleep(Duration::from_millis(6_000)).await;
    assert!(!waiting.is_finished(), "nobody is answered before the commit");
    transaction.rollback().await.unwrap();
    assert_eq!(waiting.await.unwrap().unwrap(), [Ok(())]);
    assert_eq!(db::commit::known_shelf_events(&shop.db, &[id(3)]).await.unwrap().len(), 1);
}

#[tokio::test]
async fn a_writer_that_is_overtaken_ends() {
    on_both("overtaken", async |shop| {
        lease::begin(&shop.db, "another one", at(1)).await.unwrap();
        assert_eq!(shop.look(2, Place::Entry, ADA, 1).await, Err(NotTaken::Busy));
        assert_eq!(shop.writer.await.unwrap(), Err(Ended::Deposed));
        assert!(matches!(db::event_log::last_seq(&shop.db).await, Ok::<_, DbError>(0)));
    })
    .await;
}
