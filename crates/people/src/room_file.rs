//! `cameras.json`: where the cameras of a room hang, and at which gates people come and go.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail, ensure};
use nalgebra::{Matrix3, Vector3};
use serde::Deserialize;
use tracking::camera::{Camera, Lens, Pixel};
use tracking::room::{Gate, Place, Room, Way};

/// The file. All lengths are metres, all places of pictures pixels.
#[derive(Debug, Deserialize)]
struct RoomFile {
    f_px: f64,
    #[serde(default)]
    k1: f64,
    centre: [f64; 2],
    size: [f64; 2],
    /// Added to the places of cameras; gates are in the store's frame already.
    #[serde(default)]
    to_store_frame: [f64; 3],
    cameras: BTreeMap<String, CameraEntry>,
    #[serde(default)]
    gates: Vec<GateEntry>,
}

#[derive(Debug, Deserialize)]
struct CameraEntry {
    rotation_world_to_camera: [[f64; 3]; 3],
    centre_m: [f64; 3],
}

#[derive(Debug, Deserialize)]
struct GateEntry {
    x_m: f64,
    y_m: f64,
    radius_m: f64,
    role: Role,
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Role {
    Entry,
    Exit,
    Both,
}

/// A rotation whose rows are further than this from being at right angles and of length one is none.
const CROOKED: f64 = 0.01;

/// Reads a room with these cameras, or with all of the file's. Gives the cameras' names in the room's order.
///
/// # Errors
///
/// Says what is missing or makes no sense.
pub fn read(file: &Path, wanted: Option<&[String]>) -> Result<(Room, Vec<String>)> {
    let json = fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))?;
    parse(&json, wanted).with_context(|| format!("{} is no room", file.display()))
}

fn parse(json: &str, wanted: Option<&[String]>) -> Result<(Room, Vec<String>)> {
    let room: RoomFile = serde_json::from_str(json)?;
    ensure!(room.f_px.is_finite() && room.f_px > 0.0, "the focal length f_px must be above 0");
    ensure!(room.k1.abs() < 1.0, "the distortion k1 must lie between -1 and 1");
    ensure!(room.size.iter().all(|side| *side >= 1.0), "the size of pictures must be at least 1 x 1");
    let lens = Lens { focal_px: room.f_px, k1: room.k1, centre: Pixel::from(room.centre), size: room.size };
    let names = match wanted {
        Some(names) => names.to_vec(),
        None => room.cameras.keys().cloned().collect(),
    };
    ensure!(!names.is_empty(), "it has no camera");
    ensure!(names.len() <= Room::MOST_CAMERAS, "more than {} cameras", Room::MOST_CAMERAS);
    let cameras = names.iter().map(|name| camera(&room, name, lens)).collect::<Result<_>>()?;
    let gates = room.gates.iter().map(gate).collect::<Result<Vec<_>>>()?;
    ensure!(
        gates.iter().any(|gate| gate.way != Way::Out),
        "it needs a gate of the role entry or both, where people come in"
    );
    Ok((Room { cameras, gates }, names))
}

fn camera(room: &RoomFile, name: &str, lens: Lens) -> Result<Camera> {
    let Some(entry) = room.cameras.get(name) else {
        let known: Vec<_> = room.cameras.keys().map(String::as_str).collect();
        bail!("there is no camera {name}; there are {}", known.join(", "));
    };
    let rows = entry.rotation_world_to_camera;
    let rotation = Matrix3::from_fn(|row, column| rows[row][column]);
    let crooked = (rotation * rotation.transpose() - Matrix3::identity()).abs().max();
    ensure!(crooked < CROOKED && rotation.determinant() > 0.0, "the rotation of camera {name} is none");
    let centre = Vector3::from(entry.centre_m) + Vector3::from(room.to_store_frame);
    ensure!(centre.iter().all(|at| at.is_finite()), "the place of camera {name} is no place");
    Ok(Camera { rotation, centre, lens })
}

fn gate(entry: &GateEntry) -> Result<Gate> {
    let way = match entry.role {
        Role::Entry => Way::In,
        Role::Exit => Way::Out,
        Role::Both => Way::Both,
    };
    ensure!(entry.radius_m.is_finite() && entry.radius_m > 0.0, "a gate needs a radius_m above 0");
    ensure!(entry.x_m.is_finite() && entry.y_m.is_finite(), "a gate lies at no place");
    Ok(Gate { centre: Place::new(entry.x_m, entry.y_m), radius_m: entry.radius_m, way })
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn room() -> Value {
        let camera = json!({
            "rotation_world_to_camera": [[1.0, 0.0, 0.0], [0.0, 0.0, -1.0], [0.0, 1.0, 0.0]],
            "centre_m": [1.0, 2.0, 2.5],
        });
        json!({
            "f_px": 358.0, "k1": 0.05, "centre": [320, 180], "size": [640, 360], "to_store_frame": [0.5, 0, 0],
            "cameras": { "1": camera.clone(), "3": camera },
            "gates": [{ "x_m": 1.0, "y_m": 0.0, "radius_m": 0.5, "role": "both" }],
        })
    }

    #[test]
    fn cameras_are_moved_into_the_stores_frame_and_chosen_by_name() {
        let (all, names) = parse(&room().to_string(), None).unwrap();
        assert_eq!((all.cameras.len(), names.as_slice()), (2, ["1".to_owned(), "3".to_owned()].as_slice()));
        assert_eq!(all.cameras[0].centre.x, 1.5);
        assert_eq!(parse(&room().to_string(), Some(&["3".to_owned()])).unwrap().1, ["3"]);
    }

    #[test]
    fn what_makes_no_sense_is_said() {
        let with = |pointer: &str, value: Value| {
            let mut room = room();
            *room.pointer_mut(pointer).unwrap() = value;
            format!("{:#}", parse(&room.to_string(), None).unwrap_err())
        };
        assert!(with("/f_px", json!(0)).contains("f_px"));
        assert!(with("/k1", json!(7)).contains("k1"));
        assert!(with("/size", json!([640, 0])).contains("size"));
        assert!(with("/cameras", json!({})).contains("no camera"));
        assert!(with("/cameras/1/rotation_world_to_camera/0/0", json!(0.5)).contains("rotation of camera 1"));
        // A mirror image turns nothing.
        assert!(with("/cameras/3/rotation_world_to_camera/0/0", json!(-1)).contains("rotation of camera 3"));
        assert!(with("/gates/0/role", json!("exit")).contains("where people come in"));
        assert!(with("/gates/0/radius_m", json!(-1)).contains("radius_m"));
        let unknown = parse(&room().to_string(), Some(&["9".to_owned()])).unwrap_err().to_string();
        assert!(unknown.contains("no camera 9") && unknown.contains("1, 3"), "{unknown}");
        assert!(parse("no json", None).is_err());
    }
}
