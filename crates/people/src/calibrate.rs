//! The command that finds where cameras hang: films of one person's walk in, `cameras.json` out.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::path::PathBuf;

use anyhow::{Context, Result, bail, ensure};
use clap::Args;
use serde::Deserialize;
use serde_json::{Value, json};
use tracking::calibration::placing::Mark;
use tracking::calibration::{Calibrated, Focal, View, Walk};
use tracking::camera::{Pixel, Point};
use vision::Frame;
use vision::bodies::BodyFinder;

use crate::films::{self, Film};

/// `smartmart calibrate`: finds where cameras hang, from films of one person who walks through the empty store.
#[derive(Debug, Args)]
pub struct Options {
    /// The folder with the films, `video/cam1.mp4` or `cam1.mp4`; they begin at about the same moment.
    room: PathBuf,
    /// The cameras, as 1,3,5,7. All are of one model and give pictures of one size.
    #[arg(long, value_delimiter = ',', required = true)]
    cameras: Vec<String>,
    /// How tall the person is, metres: it gives the scale until marks do.
    #[arg(long)]
    height: f64,
    /// Measured points, a JSON list of {"name", "at_m": [x, y, z], "seen": {"1": [x_px, y_px], …}}: at least four. They give
    /// scale and place; without them the room has a frame of its own.
    #[arg(long)]
    marks: Option<PathBuf>,
    /// About how long the focal length is, pixels, where a data sheet tells.
    #[arg(long)]
    focal_px: Option<f64>,
    /// Pictures a second of each camera.
    #[arg(long, default_value_t = 10.0)]
    fps: f64,
    /// Where the cameras are written.
    #[arg(long, default_value = "cameras.json")]
    out: PathBuf,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct MarkEntry {
    name: String,
    at_m: [f64; 3],
    seen: BTreeMap<String, [f64; 2]>,
}

/// Cameras run at between one picture in ten seconds and sixty a second.
const RATES: std::ops::RangeInclusive<f64> = 0.1..=60.0;

/// Runs the command.
///
/// # Errors
///
/// Says what to change: a walk too short or along one line, cameras that see nothing together, marks that contradict each other.
pub fn run(options: &Options, finder: &BodyFinder, report: &mut impl Write) -> Result<()> {
    ensure!(RATES.contains(&options.fps), "--fps must lie between {} and {}", RATES.start(), RATES.end());
    ensure!(options.room.is_dir(), "{} is no folder", options.room.display());
    let marks = options.marks.as_ref().map(|file| {
        let json = fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))?;
        read_marks(&json).with_context(|| format!("{} holds no marks", file.display()))
    });
    let marks = marks.transpose()?;
    let walk = watch(options, finder)?;
    for missing in walk.coverage().missing {
        writeln!(report, "the walk lacks something: {missing}")?;
    }
    let calibrated = walk.calibrate(options.height)?;
    let calibrated = match marks {
        None => {
            writeln!(report, "without marks the room has a frame of its own: x and y are not the store's")?;
            calibrated
        }
        Some(marks) => {
            let placed = calibrated.place(&marks)?;
            for residual in &placed.residuals {
                writeln!(report, "mark {}: {:.1} cm off", residual.mark, residual.off_cm)?;
            }
            for doubt in &placed.doubts {
                writeln!(report, "{doubt}")?;
            }
            placed.calibrated
        }
    };
    tell(&calibrated, report)?;
    let text = serde_json::to_string_pretty(&file(&calibrated)?)?;
    fs::write(&options.out, text).with_context(|| format!("cannot write {}", options.out.display()))?;
    writeln!(report, "{} is written; add the gates where people come in and leave", options.out.display())?;
    Ok(())
}

fn read_marks(json: &str) -> Result<Vec<Mark>> {
    let entries: Vec<MarkEntry> = serde_json::from_str(json)?;
    let mark = |MarkEntry { name, at_m, seen }| Mark {
        name,
        at: Point::from(at_m),
        seen: seen.into_iter().map(|(camera, pixel)| (camera, Pixel::from(pixel))).collect(),
    };
    Ok(entries.into_iter().map(mark).collect())
}

/// Looks at all films.
fn watch(options: &Options, finder: &BodyFinder) -> Result<Walk> {
    let mut open = Vec::new();
    for name in &options.cameras {
        let mut film = Film::open(name, &films::find(&options.room, name)?, options.fps)?;
        let first = film.next_picture().with_context(|| format!("camera {name}"))?;
        let Some(first) = first else { bail!("the film of camera {name} has no picture") };
        open.push((film, Some(first)));
    }
    let sizes: Vec<_> = open.iter().flat_map(|(_, first)| first.as_ref().map(|one| [one.width, one.height])).collect();
    if let Some(at) = sizes.iter().position(|size| *size != sizes[0]) {
        let ([width, height], [first_width, first_height]) = (sizes[at], sizes[0]);
        bail!(
            "camera {} gives pictures of {width} x {height}, camera {} of {first_width} x {first_height}: all must give the same",
            options.cameras[at],
            options.cameras[0],
        );
    }
    let focal = options.focal_px.map_or(Focal::Unknown, Focal::Near);
    let view = |(name, [width, height]): (&String, &[u32; 2])| View {
        name: name.clone(),
        size: [f64::from(*width), f64::from(*height)],
        model: "the only one".to_owned(),
        focal,
    };
    let mut walk = Walk::new(options.cameras.iter().zip(&sizes).map(view).collect())?;
    for step in 0_u32.. {
        let at_ms = (f64::from(step) * 1000.0 / options.fps).round() as i64;
        let mut any = false;
        for (film, first) in &mut open {
            let picture = match first.take() {
                Some(first) => Some(first),
                None => film.next_picture().with_context(|| format!("camera {}", film.name))?,
            };
            let Some(picture) = picture else { continue };
            any = true;
            let frame = Frame::from_rgb(picture.width, picture.height, picture.rgb);
            walk.add(&film.name, at_ms, &finder.find(&frame.context("a picture is not whole")?)?);
        }
        if !any {
            break;
        }
    }
    Ok(walk)
}

fn tell(calibrated: &Calibrated, report: &mut impl Write) -> Result<()> {
    for found in &calibrated.cameras {
        let at = found.camera.centre;
        writeln!(
            report,
            "camera {}: at {:.2}, {:.2}, {:.2} m; {:.1} px off in the middle, {:.1} px nine times in ten; clock {:+.1} s",
            found.name,
            at.x,
            at.y,
            at.z,
            found.error.median_px,
            found.error.p90_px,
            found.clock_ahead_ms / 1000.0,
        )?;
    }
    for finding in &calibrated.findings {
        writeln!(report, "{finding}")?;
    }
    Ok(())
}

/// The cameras as `smartmart track` reads them.
fn file(calibrated: &Calibrated) -> Result<Value> {
    let lens = calibrated.cameras.first().context("no camera was found")?.camera.lens;
    let camera = |found: &tracking::calibration::Found| {
        let rotation: Vec<Vec<f64>> =
            found.camera.rotation.row_iter().map(|row| row.iter().copied().collect()).collect();
        let entry = json!({ "rotation_world_to_camera": rotation, "centre_m": found.camera.centre.as_slice() });
        (found.name.clone(), entry)
    };
    let cameras: serde_json::Map<String, Value> = calibrated.cameras.iter().map(camera).collect();
    Ok(json!({
        "f_px": lens.focal_px,
        "k1": lens.k1,
        "centre": lens.centre.as_slice(),
        "size": lens.size,
        "cameras": cameras,
        "gates": [],
    }))
}

#[cfg(test)]
mod tests {
    use nalgebra::Matrix3;
    use tracking::calibration::{Found, Reprojection};
    use tracking::camera::{Camera, Lens};

    use super::*;
    use crate::room_file;

    #[test]
    fn what_is_written_is_a_room_once_it_has_a_gate() {
        let lens = Lens { focal_px: 358.0, k1: -0.05, centre: Pixel::new(320.0, 180.0), size: [640.0, 360.0] };
        let rotation = Matrix3::new(1.0, 0.0, 0.0, 0.0, 0.0, -1.0, 0.0, 1.0, 0.0);
        let found = |name: &str, x: f64| Found {
            name: name.to_owned(),
            camera: Camera { rotation, centre: Point::new(x, 2.0, 2.5), lens },
            clock_ahead_ms: 0.0,
            error: Reprojection { median_px: 1.0, p90_px: 3.0 },
            points: 200,
            focal_deviation: 0.01,
        };
        let calibrated = Calibrated {
            cameras: vec![found("1", 0.5), found("3", 4.0)],
            error: Reprojection { median_px: 1.0, p90_px: 3.0 },
            points: 400,
            overlaps: Vec::new(),
            findings: Vec::new(),
        };
        let mut written = file(&calibrated).unwrap();
        written["gates"] = json!([{ "x_m": 0.0, "y_m": 0.0, "radius_m": 0.5, "role": "both" }]);
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("cameras.json");
        fs::write(&path, written.to_string()).unwrap();
        let (room, names) = room_file::read(&path, None).unwrap();
        assert_eq!(names, ["1", "3"]);
        assert_eq!(room.cameras[1], calibrated.cameras[1].camera);
    }

    #[test]
    fn marks_are_read_and_what_is_none_is_said() {
        let marks = read_marks(r#"[{"name": "corner", "at_m": [1, 2, 0], "seen": {"1": [10.5, 20]}}]"#).unwrap();
        assert_eq!(
            (marks[0].at, marks[0].seen.as_slice()),
            (Point::new(1.0, 2.0, 0.0), &[("1".to_owned(), Pixel::new(10.5, 20.0))][..])
        );
        for bad in [
            "{}",
            r#"[{"name": "corner"}]"#,
            r#"[{"name": "c", "at_m": [1, 2], "seen": {}}]"#,
            r#"[{"name": "c", "at_m": [1, 2, 3], "seen": {}, "x": 1}]"#,
        ] {
            assert!(read_marks(bad).is_err(), "{bad}");
        }
    }
}
