//! Films that ffmpeg draws, read as if they were cameras.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use protocol::device::CameraCondition;

use super::*;

/// Moving stripes, 320 x 180, ten pictures a second.
fn film(folder: &Path, seconds: u32) -> PathBuf {
    let file = folder.join(format!("{seconds}s.avi"));
    let drawing = format!("testsrc=size=320x180:rate=10:duration={seconds}");
    let drawn = Command::new("ffmpeg")
        .args(["-loglevel", "error", "-f", "lavfi", "-i", &drawing, "-c:v", "mpeg4"])
        .arg(&file)
        .status()
        .unwrap();
    assert!(drawn.success());
    file
}

fn camera(name: &str, source: &str, fps: f64) -> CameraConfig {
    CameraConfig { name: name.to_owned(), source: source.parse().unwrap(), fps, size: None }
}

fn nobody() -> Option<Find> {
    Some(Box::new(|_| Ok(Vec::new())))
}

fn until(is_so: impl Fn() -> bool) {
    for _ in 0..1_500 {
        if is_so() {
            return;
        }
        thread::sleep(Duration::from_millis(10));
    }
    panic!("it did not become so within 15 s");
}

#[test]
fn a_slow_finder_gets_new_pictures_of_a_fast_source_and_never_a_queue() {
    let folder = tempfile::tempdir().unwrap();
    let (clock, health) = (NodeClock::start(), Health::default());
    let looked = Arc::new(AtomicU32::new(0));
    let counted = Arc::clone(&looked);
    let find: Find = Box::new(move |picture| {
        assert_eq!((picture.width, picture.height), (320, 180));
        thread::sleep(Duration::from_millis(400));
        counted.fetch_add(1, Ordering::SeqCst);
        Ok(Vec::new())
    });
    let film = film(folder.path(), 20);
    let cameras = Cameras::start(&[camera("a", film.to_str().unwrap(), 10.0)], Some(find), clock, &health);
    let feed = cameras.feed();
    let connected = feed.connect();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        for _ in 0..4 {
            let sight = tokio::time::timeout(Duration::from_secs(15), feed.next_sight(0)).await.unwrap();
            let age = clock.now().duration_since(sight.taken_at);
            // It took 0.4 s to look at, and waited for a tenth at most before; the rest is room for a busy computer.
            assert!(age < jiff::SignedDuration::from_millis(1_200), "{age}");
            feed.answered(0, sight.taken_at, None);
            feed.free(0, sight.connection);
        }
    });
    let status = &feed.statuses()[0];
    assert!(status.came_per_s > 1.5 * status.looked_at_per_s, "{status:?}");
    assert_eq!((status.condition, status.size), (CameraCondition::Well, Some([320, 180])));
    drop(connected);
    let before = looked.load(Ordering::SeqCst);
    thread::sleep(Duration::from_millis(1_000));
    assert!(looked.load(Ordering::SeqCst) <= before + 1, "nothing is looked at without a connection");
    cameras.stop();
}

#[test]
fn a_film_that_ends_begins_again() {
    let folder = tempfile::tempdir().unwrap();
    let film = film(folder.path(), 1);
    let health = Health::default();
    let cameras = Cameras::start(&[camera("a", film.to_str().unwrap(), 10.0)], nobody(), NodeClock::start(), &health);
    let feed = cameras.feed();
    let began = std::time::Instant::now();
    // A second of film gives ten pictures; the rate is that of at most ten seconds.
    let pictures = || feed.statuses()[0].came_per_s * began.elapsed().as_secs_f32().min(10.0);
    until(|| began.elapsed() > Duration::from_secs(1) && pictures() > 15.0);
    until(|| health.watch().borrow().cameras.get("a") == Some(&CameraCondition::Well));
    cameras.stop();
}

#[test]
fn sources_that_give_nothing_are_gone_and_hold_up_nobody_else() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    let good = film(folder.path(), 20);
    let whole = std::fs::read(film(folder.path(), 1)).unwrap();
    std::fs::write(at("text.mp4"), "no film").unwrap();
    std::fs::write(at("head.avi"), &whole[..200]).unwrap();
    assert!(Command::new("mkfifo").arg(at("pipe")).status().unwrap().success());
    let path = |name: &str| at(name).to_str().unwrap().to_owned();
    let configs = [
        camera("good", good.to_str().unwrap(), 5.0),
        camera("none", &path("none.mp4"), 5.0),
        camera("text", &path("text.mp4"), 5.0),
        camera("head", &path("head.avi"), 5.0),
        camera("hangs", &path("pipe"), 5.0),
        camera("refuses", "rtsp://admin:s3cret@127.0.0.1:9/live", 5.0),
    ];
    let health = Health::default();
    let cameras = Cameras::start(&configs, nobody(), NodeClock::start(), &health);
    let mut expected: std::collections::BTreeMap<_, _> =
        configs.iter().map(|config| (config.name.clone(), CameraCondition::Gone)).collect();
    expected.insert("good".to_owned(), CameraCondition::Well);
    until(|| health.watch().borrow().cameras == expected);
    let began = std::time::Instant::now();
    cameras.stop();
    assert!(began.elapsed() < Duration::from_secs(3), "a camera that hangs is stopped as well: {:?}", began.elapsed());
}

#[test]
fn a_film_that_was_cut_off_gives_what_is_left() {
    let folder = tempfile::tempdir().unwrap();
    let whole = std::fs::read(film(folder.path(), 4)).unwrap();
    let cut = folder.path().join("cut.avi");
    std::fs::write(&cut, &whole[..whole.len() / 2]).unwrap();
    let health = Health::default();
    let cameras = Cameras::start(&[camera("a", cut.to_str().unwrap(), 5.0)], nobody(), NodeClock::start(), &health);
    let feed = cameras.feed();
    until(|| feed.statuses()[0].condition == CameraCondition::Well);
    cameras.stop();
}

#[test]
fn what_a_probe_says_has_no_password() {
    let mut find = nobody().unwrap();
    let refused = probe::probe(&camera("a", "rtsp://admin:s3cret@127.0.0.1:9/live?t0ken", 5.0), &mut find).unwrap_err();
    assert!(refused.contains("127.0.0.1:9") && !refused.contains("s3cret") && !refused.contains("t0ken"), "{refused}");
    assert_eq!(refused.lines().count(), 1, "{refused}");
}
