//! Where a store's plates are, to tell whose hand a pick was.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use serde::Deserialize;
use tracking::camera::Point;

/// Plates by name.
pub type Plates = BTreeMap<String, Point>;

#[derive(Deserialize)]
struct StoreFile {
    shelves: Vec<Shelf>,
}

#[derive(Deserialize)]
struct Shelf {
    z_m: Option<f64>,
    sensors: Vec<Sensor>,
}

#[derive(Deserialize)]
struct Sensor {
    id: String,
    x_m: Option<f64>,
    y_m: Option<f64>,
}

/// Folders above the room's that may hold `trace/store.json`.
const ABOVE: usize = 3;

/// Reads the plates of a `store.json`, the one that is named or `trace/store.json` of the room; none where neither is there.
///
/// # Errors
///
/// Where the file that is named cannot be read, or either is no store.
pub fn read(named: Option<&Path>, room: &Path) -> Result<Plates> {
    let by_room =
        || room.ancestors().take(ABOVE).map(|folder| folder.join("trace/store.json")).find(|file| file.is_file());
    let Some(file) = named.map(Path::to_owned).or_else(by_room) else { return Ok(Plates::new()) };
    let json = fs::read_to_string(&file).with_context(|| format!("cannot read {}", file.display()))?;
    let store: StoreFile = serde_json::from_str(&json).with_context(|| format!("{} is no store", file.display()))?;
    let mut plates = Plates::new();
    for shelf in store.shelves {
        for sensor in shelf.sensors {
            if let (Some(x), Some(y), Some(z)) = (sensor.x_m, sensor.y_m, shelf.z_m) {
                plates.insert(sensor.id, Point::new(x, y, z));
            }
        }
    }
    Ok(plates)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plates_come_from_the_rooms_own_store_or_a_folder_above_and_need_a_place() {
        let folder = tempfile::tempdir().unwrap();
        let room = folder.path().join("crowds/two");
        fs::create_dir_all(&room).unwrap();
        assert!(read(None, &room).unwrap().is_empty(), "no store, no plates");
        fs::create_dir(folder.path().join("trace")).unwrap();
        let store = folder.path().join("trace/store.json");
        fs::write(&store, r#"{"shelves": [{"z_m": 1.2, "sensors": [{"id": "a", "x_m": 1, "y_m": 2}, {"id": "b"}]}]}"#)
            .unwrap();
        let plates = read(None, &room).unwrap();
        assert_eq!(plates.into_iter().collect::<Vec<_>>(), [("a".to_owned(), Point::new(1.0, 2.0, 1.2))]);
        fs::write(&store, "{}").unwrap();
        assert!(format!("{:#}", read(None, &room).unwrap_err()).contains("store.json is no store"));
        assert!(read(Some(Path::new("nowhere.json")), &room).unwrap_err().to_string().contains("nowhere.json"));
    }
}
