//! The key of the enrolled faces: missing, wrong, changed, and changed while somebody else works with it; and what a
//! shopper can ask about their own.

use bytes::Bytes;
use protocol::admin::StoreView;
use protocol::privacy::{ErasureReceipt, ShopperExport};
use server::keys::file::KeyFile;
use server::keys::rotation::rotate;
use server::serve;
use uuid::Uuid;

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
    KeyFile::create(&file).unwrap();
    let refused = templates().await.unwrap_err().to_string();
    assert!(refused.contains("is not the one that the store"), "{refused}");
    after.replace(&file).unwrap();
    assert_eq!(templates().await.unwrap(), 1, "one of three photographs");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_store_starts_with_the_key_that_it_was_made_with_and_no_other_also_where_nobody_is_enrolled() {
    let shop = Shop::open(|_| {}).await;
    let (config, now) = (shop.running.app.config.clone(), shop.hand.clock().now());
    let file = config.data.folder.join(&config.data.key_file);
    let (running, _folder) = (shop.running, shop.folder);
    running.stop().await;
    let open = async || serve::open_store(&config, now).await.map(|(db, _, _)| db);
    let refused = async || format!("{:#}", open().await.expect_err("another key must not do"));
    let right = KeyFile::read(&file).unwrap().unwrap();
    let without = async || {
        std::fs::remove_file(&file).unwrap();
        let refused = refused().await;
        assert!(refused.contains("is missing, but the database holds the store"), "{refused}");
        assert!(!file.exists());
    };
    without().await;
    let other = KeyFile::create(&file).unwrap();
    let why = refused().await;
    assert!(why.contains("is not the one that the store \"Smart Mart\" was made with"), "{why}");
    let why = format!("{:#}", rotate(&config).await.unwrap_err());
    assert!(why.contains("is not the one that the store"), "{why}");
    assert!(KeyFile::read(&file).unwrap() == Some(other.clone()), "nothing is rotated");
    right.replace(&file).unwrap();
    open().await.unwrap();
    rotate(&config).await.unwrap();
    let db = open().await.expect("a new key for faces is still the store's");

    // As if the server of before fingerprints had made the database, and a program's face with it.
    let of_before = async || {
        sea_orm::ConnectionTrait::execute_unprepared(&db.pool, "DELETE FROM key_fingerprints").await.unwrap();
    };
    let right = KeyFile::read(&file).unwrap().unwrap();
    of_before().await;
    without().await;
    of_before().await;
    let (device, store) = (Uuid::now_v7(), db::stores::first(&db).await.unwrap().unwrap().id);
    let program = db::devices::DeviceRow {
        id: device,
        store_id: store.0,
        name: "Club".to_owned(),
        role: "program".to_owned(),
        zone: String::new(),
        state: db::devices::JOINED.to_owned(),
        code_hash: None,
        code_expires_at: None,
        token_hash: None,
        last_seen_at: None,
        created_at: 0,
    };
    db::devices::insert(&db, program).await.unwrap();
    let face = db::gallery_faces::GalleryFaceRow {
        id: Uuid::now_v7(),
        store_id: store.0,
        device_id: device,
        gallery: "club".to_owned(),
        subject: "member-7".to_owned(),
        model: "any".to_owned(),
        sealed: right.keys().seal(b"a face", device.as_bytes()),
        created_at: 0,
        expires_at: 0,
    };
    db::gallery_faces::insert(&db, vec![face]).await.unwrap();
    KeyFile::create(&file).unwrap();
    let why = refused().await;
    assert!(why.contains("does not open the faces"), "{why}");
    right.replace(&file).unwrap();
    open().await.expect("the database takes the key that opens what it holds");
    other.replace(&file).unwrap();
    let why = refused().await;
    assert!(why.contains("is not the one that the store"), "{why}");
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

#[tokio::test]
async fn an_address_of_the_database_that_cannot_be_used_is_not_shown_with_its_password() {
    let folder = tempfile::tempdir().unwrap();
    for url in
        ["postgres://shop:hunter2@127.0.0.1:notaport/shop", "postgres://shop:hunter2@[/shop", "sqlite://x?hunter2=1"]
    {
        let mut config = server::config::Config::default();
        folder.path().clone_into(&mut config.data.folder);
        config.database.url = url.to_owned();
        let refused = serve::open_database(&config, 1).await.expect_err(url);
        for text in [format!("{refused:#}"), format!("{refused:?}")] {
            assert!(text.contains("cannot open the database") && !text.contains("shop:hunter2"), "{text}");
        }
    }
}
