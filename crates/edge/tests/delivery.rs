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

/// A node with one simulated row of up to 100 units of 10 mm, read each 10 ms and counted at once.
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
             [[sensors]]\nslot = 'A1'\nkind = 'distance'\ndriver = 'simulated'\nvalue_file = '{folder}/A1.value'\n\
             period_ms = 10\nconfirmations = 1\ncapacity = 100\nfull_mm = 0\ndepth_mm = 10\n"
        ))
        .unwrap()
    }

    async fn start(&self) -> Node {
        self.start_with("", NodeClock::start()).await
    }

    /// A node whose sensor has found its first count.
    async fn start_with(&self, more: &str, clock: NodeClock) -> Node {
        let node = Node::start(&self.config(more), clock, PACE).unwrap();
        until(async || node.count(&"A1".into()).is_some()).await;
        node
    }

    /// Puts so many units into the row, as a simulator does.
    fn stand(&self, units: u32) {
        let draft = self.folder.path().join("A1.new");
        std::fs::write(&draft, ((100 - units) * 10).to_string()).unwrap();
        std::fs::rename(draft, self.value_file()).unwrap();
    }

    fn value_file(&self) -> PathBuf {
        self.folder.path().join("A1.value")
    }

    /// Takes units one by one, each when the one before was seen.
    async fn take(&self, node: &Node, units: std::ops::Range<u32>) {
        for units in units.rev() {
            self.stand(units);
            until(async || node.count(&"A1".into()) == Some(units)).await;
        }
    }

    /// Takes ten units and puts them back, again and again.
    async fn swing(&self, mut is_enough: impl AsyncFnMut() -> bool) {
        for round in 0..4_000 {
            self.stand(if round % 2 == 0 { 40 } else { 50 });
            tokio::time::sleep(Duration::from_millis(10)).await;
            if is_enough().await {
                return;
            }
        }
        panic!("it was not enough");
    }
}

async fn until(mut is_so: impl AsyncFnMut() -> bool) {
    for _ in 0..1_000 {
        if is_so().await {
            return;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    panic!("it did not become so within 5 s");
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
    let node = bench.start().await;
    reaches(&node, UplinkState::Normal).await;
    assert!(bench.server.statuses_until(|statuses| !statuses.is_empty()).await[0].faulty_slots.is_empty());
    bench.take(&node, 45..50).await;
    let after = bench.server.units_until(5).await;
    assert_eq!(after, [49, 48, 47, 46, 45]);
    let delays = bench.server.delays();
    assert!(delays.iter().all(|delay| *delay < SignedDuration::from_secs(2)), "{delays:?}");
    node.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn order_survives_every_way_a_server_can_fail() {
    let bench = Bench::new().await;
    let node = bench.start().await;
    reaches(&node, UplinkState::Normal).await;
    let mut units = 50;
    for mode in [Mode::DropBeforeAck, Mode::NoAck, Mode::TryAgainLater, Mode::DropBeforeStore] {
        bench.server.set_mode(mode);
        bench.take(&node, units - 6..units).await;
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
    let node = bench.start().await;
    bench.swing(async || node.totals().await.0 >= 300).await;
    bench.stand(1);
    until(async || node.count(&"A1".into()) == Some(1)).await;
    bench.server.set_mode(Mode::NoAck);
    reaches(&node, UplinkState::CatchUp).await;
    bench.server.set_mode(Mode::Normal);
    reaches(&node, UplinkState::Normal).await;
    assert_eq!(*bench.server.units().last().unwrap(), 1);
    let sizes = bench.server.batch_sizes();
    assert_eq!(sizes[0], 256, "{sizes:?}");
    assert!(sizes.iter().all(|size| *size <= 256));
    // Deltas add up whatever was sampled.
    assert_eq!(bench.server.sum_of_deltas(), 1 - 50);
    node.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restart_delivers_what_was_spooled_and_what_happened_meanwhile() {
    let bench = Bench::new().await;
    bench.server.set_mode(Mode::RefuseForNow);
    let node = bench.start().await;
    bench.take(&node, 47..50).await;
    node.stop().await;
    assert_eq!(spooled_lines(bench.folder.path()), 3);
    // Somebody takes two units while the power is off.
    bench.stand(45);
    bench.server.set_mode(Mode::Normal);
    let node = bench.start().await;
    assert_eq!(bench.server.units_until(4).await, [49, 48, 47, 45]);
    // What is stored is acknowledged a moment later; a node that stops before hears nothing of it.
    until(async || node.totals().await.0 == 0).await;
    node.stop().await;
    // Nothing comes twice after everything was acknowledged.
    let node = bench.start().await;
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
    let node = bench.start_with("spool.max_bytes = 4096\nspool.memory_events = 256", NodeClock::start()).await;
    bench.swing(async || node.totals().await.1 > 0).await;
    bench.server.set_mode(Mode::Normal);
    reaches(&node, UplinkState::Normal).await;
    let kept = bench.server.units();
    let lost = bench.server.statuses_until(|statuses| !statuses.is_empty()).await.last().unwrap().lost;
    assert!(kept.len() >= 256 && lost > 0, "{} kept, {lost} lost", kept.len());
    assert!(kept.chunks(2).all(|pair| pair[0] == 40), "the oldest, without a gap");
    node.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
#[expect(clippy::disallowed_methods, reason = "a wrong clock differs from the right one")]
async fn a_wrong_clock_does_not_matter() {
    for hours in [-24 * 365 * 30, 5] {
        let bench = Bench::new().await;
        let wrong = Timestamp::now() + SignedDuration::from_hours(hours);
        let node = bench.start_with("", NodeClock::start_at(wrong)).await;
        reaches(&node, UplinkState::Normal).await;
        bench.take(&node, 48..50).await;
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
    let node = bench.start().await;
    reaches(&node, UplinkState::Normal).await;
    bench.server.revoke().await;
    reaches(&node, UplinkState::Refused).await;
    bench.take(&node, 47..50).await;
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
    let node = bench.start().await;
    reaches(&node, UplinkState::Normal).await;
    bench.server.set_mode(Mode::Reject);
    bench.take(&node, 48..50).await;
    bench.server.attempts_until_more(2).await;
    bench.server.set_mode(Mode::Normal);
    bench.stand(47);
    assert_eq!(bench.server.units_until(1).await, [47]);
    assert_eq!(bench.server.received().1, 3);
    node.stop().await;
}
