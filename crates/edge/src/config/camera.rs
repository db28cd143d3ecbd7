//! Reading the `[[cameras]]` tables: which settings there are, their bounds and their defaults.

use std::collections::HashSet;

use footage::{LONGEST_SIDE, Source};
use serde_json::{Map, Value};

use super::ConfigError;
use super::fields::Fields;

/// One room camera.
#[derive(Clone, PartialEq, Debug)]
pub struct CameraConfig {
    /// Its name, as in the room's plan.
    pub name: String,
    /// Where its pictures come from; shows no password.
    pub source: Source,
    /// Pictures a second that are wanted of it.
    pub fps: f64,
    /// Width and height in pixels that pictures are made to fit into; 640 wide where it is `None`. They keep their shape.
    pub size: Option<[u32; 2]>,
}

/// As in the room's plan.
const LONGEST_NAME: usize = 40;
/// Below, nobody can be followed; above, the errors of pictures that follow each other are the same errors.
const RATES: std::ops::RangeInclusive<f64> = 0.5..=15.0;
/// What the tracker's rules are made for.
const RATE: f64 = 5.0;
/// Fewer pixels on a side show nobody.
const SHORTEST_SIDE: u32 = 64;

/// Reads all of them.
pub(super) fn parse(tables: Vec<Map<String, Value>>) -> Result<Vec<CameraConfig>, ConfigError> {
    let mut names = HashSet::new();
    let mut cameras = Vec::new();
    for (index, fields) in tables.into_iter().enumerate() {
        let camera = match fields.get("name") {
            Some(Value::String(name)) if check_name(name).is_ok() => format!("camera {name}"),
            Some(_) | None => format!("camera {}", index + 1),
        };
        let mut fields = Fields(fields);
        let config = from_fields(&mut fields).and_then(|config| {
            if fields.0.keys().next().is_some() {
                return Err(unknown(&fields));
            }
            if !names.insert(config.name.clone()) {
                return Err("another camera has this name too".to_owned());
            }
            Ok(config)
        });
        cameras.push(config.map_err(|reason| ConfigError::Camera { camera, reason })?);
    }
    Ok(cameras)
}

fn from_fields(fields: &mut Fields) -> Result<CameraConfig, String> {
    let name = text(fields, "name")?;
    check_name(&name)?;
    let source = text(fields, "source")?.parse::<Source>().map_err(|error| format!("source: {error}"))?;
    let fps = match fields.0.remove("fps") {
        None => RATE,
        Some(value) => value
            .as_f64()
            .filter(|fps| RATES.contains(fps))
            .ok_or_else(|| format!("fps must be a number from {} to {}", RATES.start(), RATES.end()))?,
    };
    let size = fields.0.remove("size").map(size).transpose()?;
    Ok(CameraConfig { name, source, fps, size })
}

/// A setting that is text; what stands there instead may be half of a password, and is not shown.
fn text(fields: &mut Fields, name: &str) -> Result<String, String> {
    match fields.0.remove(name) {
        Some(Value::String(text)) => Ok(text),
        Some(_) => Err(format!("{name} must be text, in quotes")),
        None => Err(format!("{name} is missing")),
    }
}

fn check_name(name: &str) -> Result<(), String> {
    let fits = |letter: char| letter.is_ascii_alphanumeric() || letter == '-' || letter == '_';
    if (1..=LONGEST_NAME).contains(&name.len()) && name.chars().all(fits) {
        return Ok(());
    }
    Err(format!("name must have 1 to {LONGEST_NAME} letters, digits, - and _"))
}

fn size(value: Value) -> Result<[u32; 2], String> {
    let size: Option<[u32; 2]> = serde_json::from_value(value).ok();
    let sides = SHORTEST_SIDE..=LONGEST_SIDE;
    size.filter(|size| size.iter().all(|side| sides.contains(side))).ok_or_else(|| {
        format!("size must be width and height, as [640, 360], each from {SHORTEST_SIDE} to {LONGEST_SIDE} pixels")
    })
}

fn unknown(fields: &Fields) -> String {
    let names: Vec<_> = fields.0.keys().map(String::as_str).collect();
    format!("there is no setting {}; a camera has name, source, fps and size", names.join(", "))
}

#[cfg(all(test, feature = "cameras"))]
mod tests;
