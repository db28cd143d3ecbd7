//! Films that ffmpeg draws by itself.

use std::process::Command;

use super::*;

/// A second of moving stripes, 64 x 48, ten pictures.
fn film(folder: &tempfile::TempDir, name: &str) -> std::path::PathBuf {
    let file = folder.path().join(name);
    let drawn = Command::new("ffmpeg")
        .args(["-loglevel", "error", "-f", "lavfi", "-i", "testsrc=size=64x48:rate=10:duration=1", "-c:v", "mpeg4"])
        .arg(&file)
        .status()
        .unwrap();
    assert!(drawn.success());
    file
}

fn all(source: &std::path::Path, rate: Option<f64>) -> Result<Vec<Picture>, FootageError> {
    let mut footage = Footage::open(Source::File(source.to_owned()), rate)?;
    let mut pictures = Vec::new();
    while let Some(picture) = footage.next_picture()? {
        pictures.push(picture);
    }
    Ok(pictures)
}

#[test]
fn a_film_gives_its_pictures_at_the_rate_that_is_asked_for_and_ends() {
    let folder = tempfile::tempdir().unwrap();
    let film = film(&folder, "film.avi");
    let pictures = all(&film, None).unwrap();
    assert_eq!(pictures.len(), 10);
    assert_eq!((pictures[0].width, pictures[0].height, pictures[0].rgb.len()), (64, 48, 64 * 48 * 3));
    assert_eq!(all(&film, Some(5.0)).unwrap().len(), 5);
}

#[test]
fn a_film_that_was_cut_off_gives_what_is_left() {
    let folder = tempfile::tempdir().unwrap();
    let whole = std::fs::read(film(&folder, "film.avi")).unwrap();
    let cut = folder.path().join("cut.avi");
    std::fs::write(&cut, &whole[..whole.len() * 2 / 3]).unwrap();
    let pictures = all(&cut, None).unwrap();
    assert!((1..10).contains(&pictures.len()), "{}", pictures.len());
}

#[test]
fn what_cannot_be_read_is_said_with_its_name() {
    let folder = tempfile::tempdir().unwrap();
    let none = all(&folder.path().join("none.mp4"), None).unwrap_err().to_string();
    assert!(none.contains("none.mp4") && none.contains("No such file"), "{none}");
    let text = folder.path().join("text.mp4");
    std::fs::write(&text, "no film").unwrap();
    assert!(all(&text, None).unwrap_err().to_string().contains("text.mp4"));
}

#[test]
fn a_camera_that_is_not_there_shows_no_password() {
    let source: Source = "http://user:s3cret@127.0.0.1:9/stream".parse().unwrap();
    let error = Footage::open(source, None).unwrap().next_picture().unwrap_err().to_string();
    assert!(error.contains("127.0.0.1:9") && !error.contains("s3cret"), "{error}");
}

#[test]
fn pictures_are_made_to_fit_and_keep_their_shape() {
    let folder = tempfile::tempdir().unwrap();
    let film = film(&folder, "film.avi");
    let size = |within: [u32; 2]| {
        let wanted = Wanted { rate: None, within: Some(within), pace: Pace::Film };
        let picture = Footage::open_as(Source::File(film.clone()), wanted).unwrap().next_picture().unwrap().unwrap();
        [picture.width, picture.height]
    };
    assert_eq!(size([32, 8_192]), [32, 24]);
    assert_eq!(size([64, 12]), [16, 12]);
    assert_eq!(size([640, 8_192]), [64, 48], "never enlarged");
}

#[test]
fn a_film_may_be_read_as_if_it_were_a_camera_and_be_stopped_meanwhile() {
    let folder = tempfile::tempdir().unwrap();
    let film = film(&folder, "film.avi");
    let wanted = Wanted { rate: Some(10.0), within: None, pace: Pace::Life };
    let started = std::time::Instant::now();
    let mut footage = Footage::open_as(Source::File(film.clone()), wanted).unwrap();
    let mut pictures = 0;
    while footage.next_picture().unwrap().is_some() {
        pictures += 1;
    }
    assert!(pictures == 10 && started.elapsed() > Duration::from_millis(700), "{pictures} in {:?}", started.elapsed());

    // A pipe into which nobody writes: ffmpeg waits for ever.
    let pipe = folder.path().join("pipe");
    assert!(Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    let mut footage = Footage::open_as(Source::File(pipe), wanted).unwrap();
    let stopper = footage.stopper();
    let stopping = std::thread::spawn(move || {
        std::thread::sleep(Duration::from_millis(200));
        stopper.stop();
    });
    assert!(footage.next_picture().is_err());
    stopping.join().unwrap();
}
