//! The key of the enrolled faces: missing, wrong, changed, and changed while somebody else works with it; and what a
//! shopper can ask about their own.

use bytes::Bytes;
use protocol::admin::StoreView;
use protocol::privacy::{ErasureReceipt, ShopperExport};
use server::keys::file::KeyFile;
use server::keys::rotation::rotate;
use server::serve;

use crate::shop::Shop;

/// Three photographs of one person.
pub const OBAMA: [&[u8]; 3] = [
    include_bytes!("../../../../fixtures/faces/obama.jpg"),
    include_bytes!("../../../../fixtures/faces/obama2.jpg"),
    include_bytes!("../../../../fixtures/faces/obama3.jpg"),
];

#[tokio::test(flavor = "multi_thread")]
async fn enrolled_faces_survive_a_rotation_and_are_never_overwritten_with_another_key() {
    let shop = Shop::open(|_| {}).await;
    let ada = shop.shopper("Ada").await;
    ada.enrol_face(&OBAMA.map(Bytes::from_static)).await.unwrap();
    let (config, clock) = (shop.running.app.config.clone(), shop.hand.clock());
    let file = config.data.folder.join(&config.data.key_file);
    let refused = rotate(&config).await.unwrap_err().to_string();
    assert!(refused.starts_with("another server uses"), "{refused}");
    let (running, _folder) = (shop.running, shop.folder);
    running.stop().await;

    let templates = async || {
        let listener = serve::bind(&config).await?;
        let running = serve::start_by(clock.clone(), config.clone(), listener).await?;
        let templates = running.app.recogniser.templates();
        running.stop().await;
        anyhow::Ok(templates)
    };
    let before = KeyFile::read(&file).unwrap().unwrap();
    assert_eq!(rotate(&config).await.unwrap(), 3);
    let after = KeyFile::read(&file).unwrap().unwrap();
    assert_eq!(templates().await.unwrap(), 1, "one of three photographs");

    before.replace(&file).unwrap();
    let refused = templates().await.unwrap_err().to_string();
    assert!(refused.contains("is the key file the right one?"), "{refused}");
    std::fs::remove_file(&file).unwrap();
    let refused = templates().await.unwrap_err().to_string();
    assert!(refused.contains("put it back from the backup"), "{refused}");
    assert!(!file.exists(), "no new key is made over the enrolled faces");
    after.replace(&file).unwrap();
    assert_eq!(templates().await.unwrap(), 1, "one of three photographs");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_shopper_gets_all_that_is_held_and_a_signed_receipt_when_the_face_is_erased() {
    let shop = Shop::open(|_| {}).await;
    let (ada, bob) = (shop.shopper("Ada").await, shop.shopper("Bob").await);
    ada.enrol_face(&OBAMA.map(Bytes::from_static)).await.unwrap();
    shop.trip(&ada, "g1s1").await;
    shop.trip(&bob, "g1s2").await;
    let http = reqwest::Client::new();
    let call = async |method: reqwest::Method, path: &str| {
        let request = http.request(method, format!("{}/api/v1{path}", shop.outside.server()));
        let answer = request.bearer_auth(ada.token().unwrap()).send().await.unwrap();
        assert!(answer.status().is_success(), "{path}: {}", answer.status());
        answer.text().await.unwrap()
    };
    let export = call(reqwest::Method::GET, "/me/export").await;
    let held: ShopperExport = serde_json::from_str(&export).unwrap();
    assert_eq!((held.templates.len(), held.consents.len(), held.visits.len(), held.orders.len()), (3, 1, 1, 1));
    assert_eq!(held.visits[0].interactions[0].sku, "cola-330");
    assert_eq!(held.log_ins.len(), 1);
    assert!(!export.contains("bob@example.org") && !export.contains("water-500"), "{export}");

    let receipt: ErasureReceipt = serde_json::from_str(&call(reqwest::Method::DELETE, "/me/face").await).unwrap();
    assert!(receipt.statement.contains("face templates erased: 3\n"), "{}", receipt.statement);
    assert_eq!(shop.running.app.recogniser.templates(), 0);
    let store: StoreView = serde_json::from_str(&call(reqwest::Method::GET, "/store").await).unwrap();
    assert_eq!(store.erasure_public_key, receipt.public_key);
    let left: ShopperExport = serde_json::from_str(&call(reqwest::Method::GET, "/me/export").await).unwrap();
    assert!(left.templates.is_empty() && left.profile.face.is_none());
    assert!(left.consents[0].withdrawn_at.is_some());
    shop.running.stop().await;
}
