//! The commands from end to end, with the real models, on the project's own pictures.

use std::fs;
use std::path::{Path, PathBuf};

use clap::Parser;
use faces::Outcome;
use serde_json::Value;

#[derive(Parser)]
struct Cli {
    #[command(flatten)]
    arguments: faces::Arguments,
}

fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/faces").join(name)
}

fn run<'a>(arguments: impl IntoIterator<Item = &'a str>) -> anyhow::Result<(String, Outcome)> {
    let cli = Cli::try_parse_from(std::iter::once("faces").chain(arguments))?;
    let mut out = Vec::new();
    let outcome = faces::run(&cli.arguments, &mut out)?;
    Ok((String::from_utf8(out)?, outcome))
}

fn embed(paths: &[PathBuf]) -> (Vec<Value>, Outcome) {
    let paths: Vec<_> = paths.iter().map(|path| path.to_str().unwrap()).collect();
    let (text, outcome) = run(["embed"].into_iter().chain(paths)).unwrap();
    (text.lines().map(|line| serde_json::from_str(line).unwrap()).collect(), outcome)
}

#[test]
fn embed_tells_all_about_a_face() {
    let (lines, outcome) = embed(&[fixture("astronaut.jpg")]);
    assert_eq!(outcome, Outcome::Done);
    let [line] = lines.as_slice() else { panic!("{lines:?}") };
    assert!(line["image"].as_str().unwrap().ends_with("astronaut.jpg"));
    assert_eq!(line["face"], 0);
    assert_eq!(line["box"].as_array().unwrap().len(), 4);
    assert_eq!(line["landmarks"].as_array().unwrap().len(), 5);
    assert_eq!(line["model"], vision::shipped::MODEL);
    let embedding: Vec<f64> = line["embedding"].as_array().unwrap().iter().map(|v| v.as_f64().unwrap()).collect();
    assert_eq!(embedding.len(), 192);
    assert!((embedding.iter().map(|v| v * v).sum::<f64>() - 1.0).abs() < 1e-5);
    for measure in ["face_height_px", "sharpness", "brightness", "contrast", "yaw_degrees", "strength", "symmetry"] {
        assert!(line["quality"][measure].is_number(), "{measure}");
    }
}

#[test]
fn detect_only_leaves_the_rest_out() {
    let (text, _) = run(["embed", "--detect-only", fixture("astronaut.jpg").to_str().unwrap()]).unwrap();
    let line: Value = serde_json::from_str(&text).unwrap();
    assert!(line["score"].as_f64().unwrap() > 0.7);
    assert!(line.get("embedding").is_none() && line.get("quality").is_none());
}

#[test]
fn what_cannot_be_read_is_a_line_and_an_exit_status() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, bytes: &[u8]| {
        let path = folder.path().join(name);
        fs::write(&path, bytes).unwrap();
        path
    };
    let portrait = fs::read(fixture("astronaut.jpg")).unwrap();
    let tiny = folder.path().join("tiny.png");
    image::RgbImage::from_fn(8, 8, |x, y| image::Rgb([x as u8 * 30, y as u8 * 30, 90])).save(&tiny).unwrap();
    let huge = write("huge.jpg", &announcing(&portrait, 12_000, 9_000));
    let (lines, outcome) = embed(&[
        write("no-picture.jpg", b"GIF89a"),
        write("broken-off.jpg", &portrait[..portrait.len() / 2]),
        folder.path().join("missing.jpg"),
        huge,
        tiny,
        fixture("astronaut.jpg"),
    ]);
    assert_eq!(outcome, Outcome::SomeUnreadable);
    assert_eq!(lines.len(), 6);
    assert!(lines[..4].iter().all(|line| line["error"].is_string()), "{lines:?}");
    assert!(lines[3]["error"].as_str().unwrap().contains("12000 x 9000"), "{}", lines[3]);
    assert_eq!(lines[4]["face"], Value::Null);
    assert_eq!(lines[5]["face"], 0);
}

/// The same JPEG with another size in its header.
fn announcing(jpeg: &[u8], width: u16, height: u16) -> Vec<u8> {
    let mut bytes = jpeg.to_vec();
    let frame = bytes.windows(2).position(|pair| pair == [0xFF, 0xC0] || pair == [0xFF, 0xC2]).unwrap();
    bytes[frame + 5..frame + 7].copy_from_slice(&height.to_be_bytes());
    bytes[frame + 7..frame + 9].copy_from_slice(&width.to_be_bytes());
    bytes
}

#[test]
fn twenty_faces_are_twenty_lines() {
    let portrait = image::open(fixture("astronaut.jpg")).unwrap().crop_imm(130, 20, 190, 190);
    let small = portrait.resize_exact(120, 120, image::imageops::FilterType::Triangle).to_rgb8();
    let mut crowd = image::RgbImage::new(600, 480);
    for place in 0..20 {
        image::imageops::overlay(&mut crowd, &small, i64::from(place % 5) * 120, i64::from(place / 5) * 120);
    }
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("crowd.png");
    crowd.save(&path).unwrap();
    let (lines, _) = embed(&[path]);
    assert_eq!(lines.len(), 20);
}

#[test]
fn a_face_that_the_edge_cuts_off_is_no_error() {
    let portrait = image::open(fixture("astronaut.jpg")).unwrap();
    let folder = tempfile::tempdir().unwrap();
    for (number, (x, y)) in [(224, 20), (130, 110), (60, 20)].into_iter().enumerate() {
        let path = folder.path().join(format!("{number}.png"));
        portrait.crop_imm(x, y, 160, 200).save(&path).unwrap();
        let (lines, outcome) = embed(&[path]);
        assert_eq!(outcome, Outcome::Done);
        assert!(!lines.is_empty());
    }
}

#[test]
fn verify_prints_rates_and_writes_scores() {
    let folder = tempfile::tempdir().unwrap();
    let (pairs, scores) = (folder.path().join("pairs.csv"), folder.path().join("scores.csv"));
    let list = "image_a,image_b,same\nobama.jpg,obama2.jpg,1\nobama.jpg,biden.jpg,0\nobama2.jpg,obama3.jpg,1\n\
                biden.jpg,astronaut.jpg,0\n";
    fs::write(&pairs, list).unwrap();
    let images = fixture("");
    let [images, pairs, out] = [&images, &pairs, &scores].map(|path| path.to_str().unwrap());
    let (text, outcome) = run(["verify", "--pairs", pairs, "--images", images, "--out", out]).unwrap();
    assert_eq!(outcome, Outcome::Done);
    assert!(text.contains("2 genuine, 2 impostor"), "{text}");
    assert!(text.contains("10-fold accuracy: 100.00 %") && text.contains("equal error rate: 0.00 %"), "{text}");
    assert!(text.contains("TAR at FAR 1e-4: 100.00 %"), "{text}");
    let written = fs::read_to_string(&scores).unwrap();
    let rows: Vec<Vec<&str>> = written.lines().map(|line| line.split(',').collect()).collect();
    assert_eq!(rows[0], ["image_a", "image_b", "same", "similarity"]);
    let similarity = |row: usize| rows[row][3].parse::<f32>().unwrap();
    assert!(similarity(1) > 0.5 && similarity(2) < 0.4);
}

#[test]
fn verify_counts_a_missing_picture_as_unlike_and_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let pairs = folder.path().join("pairs.csv");
    fs::write(&pairs, "image_a,image_b,same\nobama.jpg,obama2.jpg,1\nobama.jpg,nobody.jpg,0\n").unwrap();
    let images = fixture("");
    let (text, outcome) =
        run(["verify", "--pairs", pairs.to_str().unwrap(), "--images", images.to_str().unwrap()]).unwrap();
    assert_eq!(outcome, Outcome::SomeUnreadable);
    assert!(text.contains("unreadable: ") && text.contains("nobody.jpg"), "{text}");
}

#[test]
fn identify_knows_the_enrolled_and_refuses_strangers() {
    let folder = tempfile::tempdir().unwrap();
    let put = |name: &str, to: &str| {
        let to = folder.path().join(to);
        fs::create_dir_all(to.parent().unwrap()).unwrap();
        fs::copy(fixture(name), to).unwrap();
    };
    put("obama.jpg", "gallery/obama/1.jpg");
    put("synthetic/01-a.jpg", "gallery/one/1.jpg");
    put("synthetic/01-b.jpg", "gallery/one/2.jpg");
    put("obama2.jpg", "probes/obama/1.jpg");
    put("obama3.jpg", "probes/obama/2.jpg");
    put("synthetic/01-c.jpg", "probes/one/1.jpg");
    put("biden.jpg", "probes/biden/1.jpg");
    let plot = folder.path().join("det.svg");
    let [gallery, probes] = ["gallery", "probes"].map(|name| folder.path().join(name));
    let arguments = [
        "identify",
        "--gallery",
        gallery.to_str().unwrap(),
        "--probes",
        probes.to_str().unwrap(),
        "--plot",
        plot.to_str().unwrap(),
        "--together",
        "1",
        "--together",
        "2",
    ];
    let (text, outcome) = run(arguments).unwrap();
    assert_eq!(outcome, Outcome::Done);
    assert!(text.contains("gallery: 2 people, 3 pictures"), "{text}");
    assert!(text.contains("1 picture per probe: 3 probes of enrolled people, 1 of strangers"), "{text}");
    assert!(text.contains("2 pictures per probe: 1 probes of enrolled people, 0 of strangers"), "{text}");
    assert!(text.contains("rank-one rate: 100.00 %") && text.contains("FNIR at FPIR 1e-3: 0.00 %"), "{text}");
    assert!(fs::read_to_string(plot).unwrap().starts_with("<svg "));
}

#[test]
fn folders_and_lists_that_are_not_there_are_named() {
    for arguments in [
        ["verify", "--pairs", "/nowhere.csv", "--images", "/nowhere"],
        ["identify", "--gallery", "/nowhere", "--probes", "/nowhere"],
    ] {
        let error = format!("{:#}", run(arguments).unwrap_err());
        assert!(error.contains("/nowhere"), "{error}");
    }
}

#[test]
fn presentation_counts_what_it_takes_for_what() {
    let folder = tempfile::tempdir().unwrap();
    for sequence in ["live/me/1", "attack/copies/1", "elsewhere/1"] {
        let frames = folder.path().join(sequence);
        fs::create_dir_all(&frames).unwrap();
        for number in 0..7 {
            fs::copy(fixture("astronaut.jpg"), frames.join(format!("{number}.jpg"))).unwrap();
        }
    }
    let broken = folder.path().join("attack/broken/1");
    fs::create_dir_all(&broken).unwrap();
    fs::write(broken.join("0.jpg"), b"no picture").unwrap();
    let (text, outcome) = run(["presentation", "--turn", "left", folder.path().to_str().unwrap()]).unwrap();
    assert_eq!(outcome, Outcome::SomeUnreadable);
    let (lines, rates): (Vec<_>, Vec<_>) = text.lines().partition(|line| line.starts_with('{'));
    let lines: Vec<Value> = lines.iter().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert!(lines[0]["error"].as_str().unwrap().contains("0.jpg"), "{}", lines[0]);
    for line in &lines[1..] {
        assert_eq!((&line["verdict"], &line["signs"][0]), (&"suspected".into(), &"copies".into()), "{line}");
        assert_eq!(line["challenge"]["failed"], "copies", "{line}");
    }
    assert_eq!(
        rates,
        [
            "attack/copies: 1 sequences, APCER 0.0 % (0); live 0, unsure 0, suspected 1; passed the challenge 0 of 1",
            "live/me: 1 sequences, BPCER 100.0 % (1); live 0, unsure 0, suspected 1; passed the challenge 0 of 1",
        ]
    );
    assert!(run(["presentation", broken.parent().unwrap().join("none").to_str().unwrap()]).is_err());
    assert!(run(["presentation", "--per-second", "0", folder.path().to_str().unwrap()]).is_err());
}
