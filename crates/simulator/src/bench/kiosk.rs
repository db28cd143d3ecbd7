//! The load test of the entry: cameras that film shoppers, and the time from a frame's sending to the answer.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context, ensure};
use bytes::Bytes;
use image::imageops::{self, FilterType};
use image::{Rgb, RgbImage};
use protocol::device::{DeviceRole, GateOutcome};
use serde::Serialize;

use super::usage::Usage;
use super::{Latencies, OWNER_REFUSED};
use crate::api::{Api, patiently};
use crate::devices::camera::Camera;
use crate::devices::scene::{Studio, encode};
use crate::store::enrolled::{Device, Devices};

/// What is measured.
#[derive(Clone, Debug)]
pub struct KioskPlan {
    /// Where the server is.
    pub server: String,
    /// The owner's address.
    pub admin_email: String,
    /// The owner's password.
    pub admin_password: String,
    /// Cameras at entries.
    pub cameras: usize,
    /// Frames a second of each.
    pub fps: u32,
    /// How long.
    pub seconds: u64,
    /// Photographs of the shoppers, `NUMBER-LETTER.jpg`.
    pub faces: PathBuf,
    /// The server's process, to measure what it uses.
    pub pid: Option<u32>,
}

/// What came out.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct KioskMeasured {
    /// Cameras that filmed.
    pub cameras: usize,
    /// Frames sent.
    pub frames: usize,
    /// Frames in which the shopper before the camera was greeted or on the way to it.
    pub recognised: usize,
    /// Frames that were not answered: lost, or overtaken by a newer one.
    pub unanswered: usize,
    /// Median time from sending a frame to the answer.
    pub p50_ms: Option<f64>,
    /// 99 % were faster.
    pub p99_ms: Option<f64>,
    /// The slowest.
    pub max_ms: Option<f64>,
    /// Processor time of the server for each frame.
    pub cpu_ms_per_frame: Option<f64>,
    /// Memory of the server at the end.
    pub rss_mb: Option<u64>,
}

const PASSWORD: &str = "a password for the bench";
/// What a kiosk's camera gives.
const FRAME: (u32, u32) = (640, 480);
/// The side of the photograph in it: a face is then some 150 px high, an arm's length from the camera.
const PHOTOGRAPH: u32 = 320;

/// Enrols one shopper for each camera and films them.
///
/// # Errors
///
/// Where the server refuses the owner, a device, a shopper or an enrolment, or there are too few photographs.
pub async fn run(plan: &KioskPlan) -> anyhow::Result<KioskMeasured> {
    let outside = Api::new(&plan.server)?;
    let admin = patiently(|| outside.admin(&plan.admin_email, &plan.admin_password)).await.context(OWNER_REFUSED)?;
    let studio = Studio::open(&plan.faces)?;
    ensure!(studio.len() >= plan.cameras, "{} has faces of {} people only", plan.faces.display(), studio.len());
    let names: Vec<_> = (0..plan.cameras).map(|number| format!("Bench kiosk {number}")).collect();
    let zone = |number: usize| format!("bench-kiosk-{number}");
    let wanted: Vec<_> =
        names.iter().enumerate().map(|(n, name)| Device::new(name, DeviceRole::Entry, &zone(n))).collect();
    let tokens = Devices::open(&outside, None)?.join(&outside, &admin, &wanted).await?;
    let mut films = Vec::new();
    for (number, name) in names.iter().enumerate() {
        let photographs = studio.photographs(number).context("there are as many faces as cameras")?;
        enrol(&outside, number, photographs).await?;
        let camera = Camera::new(outside.server(), tokens.get(name).context("every wanted device has a token")?);
        let frames = (0..FRAMES_OF_A_FILM).filter_map(|frame| close_up(photographs, frame)).collect::<Vec<_>>();
        ensure!(!frames.is_empty(), "the photographs of shopper {number} cannot be read");
        films.push((Arc::new(camera), Arc::new(frames)));
    }
    let before = Usage::of(plan.pid);
    let filming: Vec<_> = films
        .into_iter()
        .enumerate()
        .map(|(number, (camera, frames))| tokio::spawn(film(plan.clone(), number, camera, frames)))
        .collect();
    let mut all = Filmed::default();
    for one in filming {
        let one = one.await?;
        all.latencies.extend(one.latencies);
        all.recognised += one.recognised;
        all.sent += one.sent;
    }
    let after = Usage::of(plan.pid);
    let latencies = Latencies::new(all.latencies);
    let cpu = before.cpu_ms.zip(after.cpu_ms).map(|(before, after)| (after - before) / all.sent.max(1) as f64);
    Ok(KioskMeasured {
        cameras: plan.cameras,
        frames: all.sent,
        recognised: all.recognised,
        unanswered: all.sent - latencies.len(),
        p50_ms: latencies.at(0.5),
        p99_ms: latencies.at(0.99),
        max_ms: latencies.at(1.0),
        cpu_ms_per_frame: cpu.map(|cpu| (cpu * 100.0).round() / 100.0),
        rss_mb: after.rss_mb,
    })
}

/// Different pictures that a film repeats.
const FRAMES_OF_A_FILM: usize = 30;

#[derive(Default)]
struct Filmed {
    latencies: Vec<Duration>,
    recognised: usize,
    sent: usize,
}

async fn enrol(outside: &Api, number: usize, photographs: &[Bytes]) -> anyhow::Result<()> {
    let (name, email) = (format!("Face {number}"), format!("face.{number}@bench.smartmart"));
    let (api, profile) = patiently(|| outside.sign_up_or_log_in(&name, &email, PASSWORD)).await?;
    if profile.face.is_none() {
        patiently(|| api.enrol_face(photographs)).await.with_context(|| format!("face {number} is not enrolled"))?;
    }
    Ok(())
}

/// Sends frames in time, whether or not the ones before are answered: as cameras do.
async fn film(plan: KioskPlan, number: usize, camera: Arc<Camera>, frames: Arc<Vec<Bytes>>) -> Filmed {
    let every = Duration::from_secs(1) / plan.fps;
    // Cameras do not beat in time.
    tokio::time::sleep(every * u32::try_from(number).unwrap_or(0) / u32::try_from(plan.cameras).unwrap_or(1)).await;
    let mut ticks = tokio::time::interval(every);
    let mut under_way = Vec::new();
    for frame in 0..plan.seconds as usize * plan.fps as usize {
        ticks.tick().await;
        let (camera, jpeg) = (Arc::clone(&camera), frames[frame % frames.len()].clone());
        under_way.push(tokio::spawn(async move {
            let sent = Instant::now();
            let outcome = camera.look(jpeg).await;
            (sent.elapsed(), outcome)
        }));
    }
    let mut filmed = Filmed { sent: under_way.len(), ..Filmed::default() };
    for one in under_way {
        if let Ok((took, Some(outcome))) = one.await {
            filmed.latencies.push(took);
            filmed.recognised += usize::from(matches!(
                outcome,
                GateOutcome::Welcome { .. } | GateOutcome::AlreadyInside { .. } | GateOutcome::KeepLooking { .. }
            ));
        }
    }
    filmed
}

/// A person before a kiosk, swaying a little.
fn close_up(photographs: &[Bytes], number: usize) -> Option<Bytes> {
    let photo = image::load_from_memory(photographs.get(number % photographs.len())?).ok()?.to_rgb8();
    let photo = imageops::resize(&photo, PHOTOGRAPH, PHOTOGRAPH, FilterType::Triangle);
    let mut picture = RgbImage::from_pixel(FRAME.0, FRAME.1, Rgb([112, 116, 120]));
    let sway = (number as i64 * 7) % 25 - 12;
    let (left, top) = (i64::from(FRAME.0 - PHOTOGRAPH) / 2, i64::from(FRAME.1 - PHOTOGRAPH) / 2);
    imageops::overlay(&mut picture, &photo, left + sway, top + sway / 2);
    encode(&picture)
}
