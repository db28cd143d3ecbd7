//! Writes recordings of a running store, as traces that the player reads. The format: docs/recordings.md.

use attribution::engine::{Remembered, Sensed, SensedFace};
use attribution::layout::Layout;
use attribution::rules::Rules;
use attribution::tracks::TrackName;
use floor::tape::{Told, What};
use sensing::weight_change::SensorChange;
use serde_json::{Map, Value, json};

/// `store.json` of a running store.
pub fn store(layout: &Layout, rules: &Rules, name: &str, currency: &str) -> Value {
    let products = layout.products.iter().map(|product| match product.weight_g {
        Some(weight_g) => json!({ "sku": product.sku.0, "weight_g": weight_g }),
        None => json!({ "sku": product.sku.0 }),
    });
    let shelves = layout.shelves.iter().filter(|shelf| !shelf.sensors.is_empty()).map(|shelf| {
        let sensors = shelf.sensors.iter().map(|sensor| {
            json!({ "id": sensor.id.0, "kind": sensor.kind, "x": sensor.x, "x_spread": sensor.x_spread, "rate_hz": sensor.rate_hz })
        });
        let camera = &layout.cameras[shelf.camera].id.0;
        json!({ "id": shelf.id, "camera": camera, "sensors": sensors.collect::<Value>() })
    });
    let facings = layout.facings.iter().filter_map(|facing| {
        let sensors = layout.shelves[facing.shelf].sensors.get(facing.first..=facing.last)?;
        let sensors: Value = sensors.iter().map(|sensor| sensor.id.0.as_str()).collect();
        Some(json!({ "sku": layout.products[facing.product].sku.0, "sensors": sensors, "units": facing.units }))
    });
    let cameras = layout
        .cameras
        .iter()
        .map(|camera| json!({ "id": camera.id.0, "role": "shelf", "left": camera.left, "across": camera.across }));
    json!({
        "version": 1,
        "name": name,
        "currency": currency,
        "rules": rules,
        "products": products.collect::<Value>(),
        "shelves": shelves.collect::<Value>(),
        "facings": facings.collect::<Value>(),
        "cameras": cameras.collect::<Value>(),
    })
}

/// The line of a visit that is under way when a recording begins at `start_ms`.
pub fn under_way(start_ms: i64, visit: &Remembered) -> String {
    let holds: Value = visit.holds.iter().map(|(sku, units)| json!([sku.0, units])).collect();
    let mut line = json!({
        "t_ms": visit.entered_ms - start_ms,
        "arrived_ms": 0,
        "kind": "enter",
        "session": visit.session.to_string(),
        "holds": holds,
    });
    if let Some((left_ms, settles_ms)) = visit.left_ms {
        line["left_ms"] = (left_ms - start_ms).into();
        line["settles_ms"] = (settles_ms - start_ms).into();
    }
    line.to_string()
}

/// The line of one thing that the engine was told; none where no line is meant for it. `faces`: whether it may say who was
/// seen where.
pub fn line(start_ms: i64, told: &Told, layout: &Layout, faces: bool) -> Option<String> {
    let mut line = match &told.what {
        What::Sensed(sensed) => self::sensed(sensed, layout, faces)?,
        What::Decided { session, sku, units } => {
            json!({ "kind": "staff", "session": session.to_string(), "sku": sku.0, "units": units })
        }
        What::Tidied(zone) => json!({ "kind": "tidy", "shelf": zone.0 }),
        What::Forgot(session) => json!({ "kind": "forget", "session": session.to_string() }),
    };
    line["t_ms"] = (told.at_ms - start_ms).into();
    line["arrived_ms"] = (told.arrived_ms - start_ms).into();
    Some(line.to_string())
}

fn sensed(sensed: &Sensed, layout: &Layout, faces: bool) -> Option<Value> {
    Some(match sensed {
        Sensed::Entered(session) => json!({ "kind": "enter", "session": session.to_string() }),
        Sensed::Left(session) => json!({ "kind": "exit", "session": session.to_string() }),
        // Where somebody walked tells as much of them as their face does.
        Sensed::Sighted { .. } | Sensed::StrangerAbout | Sensed::Positioned { .. } if !faces => return None,
        Sensed::Sighted { camera, faces } => {
            let faces: Value = faces.iter().map(face).collect();
            json!({ "kind": "sighting", "camera": layout.cameras.get(*camera)?.id.0, "faces": faces })
        }
        Sensed::StrangerAbout => json!({ "kind": "stranger" }),
        Sensed::Positioned { track, whose, head: [x_m, y_m], hands } => {
            let mut line = json!({ "kind": "position", "x_m": x_m, "y_m": y_m, "hands": hands });
            match track {
                TrackName::Visit(session) => line["session"] = session.to_string().into(),
                TrackName::Number(number) => line["track"] = (*number).into(),
            }
            if !whose.is_empty() {
                let shares = whose.iter().map(|(session, share)| (session.to_string(), json!(share)));
                line["session_probabilities"] = Value::Object(shares.collect());
            }
            line
        }
        Sensed::Changed(change) => {
            let id = |sensor: usize| Some(&layout.shelves.get(change.shelf)?.sensors.get(sensor)?.id.0);
            let Some(units) = change.units else {
                let step = |step: &SensorChange| Some(json!([id(step.sensor)?, step.grams, step.spread_g]));
                let steps: Option<Value> = change.sensors.iter().map(step).collect();
                let lasted_ms = change.ended_ms - change.began_ms;
                return Some(
                    json!({ "kind": "grams", "steps": steps?, "lasted_ms": lasted_ms, "event": change.event }),
                );
            };
            let sensor = id(change.sensors.first()?.sensor)?;
            json!({ "kind": "units", "sensor": sensor, "units": units, "by": change.kind, "event": change.event })
        }
    })
}

fn face(face: &SensedFace) -> Value {
    let candidate = |(session, similarity): &(domain::ids::ShoppingSessionId, f64)| json!({ "session": session.to_string(), "similarity": similarity });
    let candidates: Value = face.candidates.iter().map(candidate).collect();
    let mut value = json!({ "x": face.x, "size": face.size, "candidates": candidates });
    if face.within_m > 0.0 {
        value["within_m"] = face.within_m.into();
    }
    value
}

/// A line without these visits' faces and ways through the store, for erasure. `None` where it may stay as it is.
pub fn without_faces(line: &str, sessions: &[String]) -> Option<String> {
    let tells_of_people = line.contains("\"sighting\"") || line.contains("\"position\"");
    if !tells_of_people || !sessions.iter().any(|session| line.contains(session.as_str())) {
        return None;
    }
    let mut value: Map<String, Value> = serde_json::from_str(line).ok()?;
    if value.get("kind").is_some_and(|kind| kind == "position") {
        return without_way(value, sessions);
    }
    let faces = value.get_mut("faces")?.as_array_mut()?;
    for face in faces {
        let candidates = face.get_mut("candidates").and_then(Value::as_array_mut);
        if let Some(candidates) = candidates {
            candidates.retain(|one| !sessions.iter().any(|session| one["session"] == session.as_str()));
        }
    }
    Some(Value::Object(value).to_string())
}

/// A position that is no longer any of these visits'. One that was named after a visit is somebody's.
fn without_way(mut line: Map<String, Value>, sessions: &[String]) -> Option<String> {
    let is_erased = |name: &str| sessions.iter().any(|session| session == name);
    if line.get("session").and_then(Value::as_str).is_some_and(is_erased) {
        let times = ["t_ms", "arrived_ms"].into_iter().filter_map(|key| Some((key.to_owned(), line.remove(key)?)));
        let mut stranger: Map<String, Value> = times.collect();
        stranger.insert("kind".to_owned(), "stranger".into());
        return Some(Value::Object(stranger).to_string());
    }
    let shares = line.get_mut("session_probabilities")?.as_object_mut()?;
    shares.retain(|session, _| !is_erased(session));
    Some(Value::Object(line).to_string())
}

#[cfg(test)]
mod tests;
