//! Recordings of the running store: they give its receipts again, and forget who wants to be forgotten.

use std::path::{Path, PathBuf};
use std::time::Duration;

use attribution::rules::Rules;
use protocol::device::DeviceRole;
use replay::player;
use replay::truth::Receipts;

use crate::shop::Shop;

/// Recordings, oldest first.
fn folders(data: &Path) -> Vec<PathBuf> {
    let mut folders: Vec<_> =
        std::fs::read_dir(data.join("recordings")).unwrap().map(|folder| folder.unwrap().path()).collect();
    folders.sort();
    folders
}

fn sightings(folder: &Path) -> usize {
    let text = std::fs::read_to_string(folder.join("trace.jsonl")).unwrap();
    text.lines().filter(|line| line.contains("\"sighting\"") && line.contains("\"session\"")).count()
}

/// What a recording comes to, once it holds so many receipts: what was recorded is on disk after some seconds.
async fn replayed(folder: &Path, receipts: usize) -> Receipts {
    for _ in 0..100 {
        let played = player::play(folder, Rules::default()).unwrap();
        assert!(played.complaints.is_empty(), "{:?}", played.complaints);
        if played.receipts.len() == receipts && sightings(folder) > 0 {
            return played.receipts();
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("no {receipts} receipts within 10 s");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_recording_gives_the_orders_again_and_an_erased_face_goes_from_it() {
    let shop = Shop::open(|config| {
        config.recording.enabled = true;
        config.recording.faces = true;
    })
    .await;
    let ada = shop.shopper("Ada").await;
    let scanner = shop.device(DeviceRole::ShelfCamera, "g1").await;
    let entry = shop.device(DeviceRole::Entry, "entry").await;
    let exit = shop.device(DeviceRole::Exit, "exit").await;
    let node = shop.device(DeviceRole::ShelfNode, "shelves").await;
    let code = ada.entry_code().await.unwrap().code;
    entry.scan(&code).await;
    shop.later(10).await;
    scanner.scan(&code).await;
    node.move_units("g1s1", -3).await;
    shop.later(3).await;
    scanner.scan(&code).await;
    node.move_units("g1s1", 1).await;
    shop.later(5).await;
    exit.scan(&code).await;
    shop.later(20).await;

    let [folder] = folders(shop.folder.path()).try_into().unwrap();
    let receipts = replayed(&folder, 1).await.receipts;
    let order = ada.orders().await.unwrap().remove(0);
    let replayed: Vec<_> = receipts[0].lines.iter().map(|line| line.quantity).collect();
    assert_eq!((replayed, order.units), (vec![2], 2));
    assert_eq!(sightings(&folder), 2);

    let erase = reqwest::Client::new().delete(format!("{}/api/v1/me/face", shop.outside.server()));
    let token = ada.token().expect("she is logged in");
    let erased = erase.header("x-smartmart", "1").bearer_auth(token).send().await.unwrap();
    assert!(erased.status().is_success(), "{erased:?}");
    assert_eq!(sightings(&folder), 0);
    entry.scan(&ada.entry_code().await.unwrap().code).await;
    scanner.scan(&ada.entry_code().await.unwrap().code).await;
    for _ in 0..100 {
        if sightings(&folder) > 0 {
            return;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("the recording did not go on after the erasure");
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_recorded_unless_that_is_wanted() {
    let shop = Shop::open(|_| {}).await;
    assert!(!shop.folder.path().join("recordings").exists());
}
