//! Order, restarts, torn lines, bounds and disks that fail.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use jiff::Timestamp;
use protocol::device::SensorKindName;

use super::*;

fn event(number: u32) -> ShelfEventMessage {
    ShelfEventMessage {
        id: Uuid::from_u128(u128::from(number)),
        slot: "A1".to_owned(),
        occurred_at: Timestamp::from_second(i64::from(number)).unwrap(),
        boot: None,
        delta_units: -1,
        units_after: Some(number),
        sensor: SensorKindName::Distance,
        trace: vec![1.5; 4],
        weighed: None,
    }
}

fn numbers(spool: &Spool) -> Vec<u32> {
    spool.batch(usize::MAX).iter().map(|event| event.units_after.unwrap()).collect()
}

fn ids(numbers: impl IntoIterator<Item = u32>) -> HashSet<Uuid> {
    numbers.into_iter().map(|number| event(number).id).collect()
}

fn limits(max_bytes: u64, memory_events: usize) -> SpoolConfig {
    SpoolConfig { max_bytes, memory_events }
}

fn open(folder: &Path) -> Spool {
    Spool::open(folder, SpoolConfig::default()).unwrap()
}

fn segment_files(folder: &Path) -> usize {
    segment::load_all(folder).unwrap().len()
}

#[test]
fn a_restart_finds_everything_in_order() {
    let folder = tempfile::tempdir().unwrap();
    let slot = SlotId::from("A1");
    let mut spool = open(folder.path());
    for number in 1..=5 {
        assert_eq!(spool.append(event(number)), Appended::OnDisk);
    }
    assert_eq!(spool.acknowledge(&ids([1, 2])), 2);
    drop(spool);

    let mut spool = open(folder.path());
    assert_eq!(numbers(&spool), [3, 4, 5]);
    assert_eq!(spool.count(&slot), Some(5));
    spool.append(event(6));
    assert_eq!(spool.batch(2).len(), 2);
    assert_eq!(spool.acknowledge(&ids(3..=6)), 4);
    assert_eq!(spool.acknowledge(&ids(3..=6)), 0);
    drop(spool);

    // Everything acknowledged: numbers go on, counts stay.
    let mut spool = open(folder.path());
    assert!(spool.is_empty());
    assert_eq!((spool.count(&slot), spool.next_seq), (Some(6), 7));
    spool.note_count(&slot, 9);
    drop(spool);
    assert_eq!(open(folder.path()).count(&slot), Some(9));
}

#[test]
fn a_gap_in_the_acknowledgement_stays() {
    let folder = tempfile::tempdir().unwrap();
    let mut spool = open(folder.path());
    for number in 1..=4 {
        spool.append(event(number));
    }
    assert_eq!(spool.acknowledge(&ids([1, 3])), 2);
    assert_eq!(numbers(&spool), [2, 4]);
    drop(spool);
    // 3 may come again, 1 does not.
    assert_eq!(numbers(&open(folder.path())), [2, 3, 4]);
}

#[test]
fn torn_lines_and_a_damaged_state_do_no_harm() {
    // Without its newline the last line is still whole; without more it is torn.
    for (cut, kept) in [(1, 3), (20, 2)] {
        let folder = tempfile::tempdir().unwrap();
        let mut spool = open(folder.path());
        for number in 1..=3 {
            spool.append(event(number));
        }
        let path = spool.segments[0].path.clone();
        drop(spool);
        let content = fs::read(&path).unwrap();
        fs::write(&path, &content[..content.len() - cut]).unwrap();
        let mut spool = open(folder.path());
        assert_eq!(numbers(&spool), (1..=kept).collect::<Vec<_>>());
        assert_eq!(spool.count(&"A1".into()), Some(kept));
        spool.append(event(7));
        drop(spool);
        fs::write(folder.path().join("state.json"), "{").unwrap();
        let after: Vec<_> = (1..=kept).chain([7]).collect();
        assert_eq!(numbers(&open(folder.path())), after);
    }
}

#[test]
fn one_spool_has_one_user() {
    let folder = tempfile::tempdir().unwrap();
    let _first = open(folder.path());
    let second = Spool::open(folder.path(), SpoolConfig::default());
    assert!(matches!(second, Err(SpoolError::InUse(_))));
}

#[test]
fn acknowledged_segments_are_removed() {
    let folder = tempfile::tempdir().unwrap();
    let mut spool = Spool::open(folder.path(), limits(16 * 1024, 256)).unwrap();
    for number in 1..=60 {
        assert_eq!(spool.append(event(number)), Appended::OnDisk);
    }
    assert!(segment_files(folder.path()) > 3);
    spool.acknowledge(&ids(1..=59));
    assert!(segment_files(folder.path()) <= 2);
    // The room is used again, for ever.
    for number in 61..=300 {
        assert_eq!(spool.append(event(number)), Appended::OnDisk, "{number}");
        spool.acknowledge(&ids([number - 1]));
    }
    drop(spool);
    assert_eq!(numbers(&open(folder.path())), [300]);
}

#[test]
fn beyond_its_bound_it_keeps_the_oldest() {
    let folder = tempfile::tempdir().unwrap();
    let mut spool = Spool::open(folder.path(), limits(4_096, 3)).unwrap();
    let mut kept = Vec::new();
    let mut found = Vec::new();
    for number in 1..=40 {
        let appended = spool.append(event(number));
        found.push(appended);
        if appended != Appended::Lost {
            kept.push(number);
        }
    }
    let on_disk = found.iter().filter(|appended| **appended == Appended::OnDisk).count();
    assert!(on_disk >= 12, "{on_disk}");
    assert_eq!(found[on_disk..on_disk + 3], [Appended::InMemory; 3]);
    assert!(found[on_disk + 3..].iter().all(|appended| *appended == Appended::Lost));
    assert_eq!(numbers(&spool), kept);
    assert_eq!(spool.lost() as usize, 40 - kept.len());
    // What never was safe is not counted: after a restart the meter reports the difference.
    assert_eq!(spool.count(&"A1".into()), Some(on_disk as u32));
    // An acknowledgement makes room for what was in memory.
    spool.acknowledge(&ids(1..=10));
    spool.save_rest();
    assert_eq!(spool.unsaved(), 0);
    drop(spool);
    assert_eq!(numbers(&open(folder.path())), kept[10..]);
}

/// Writes half of what it should while it is broken.
#[derive(Clone, Default)]
struct BadDisk {
    broken: Arc<Mutex<Broken>>,
    appends: Arc<AtomicUsize>,
}

#[derive(Clone, Copy, PartialEq, Default)]
enum Broken {
    #[default]
    No,
    Writing,
    WritingAndCutting,
}

struct BadFile(File, BadDisk);

impl Storage for BadDisk {
    fn create(&mut self, path: &Path) -> io::Result<Box<dyn SegmentFile>> {
        Ok(Box::new(BadFile(File::create(path)?, self.clone())))
    }
}

impl SegmentFile for BadFile {
    fn append(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.1.appends.fetch_add(1, Ordering::SeqCst);
        if *self.1.broken.lock().unwrap() != Broken::No {
            self.0.append(&bytes[..bytes.len() / 2])?;
            return Err(io::ErrorKind::StorageFull.into());
        }
        self.0.append(bytes)
    }

    fn truncate(&mut self, length: u64) -> io::Result<()> {
        if *self.1.broken.lock().unwrap() == Broken::WritingAndCutting {
            return Err(io::ErrorKind::StorageFull.into());
        }
        self.0.truncate(length)
    }
}

#[test]
fn a_disk_that_fails_and_recovers_loses_nothing() {
    for broken in [Broken::Writing, Broken::WritingAndCutting] {
        let folder = tempfile::tempdir().unwrap();
        let disk = BadDisk::default();
        let mut spool = Spool::open_with(folder.path(), limits(1 << 20, 300), Box::new(disk.clone())).unwrap();
        spool.append(event(1));
        *disk.broken.lock().unwrap() = broken;
        for number in 2..=20 {
            assert_eq!(spool.append(event(number)), Appended::InMemory);
        }
        // They are delivered all the same, in order.
        assert_eq!(numbers(&spool), (1..=20).collect::<Vec<_>>());
        spool.acknowledge(&ids(1..=5));
        assert_eq!((spool.unsaved(), spool.count(&"A1".into())), (15, Some(5)));
        *disk.broken.lock().unwrap() = Broken::No;
        let before = disk.appends.load(Ordering::SeqCst);
        spool.save_rest();
        assert_eq!(disk.appends.load(Ordering::SeqCst), before + 1, "all of them with one sync");
        assert_eq!(spool.append(event(21)), Appended::OnDisk);
        drop(spool);
        let spool = open(folder.path());
        assert_eq!(numbers(&spool), (6..=21).collect::<Vec<_>>());
        assert_eq!(spool.count(&"A1".into()), Some(21));
    }
}
