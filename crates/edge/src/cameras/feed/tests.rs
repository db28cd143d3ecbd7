//! Newest wins, in turns, one message at a time, and nothing is kept for a connection that is not there.

use std::time::Duration;

use super::*;

/// A picture of one pixel that tells which it is.
fn shot(feed: &Feed, number: u8) -> Shot {
    Shot { taken_at: feed.clock().now(), picture: Picture { width: 1, height: 1, rgb: vec![number; 3] } }
}

fn give(feed: &Feed, camera: usize, number: u8) {
    let shot = shot(feed, number);
    feed.came(camera, Look::at(&shot.picture), shot);
}

fn feed(cameras: usize) -> Feed {
    Feed::new((0..cameras).map(|camera| format!("cam{camera}")), NodeClock::start())
}

/// Camera and number of the picture that would be looked at now.
fn task(feed: &Feed) -> Option<Task> {
    let now = feed.clock().now();
    feed.state().task(now)
}

fn number(task: &Task) -> (usize, u8) {
    (task.camera, task.shot.picture.rgb[0])
}

fn look(feed: &Feed) -> (usize, u8) {
    let task = task(feed).unwrap();
    feed.looked(task.camera, Some(task.sight([1, 1], Vec::new())));
    number(&task)
}

/// Sends what was found and gets it acknowledged.
async fn send(feed: &Feed, camera: usize) {
    let sight = feed.next_sight(camera).await;
    feed.answered(camera, sight.taken_at, None);
    feed.free(camera, sight.connection);
}

#[tokio::test]
async fn only_the_newest_picture_waits_and_only_one_message_is_on_its_way() {
    let feed = feed(1);
    let _connected = feed.connect();
    (1..=3).for_each(|number| give(&feed, 0, number));
    assert_eq!(look(&feed), (0, 3));
    assert!(task(&feed).is_none(), "there is no other");
    (4..=9).for_each(|number| give(&feed, 0, number));
    assert!(task(&feed).is_none(), "the message is not acknowledged");
    send(&feed, 0).await;
    assert_eq!(look(&feed), (0, 9));
    let status = &feed.statuses()[0];
    assert_eq!(
        (status.came_per_s, status.looked_at_per_s, status.delay_ms),
        (9.0, 2.0, Some(status.delay_ms.unwrap()))
    );
}

#[tokio::test]
async fn the_camera_that_has_waited_longest_is_next() {
    let feed = feed(3);
    let _connected = feed.connect();
    let mut found = Vec::new();
    for round in 0..3 {
        // The first camera is the fastest.
        [0, 0, 1, 0, 2, 0].into_iter().for_each(|camera| give(&feed, camera, round));
        for _ in 0..3 {
            let (camera, _) = look(&feed);
            found.push(camera);
            send(&feed, camera).await;
            give(&feed, 0, round);
        }
    }
    for camera in 0..3 {
        assert_eq!(found.iter().filter(|found| **found == camera).count(), 3, "{found:?}");
    }
}

#[tokio::test]
async fn nothing_is_kept_while_nothing_is_connected() {
    let feed = feed(2);
    give(&feed, 0, 1);
    assert!(task(&feed).is_none());
    let connected = feed.connect();
    assert!(task(&feed).is_none(), "that picture was before");
    give(&feed, 0, 2);
    assert_eq!(look(&feed), (0, 2));
    give(&feed, 0, 3);
    give(&feed, 1, 4);
    let looking = task(&feed).unwrap();
    assert_eq!(number(&looking), (1, 4));
    drop(connected);
    give(&feed, 0, 5);
    assert!(task(&feed).is_none());
    let _connected = feed.connect();
    // What was found for the other connection is not sent by this one.
    feed.looked(1, Some(looking.sight([1, 1], Vec::new())));
    for camera in 0..2 {
        let sight = tokio::time::timeout(Duration::from_millis(20), feed.next_sight(camera)).await;
        assert!(sight.is_err(), "camera {camera}");
    }
    give(&feed, 0, 6);
    assert_eq!(look(&feed), (0, 6));
}

#[test]
fn a_picture_that_has_waited_too_long_is_dropped() {
    let feed = feed(1);
    let _connected = feed.connect();
    give(&feed, 0, 1);
    let later = feed.clock().now() + STALE + SignedDuration::from_millis(1);
    assert!(feed.state().task(later).is_none());
    assert!(task(&feed).is_none());
}

#[test]
fn a_picture_that_cannot_be_looked_at_holds_nothing_up() {
    let feed = feed(1);
    let _connected = feed.connect();
    give(&feed, 0, 1);
    let broken = task(&feed).unwrap();
    feed.looked(broken.camera, None);
    give(&feed, 0, 2);
    assert_eq!(look(&feed), (0, 2));
}

#[tokio::test]
async fn a_refusal_is_in_the_status_until_something_is_taken() {
    let feed = feed(1);
    let _connected = feed.connect();
    give(&feed, 0, 1);
    look(&feed);
    let sight = feed.next_sight(0).await;
    feed.answered(0, sight.taken_at, Some("no such camera".to_owned()));
    assert_eq!(feed.statuses()[0].refused.as_deref(), Some("no such camera"));
    feed.free(0, sight.connection);
    give(&feed, 0, 2);
    look(&feed);
    send(&feed, 0).await;
    assert_eq!(feed.statuses()[0].refused, None);
}
