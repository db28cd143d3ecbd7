//! A node with load cells, over the simulated driver: what is spooled, what a restart finds, and what is unplugged.

use std::time::Duration;

use edge::clock::NodeClock;
use edge::config::{Config, SpoolConfig};
use edge::node::Node;
use edge::spool::Spool;
use edge::uplink::Pace;
use protocol::device::ShelfEventMessage;
use tempfile::TempDir;

/// Grams of one unit at each of the three slots.
const UNIT_G: f32 = 350.0;

/// Three plates: `A1` and `A2` are neighbours, `B1` stands alone. Nobody listens.
struct Bench {
    folder: TempDir,
}

impl Bench {
    fn new() -> Self {
        let bench = Self { folder: tempfile::tempdir().unwrap() };
        for slot in ["A1", "A2", "B1"] {
            bench.weigh(slot, 8.0 * UNIT_G);
        }
        bench
    }

    fn config(&self) -> Config {
        let folder = self.folder.path().display();
        let mut text = format!("server_url = 'http://127.0.0.1:1'\ndata_folder = '{folder}'\n");
        for (slot, shelf) in [("A1", "shelf = 'A'"), ("A2", "shelf = 'A'"), ("B1", "")] {
            text += &format!(
                "[[sensors]]\nslot = '{slot}'\nkind = 'load_cell'\n{shelf}\ndriver = 'simulated'\nnoise = 0.4\n\
                 value_file = '{folder}/{slot}'\nperiod_ms = 13\ncapacity = 12\nunit_g = {UNIT_G}\n"
            );
        }
        Config::parse(&text).unwrap()
    }

    /// A node that knows how many units stand at each slot.
    async fn start(&self) -> Node {
        let node = Node::start(&self.config(), NodeClock::start(), Pace::default()).unwrap();
        until(async || ["A1", "A2", "B1"].iter().all(|slot| node.count(&(*slot).into()).is_some())).await;
        // Counts may be those of the last start; the first level is found within a second.
        tokio::time::sleep(Duration::from_millis(1_600)).await;
        node
    }

    /// Lays so much on a plate.
    fn weigh(&self, slot: &str, grams: f32) {
        let at = |name: &str| self.folder.path().join(name);
        std::fs::write(at("draft"), grams.to_string()).unwrap();
        std::fs::rename(at("draft"), at(slot)).unwrap();
    }

    /// What the node has kept, oldest first; it must be stopped.
    fn spooled(&self) -> Vec<ShelfEventMessage> {
        Spool::open(&self.folder.path().join("spool"), SpoolConfig::default()).unwrap().batch(99)
    }
}

async fn until(mut is_so: impl AsyncFnMut() -> bool) {
    for _ in 0..1_500 {
        if is_so().await {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("it did not become so within 15 s");
}

async fn spools(node: &Node, events: usize) {
    until(async || node.totals().await.0 >= events).await;
}

fn told(events: &[ShelfEventMessage]) -> Vec<(&str, i32, Option<u32>)> {
    events.iter().map(|event| (event.slot.as_str(), event.delta_units, event.units_after)).collect()
}

fn grams(event: &ShelfEventMessage) -> f32 {
    event.weighed.iter().flat_map(|weighed| &weighed.plates).map(|plate| plate.grams).sum()
}

#[tokio::test(flavor = "multi_thread")]
async fn movements_are_kept_and_a_restart_finds_what_is_missing() {
    let bench = Bench::new();
    let node = bench.start().await;
    bench.weigh("B1", 7.0 * UNIT_G);
    spools(&node, 1).await;
    // One can over two plates of a shelf.
    bench.weigh("A1", 8.4 * UNIT_G);
    bench.weigh("A2", 8.6 * UNIT_G);
    spools(&node, 2).await;
    // It goes, and so do a unit and then another product.
    bench.weigh("A1", 8.0 * UNIT_G);
    bench.weigh("A2", 8.0 * UNIT_G);
    spools(&node, 3).await;
    bench.weigh("A1", 8.0 * UNIT_G + 500.0);
    spools(&node, 4).await;
    node.stop().await;
    let events = bench.spooled();
    let expected = [("B1", -1, Some(7)), ("A2", 1, None), ("A2", -1, Some(8)), ("A1", 0, None)];
    assert_eq!(told(&events), expected, "{events:?}");
    let weights = [-UNIT_G, UNIT_G, -UNIT_G, 500.0];
    for (event, weight) in events.iter().zip(weights) {
        assert!((grams(event) - weight).abs() < 7.0, "{event:?}");
        assert!(event.weighed.as_ref().unwrap().lasted_ms < 2_000, "{event:?}");
    }
    let plates = |event: &ShelfEventMessage| event.weighed.as_ref().unwrap().plates.len();
    assert_eq!(events.iter().map(plates).collect::<Vec<_>>(), [1, 2, 2, 2]);

    // With the same things on the plates a restart has nothing to tell.
    let node = bench.start().await;
    node.stop().await;
    assert_eq!(bench.spooled().len(), 4);

    // Two units go while nothing is read, and so does the other product.
    bench.weigh("B1", 5.0 * UNIT_G);
    bench.weigh("A1", 8.0 * UNIT_G);
    let node = bench.start().await;
    spools(&node, 5).await;
    node.stop().await;
    let events = bench.spooled();
    assert_eq!(told(&events[4..]), [("B1", -2, Some(5))]);
    assert_eq!(events[4].weighed, None);
    let node = bench.start().await;
    node.stop().await;
    assert_eq!(bench.spooled().len(), 5, "it is told once");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unplugged_plate_is_faulty_until_it_is_back() {
    let bench = Bench::new();
    let node = bench.start().await;
    std::fs::remove_file(bench.folder.path().join("A2")).unwrap();
    let is_faulty = async || node.summary().await.ends_with("faulty slots: A2");
    until(is_faulty).await;
    // The shelf works on without it.
    bench.weigh("A1", 7.0 * UNIT_G);
    spools(&node, 1).await;
    bench.weigh("A2", 8.0 * UNIT_G);
    until(async || node.summary().await.ends_with("faulty slots: none")).await;
    tokio::time::sleep(Duration::from_millis(800)).await;
    bench.weigh("A2", 7.0 * UNIT_G);
    spools(&node, 2).await;
    node.stop().await;
    assert_eq!(told(&bench.spooled()), [("A1", -1, Some(7)), ("A2", -1, Some(7))]);
}
