//! One picture of a camera, for `smartmart-edge check`.

use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use footage::{Footage, Picture};

use super::look::Look;
use super::{Find, reader};
use crate::config::CameraConfig;

/// Cameras on the network take a few seconds to begin; ffmpeg gives them up after ten.
const WAITS: Duration = Duration::from_secs(12);

/// Reads a camera's first picture and looks for people in it; gives one line about both.
///
/// # Errors
///
/// One line that says what is wrong.
pub fn probe(config: &CameraConfig, find: &mut Find) -> Result<String, String> {
    let picture = first_picture(config)?;
    let look = Look::at(&picture);
    let [width, height] = look.size;
    let share = |value: f32| (100.0 * value / 255.0).round();
    let (brightness, detail) = (share(look.brightness), share(look.detail));
    let started = Instant::now();
    let bodies = find(picture)?.len();
    let took = started.elapsed().as_millis();
    Ok(format!("{width} x {height}, brightness {brightness} %, detail {detail} %, people found: {bodies} in {took} ms"))
}

fn first_picture(config: &CameraConfig) -> Result<Picture, String> {
    let footage = Footage::open_as(config.source.clone(), reader::wanted(config)).map_err(|error| error.to_string())?;
    let stopper = footage.stopper();
    let (sender, receiver) = mpsc::sync_channel(1);
    let reading = thread::spawn(move || {
        let mut footage = footage;
        // An error means that nobody waits any more.
        let _ = sender.send(footage.next_picture());
    });
    let outcome = receiver.recv_timeout(WAITS);
    stopper.stop();
    let _ = reading.join();
    match outcome {
        Ok(Ok(Some(picture))) => Ok(picture),
        Ok(Ok(None)) => Err("there is no picture in it".to_owned()),
        Ok(Err(error)) => Err(error.to_string()),
        Err(_) => Err(format!("no picture within {} s", WAITS.as_secs())),
    }
}
