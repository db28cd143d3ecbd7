//! Delivery against a real socketioxide server: in order and at least once, across outages, restarts and refusals.

#[path = "delivery/server.rs"]
mod server;

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::time::Duration;

use edge::clock::NodeClock;
use edge::config::{Config, Secret};
use edge::node::Node;
use edge::token::TokenFile;
use edge::uplink::{Pace, UplinkState};
use jiff::{SignedDuration, Timestamp};
use server::{Mode, Server};
use tempfile::TempDir;

/// Fast enough for tests; the order of the pauses is the real one.
const PACE: Pace = Pace {
    first_retry: Duration::from_millis(50),
    longest_retry: Duration::from_millis(200),
    refused_retry: Duration::from_millis(300),
    acknowledgement: Duration::from_millis(400),
    status: Duration::from_secs(30),
};

/// A node with one simulated plate of up to 100 units of 10 g, read each 10 ms and counted at once.
struct Bench {
    folder: TempDir,
    server: Server,
}

impl Bench {
    async fn new() -> Self {
        let bench = Self { folder: tempfile::tempdir().unwrap(), server: Server::start().await };
        TokenFile::in_folder(bench.folder.path()).store(&Secret::new("good")).unwrap();
        bench.stand(50);
        bench
    }

    fn config(&self, more: &str) -> Config {
        let folder = self.folder.path().display();
        let url = &self.server.url;
        Config::parse(&format!(
            "server_url = '{url}'\ndata_folder = '{folder}'\n{more}\n\
             [[sensors]]\nslot = 'A1'\nkind = 'load_cell'\ndriver = 'simulated'\nvalue_file = '{folder}/A1.value'\n\
             period_ms = 10\nconfirmations = 1\ncapacity = 100\nunit_g = 10\n"
        ))
        .unwrap()
    }

    fn start(&self) -> Node {
        Node::start(&self.config(""), NodeClock::start(), PACE).unwrap()
    }

    /// Puts so many units on the plate, as a simulator does.
    fn stand(&self, units: u32) {
        let draft = self.folder.path().join("A1.new");
        std::fs::write(&draft, (units * 10).to_string()).unwrap();
        std::fs::rename(draft, self.value_file()).unwrap();
    }

    fn value_file(&self) -> PathBuf {
        self.folder.path().join("A1.value")
    }

    /// Takes units one by one, slowly enough for each to be seen.
    async fn take_down_to(&self, from: u32, to: u32) {
        for units in (to..from).rev() {
            self.stand(units);
            tokio::time::sleep(Duration::from_millis(30)).await;
        }
    }
}

async fn reaches(node: &Node, state: UplinkState) {
    let mut states = node.uplink_state();
    tokio::time::timeout(Duration::from_secs(5), states.wait_for(|now| *now == state)).await.unwrap().unwrap();
}

fn spooled_lines(folder: &Path) -> usize {
    let spool = folder.join("spool");
    std::fs::read_dir(spool)
        .unwrap()
        .map(|item| item.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "jsonl"))
        .map(|path| std::fs::read_to_string(path).unwrap().lines().count())
        .sum()
}

#[tokio::test(flavor = "multi_thread")]
async fn events_arrive_as_they_happen() {
    let bench = Bench::new().await;
    let node = bench.start();
    reaches(&node, UplinkState::Normal).await;
    assert!(bench.server.statuses_until(|statuses| !statuses.is_empty()).await[0].faulty_slots.is_empty());
    bench.take_down_to(50, 45).await;
    let after = bench.server.units_until(5).await;
    assert_eq!(after, [49, 48, 47, 46, 45]);
    let delays = bench.server.delays();
    assert!(delays.iter().all(|delay| *delay < SignedDuration::from_secs(2)), "{delays:?}");
    node.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn order_survives_every_way_a_server_can_fail() {
    let bench = Bench::new().await;
    let node = bench.start();
    reaches(&node, UplinkState::Normal).await;
    let mut units = 50;
    for mode in [Mode::DropBeforeAck, Mode::NoAck, Mode::TryAgainLater, Mode::DropBeforeStore] {
        bench.server.set_mode(mode);
        bench.take_down_to(units, units - 6).await;
        units -= 6;
        bench.server.attempts_until_more(2).await;
        bench.server.set_mode(Mode::Normal);
        let after = bench.server.units_until((50 - units) as usize).await;
        assert_eq!(after, (units..50).rev().collect::<Vec<_>>(), "{mode:?}");
    }
    // What was sent again had the same ids; the store above counts each id once.
    let (received, distinct) = bench.server.received();
    assert!(received > distinct, "nothing was sent twice");
    assert_eq!(distinct, 24);
    node.stop().await;
    assert_eq!(bench.server.stored_ids().into_iter().collect::<HashSet<_>>().len(), 24);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_long_outage_is_caught_up_in_full_batches() {
    let bench = Bench::new().await;
    bench.server.set_mode(Mode::RefuseForNow);
    let node = bench.start();
    tokio::time::sleep(Duration::from_millis(100)).await;
    for round in 0..300 {
        bench.stand(if round % 2 == 0 { 40 } else { 50 });
        tokio::time::sleep(Duration::from_millis(16)).await;
    }
    bench.stand(1);
    tokio::time::sleep(Duration::from_millis(100)).await;
    let mut states = node.uplink_state();
    let catches_up = tokio::spawn(async move {
        tokio::time::timeout(Duration::from_secs(5), states.wait_for(|state| *state == UplinkState::CatchUp))
            .await
            .is_ok()
    });
    bench.server.set_mode(Mode::Normal);
    reaches(&node, UplinkState::Normal).await;
    assert_eq!(*bench.server.units().last().unwrap(), 1);
    let sizes = bench.server.batch_sizes();
    assert!(sizes[0] == 256 || bench.server.units().len() < 256, "{sizes:?}");
    assert!(sizes.iter().all(|size| *size <= 256));
    assert!(catches_up.await.unwrap() || sizes[0] < 256);
    // Deltas add up whatever was sampled.
    assert_eq!(bench.server.sum_of_deltas(), 1 - 50);
    node.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restart_delivers_what_was_spooled_and_what_happened_meanwhile() {
    let bench = Bench::new().await;
    bench.server.set_mode(Mode::RefuseForNow);
    let node = bench.start();
    tokio::time::sleep(Duration::from_millis(100)).await;
    bench.take_down_to(50, 47).await;
    node.stop().await;
    assert_eq!(spooled_lines(bench.folder.path()), 3);
    // Somebody takes two units while the power is off.
    bench.stand(45);
    bench.server.set_mode(Mode::Normal);
    let node = bench.start();
    assert_eq!(bench.server.units_until(4).await, [49, 48, 47, 45]);
    node.stop().await;
    // Nothing comes twice after everything was acknowledged.
    let node = bench.start();
    reaches(&node, UplinkState::Normal).await;
    bench.stand(44);
    assert_eq!(bench.server.units_until(5).await, [49, 48, 47, 45, 44]);
    assert_eq!(bench.server.received(), (5, 5));
    node.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_disk_is_reported_and_the_oldest_are_kept() {
    let bench = Bench::new().await;
    bench.server.set_mode(Mode::RefuseForNow);
    let config = bench.config("spool.max_bytes = 4096\nspool.memory_events = 256");
    let node = Node::start(&config, NodeClock::start(), PACE).unwrap();
    tokio::time::sleep(Duration::from_millis(100)).await;
    for round in 0..400 {
        bench.stand(if round % 2 == 0 { 40 } else { 50 });
        tokio::time::sleep(Duration::from_millis(13)).await;
    }
    bench.server.set_mode(Mode::Normal);
    reaches(&node, UplinkState::Normal).await;
    let kept = bench.server.units();
    let lost = bench.server.statuses_until(|statuses| !statuses.is_empty()).await.last().unwrap().lost;
    assert!(kept.len() >= 256 && lost > 0, "{} kept, {lost} lost", kept.len());
    assert!(kept.chunks(2).all(|pair| pair[0] == 40), "the oldest, without a gap");
    node.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_clock_does_not_matter() {
    for hours in [-24 * 365 * 30, 5] {
        let bench = Bench::new().await;
        let wrong = Timestamp::now() + SignedDuration::from_hours(hours);
        let node = Node::start(&bench.config(""), NodeClock::start_at(wrong), PACE).unwrap();
        reaches(&node, UplinkState::Normal).await;
        bench.take_down_to(50, 48).await;
        assert_eq!(bench.server.units_until(2).await, [49, 48]);
        // From happening to sending, by the node's clock: what the server mends times with.
        let delays = bench.server.delays();
        assert!(delays.iter().all(|delay| (0..2_000).contains(&delay.as_millis())), "{delays:?}");
        node.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_revoked_node_keeps_events_until_it_joins_again() {
    let bench = Bench::new().await;
    let node = bench.start();
    reaches(&node, UplinkState::Normal).await;
    bench.server.revoke().await;
    reaches(&node, UplinkState::Refused).await;
    bench.take_down_to(50, 47).await;
    tokio::time::sleep(PACE.refused_retry * 2).await;
    assert_eq!(*node.uplink_state().borrow(), UplinkState::Refused);
    assert!(node.summary().await.starts_with("refused; undelivered events: 3;"), "{}", node.summary().await);
    TokenFile::in_folder(bench.folder.path()).store(&Secret::new("better")).unwrap();
    bench.server.accept_token("better");
    assert_eq!(bench.server.units_until(3).await, [49, 48, 47]);
    node.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn rejected_events_are_not_sent_again() {
    let bench = Bench::new().await;
    let node = bench.start();
    reaches(&node, UplinkState::Normal).await;
    bench.server.set_mode(Mode::Reject);
    bench.take_down_to(50, 48).await;
    bench.server.attempts_until_more(2).await;
    bench.server.set_mode(Mode::Normal);
    bench.stand(47);
    assert_eq!(bench.server.units_until(1).await, [47]);
    assert_eq!(bench.server.received().1, 3);
    node.stop().await;
}
