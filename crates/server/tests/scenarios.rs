//! Every shopping story of `scenarios/`, played through a real server: sockets and HTTP only, one server each.

use std::path::Path;
use std::sync::Arc;

use anyhow::Context;
use domain::clock::Hand;
use floor::FloorInput;
use protocol::account::{AdminRole, NewAdmin};
use server::accounts;
use server::config::Config;
use server::serve;
use simulator::scenario::live::play_on_server;
use simulator::scenario::{Outcome, Scenario};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

const OWNER: (&str, &str) = ("owner@scenario.example", "the owner's password");
/// Each server loads the models, so few of them run at once.
const MOST_SERVERS: usize = 2;

#[tokio::test(flavor = "multi_thread")]
async fn every_scenario_gives_what_it_says_through_sockets() {
    let folder = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../scenarios"));
    let all = Scenario::read_all(folder).unwrap();
    let places = Arc::new(Semaphore::new(MOST_SERVERS));
    let mut running = JoinSet::new();
    for (name, scenario) in all.into_iter().filter(|(_, scenario)| scenario.domain_only.is_none()) {
        let places = Arc::clone(&places);
        running.spawn(async move {
            let _place = places.acquire().await.unwrap();
            (name, play(&scenario).await)
        });
    }
    assert!(running.len() >= 8, "only {} scenarios", running.len());
    let mut said = Vec::new();
    while let Some(played) = running.join_next().await {
        let (name, difference) = played.unwrap();
        match difference {
            Ok(difference) if difference.is_empty() => {}
            Ok(difference) => said.push(format!("{name}:\n{difference}")),
            Err(error) => said.push(format!("{name}: {error:#}\n")),
        }
    }
    said.sort();
    assert!(said.is_empty(), "- is missing, + should not be:\n{}", said.concat());
}

/// What differs between what came out and what must.
async fn play(scenario: &Scenario) -> anyhow::Result<String> {
    let folder = tempfile::tempdir()?;
    let mut config = Config::default();
    config.data.folder = folder.path().to_owned();
    config.http.address = [127, 0, 0, 1].into();
    config.http.port = 0;
    config.recognition.workers = 1;
    let hand = Hand::at("2026-01-01T10:00:00Z".parse()?);
    let listener = serve::bind(&config).await?;
    let running = serve::start_by(hand.clock(), config, listener).await?;
    let (app, server) = (running.app.clone(), format!("http://{}", running.address));
    let owner = NewAdmin {
        name: "Owner".to_owned(),
        email: OWNER.0.to_owned(),
        password: OWNER.1.to_owned(),
        role: AdminRole::Owner,
    };
    let made = accounts::create_admin(&app.db, app.store.id, uuid::Uuid::now_v7(), owner, app.clock.now()).await;
    made.map_err(|error| anyhow::anyhow!("{error}")).context("cannot make the owner")?;
    let tick = async { app.desk.input(FloorInput::Tick).await.map(drop).context("the floor is busy") };
    let found = play_on_server(scenario, &server, OWNER, &hand, tick).await;
    running.stop().await;
    Ok(Outcome::difference(&Outcome::demanded(scenario), &found?))
}
