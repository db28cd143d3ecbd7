//! Fills a data folder with shoppers whose faces are made up, for load tests: `made_up_shoppers DATA_FOLDER COUNT`.

use std::path::PathBuf;

use anyhow::Context;
use db::accounts::ShopperRow;
use db::faces::Enrolment;
use domain::ids::ShopperId;
use jiff::SignedDuration;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use server::config::Config;
use server::data_lock::DataLock;
use server::{clock, serve};
use uuid::Uuid;
use vision::Embedding;

/// Templates of one enrolment.
const TEMPLATES: usize = 3;

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let mut arguments = std::env::args_os().skip(1);
    let folder = PathBuf::from(arguments.next().context("which data folder?")?);
    let count: u32 = arguments.next().and_then(|text| text.to_str()?.parse().ok()).context("how many shoppers?")?;
    let mut config = Config::load(None)?;
    config.data.folder = folder;
    let _lock = DataLock::take(&config.data.folder)?;
    let now = clock::system().now();
    let (db, store, keys) = serve::open_store(&config, now).await?;
    let mut random = ChaCha8Rng::seed_from_u64(1);
    for number in 0..count {
        let shopper = ShopperId(Uuid::now_v7());
        let row = ShopperRow {
            id: shopper.0,
            store_id: store.id.0,
            name: format!("Made-up {number}"),
            email: format!("made-up.{number}@bench.smartmart"),
            // No password has this hash: nobody can log in.
            password_hash: "none".to_owned(),
            created_at: db::micros(now),
        };
        db::accounts::insert_shopper(&db, row).await?;
        let templates = (0..TEMPLATES).map(|_| {
            let values = (0..vision::shipped::DIMENSION).map(|_| random.random_range(-1.0_f32..1.0)).collect();
            let template = Embedding::new(values).expect("random numbers are not all zero");
            (Uuid::now_v7(), keys.seal(&template.to_le_bytes(), shopper.0.as_bytes()))
        });
        let enrolment = Enrolment {
            store: store.id,
            shopper,
            consent_version: "made up".to_owned(),
            by_film: false,
            model: vision::shipped::MODEL.to_owned(),
            templates: templates.collect(),
            enrolled_at: now,
            expires_at: domain::clock::shift(now, SignedDuration::from_hours(24)),
        };
        db::faces::replace(&db, enrolment).await?;
    }
    Ok(())
}
