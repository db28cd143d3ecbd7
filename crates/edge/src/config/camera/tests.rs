//! Cameras as they are configured, and one clear line for each mistake.

use super::super::Config;
use super::*;

const HEAD: &str = "server_url = 'http://s'\ndata_folder = '/d'\n";

fn read(tables: &str) -> Result<Vec<CameraConfig>, String> {
    Config::parse(&format!("{HEAD}{tables}")).map(|config| config.cameras).map_err(|error| error.to_string())
}

fn camera(more: &str) -> String {
    format!("[[cameras]]\nname = 'aisle-1'\nsource = 'rtsp://admin:s3cret@10.0.0.7/live?token=t0ken'\n{more}\n")
}

#[test]
fn a_node_may_have_cameras_alone_and_their_defaults_are_those_of_the_docs() {
    let cameras = read(&camera("")).unwrap();
    assert_eq!((cameras.len(), cameras[0].fps, cameras[0].size), (1, 5.0, None));
    let own = read(&camera("fps = 0.5\nsize = [1280, 720]")).unwrap();
    assert_eq!((own[0].fps, own[0].size), (0.5, Some([1280, 720])));
    assert_eq!(read(&camera("fps = 15")).unwrap()[0].fps, 15.0);
    for source in ["/dev/video0", "films/aisle.mp4", "HTTPS://cam/stream", "rtsps://u@h"] {
        read(&format!("[[cameras]]\nname = 'a'\nsource = '{source}'\n")).unwrap();
    }
}

#[test]
fn models_are_configured_as_for_every_other_command() {
    let tables = format!("{}[bodies]\nclose = 'off'\n[bodies.params]\ninput = [512, 288]\n", camera(""));
    let bodies = Config::parse(&format!("{HEAD}{tables}")).unwrap().bodies;
    assert_eq!((bodies.close, bodies.params.input), (engine::bodies::Close::Off, [512, 288]));
    let wrong = read(&format!("{}[bodies]\nweights = 'a'\n", camera(""))).unwrap_err();
    assert!(wrong.contains("weights") && wrong.lines().count() == 1, "{wrong}");
}

/// What the sample shows of cameras is valid, and shows their defaults.
#[test]
fn the_sample_s_cameras_are_valid() {
    let sample = include_str!("../../../../../config/edge.toml");
    let uncommented = |line: &str| line.strip_prefix('#').filter(|rest| !rest.starts_with(' ')).map(str::to_owned);
    let text: String = sample.lines().map(|line| uncommented(line).unwrap_or_else(|| line.to_owned()) + "\n").collect();
    let config = Config::parse(&text).unwrap();
    assert_eq!((config.cameras.len(), config.cameras[0].fps, config.cameras[0].size), (1, 5.0, Some([640, 8_192])));
    assert_eq!(config.bodies.close, engine::bodies::Close::Off);
    assert!(config.bodies.onnxruntime.is_some());
}

#[test]
fn mistakes_are_named_in_one_line_and_show_no_password() {
    let swapped = |from: &str, to: &str| camera("").replace(from, to);
    let source = "'rtsp://admin:s3cret@10.0.0.7/live?token=t0ken'";
    let name = "camera aisle-1 is wrong: ";
    for (text, expected) in [
        (swapped("name = 'aisle-1'\n", ""), "camera 1 is wrong: name is missing".to_owned()),
        (swapped("'aisle-1'", "7"), "camera 1 is wrong: name must be text, in quotes".to_owned()),
        (swapped("aisle-1", ""), "camera 1 is wrong: name must have 1 to 40 letters, digits, - and _".to_owned()),
        (swapped("aisle-1", "s3cret gate"), "camera 1 is wrong: name must have 1 to 40".to_owned()),
        (swapped("aisle-1", &"a".repeat(41)), "camera 1 is wrong: name must have 1 to 40".to_owned()),
        (swapped(&format!("source = {source}\n"), ""), format!("{name}source is missing")),
        (swapped(source, "['s3cret']"), format!("{name}source must be text, in quotes")),
        (swapped(source, "''"), format!("{name}source: a camera needs a source")),
        (swapped("rtsp:", "ftp:"), format!("{name}source: ftp: is no kind of address that a camera can have")),
        (swapped("rtsp://", ""), format!("{name}source: a source with an @ is an address and begins with rtsp://")),
        (swapped("s3cret", "s3/cret"), format!("{name}source: an address has an @ only before its host")),
        (camera("fps = 0.4"), format!("{name}fps must be a number from 0.5 to 15")),
        (camera("fps = 15.1"), format!("{name}fps must be a number from 0.5 to 15")),
        (camera("fps = nan"), format!("{name}fps must be a number from 0.5 to 15")),
        (camera("fps = 's3cret'"), format!("{name}fps must be a number from 0.5 to 15")),
        (camera("size = 640"), format!("{name}size must be width and height, as [640, 360]")),
        (camera("size = [640, 63]"), format!("{name}size must be width and height")),
        (camera("size = [8193, 640]"), format!("{name}size must be width and height")),
        (camera("size = [640, 360, 3]"), format!("{name}size must be width and height")),
        (camera("size = [-640, 360]"), format!("{name}size must be width and height")),
        (camera("password = 's3cret'"), format!("{name}there is no setting password; a camera has name, source")),
        (format!("{}{}", camera(""), camera("")), format!("{name}another camera has this name too")),
        ("cameras = 's3cret'\n".to_owned(), "cameras".to_owned()),
        (String::new(), "at least one [[sensors]] or [[cameras]] is needed".to_owned()),
    ] {
        let Err(error) = read(&text) else {
            assert!(expected.is_empty(), "{text} is taken");
            continue;
        };
        assert!(error.contains(&expected), "{error:?} has not {expected:?}");
        assert_eq!(error.lines().count(), 1, "{error}");
        for secret in ["s3", "t0ken"] {
            assert!(!error.contains(secret), "{error}");
        }
    }
}

#[test]
fn a_configuration_that_is_shown_has_no_password() {
    let shown = format!("{:?}", Config::parse(&format!("{HEAD}{}", camera(""))).unwrap());
    assert!(shown.contains("10.0.0.7") && !shown.contains("s3cret") && !shown.contains("t0ken"), "{shown}");
}
