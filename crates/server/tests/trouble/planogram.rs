//! Planogram files: a bad one changes nothing, a good one is in force for the next shelf event.

use protocol::device::DeviceRole;
use reqwest::header::CONTENT_TYPE;
use reqwest::{Client, StatusCode};
use serde_json::{Value, json};

use crate::shop::Shop;

struct Owner {
    http: Client,
    address: String,
    token: String,
}

impl Owner {
    async fn of(shop: &Shop) -> Self {
        let http = Client::new();
        let address = format!("{}/api/v1/admin", shop.outside.server());
        let log_ins = std::fs::read_to_string(shop.folder.path().join(server::demo::LOG_INS)).unwrap();
        let password = log_ins.lines().nth(2).unwrap();
        let body = json!({"email": server::demo::OWNER, "password": password, "keep": "token"});
        let answer = http.post(format!("{address}/login")).header("x-smartmart", "1").json(&body).send().await.unwrap();
        let token = answer.json::<Value>().await.unwrap()["token"].as_str().unwrap().to_owned();
        Self { http, address, token }
    }

    async fn send(&self, query: &str, media_type: &str, body: impl Into<reqwest::Body>) -> (StatusCode, Value) {
        let request = self.http.post(format!("{}/planogram/import{query}", self.address)).bearer_auth(&self.token);
        let answer = request.header(CONTENT_TYPE, media_type).body(body).send().await.unwrap();
        (answer.status(), answer.json().await.unwrap_or_default())
    }

    async fn import(&self, body: &str) -> (StatusCode, Value) {
        self.send("", "text/csv; charset=utf-8", body.to_owned()).await
    }

    async fn get(&self, path: &str) -> Value {
        let request = self.http.get(format!("{}{path}", self.address)).bearer_auth(&self.token);
        request.send().await.unwrap().json().await.unwrap()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bad_file_changes_nothing_and_says_why() {
    let shop = Shop::open(|_| {}).await;
    let owner = Owner::of(&shop).await;
    let before = owner.get("/planogram").await;
    let bad = "slot,sku,zone,x,capacity\ng1s1,cola-330,g1,7,12\ng1s2,nothing,g1,0.5,12\ng1s1,soap,g1,0.5,12\n";
    let (status, answer) = owner.import(bad).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(answer["detail"], "Nothing was changed: 3 things in the file are wrong.");
    let fields: Vec<_> = answer["problems"].as_array().unwrap().iter().map(|problem| &problem["field"]).collect();
    assert_eq!(fields, ["row 2, x", "row 3, sku", "row 4, slot"]);
    for (media_type, body, expected) in [
        ("text/csv", vec![b'a'; 1024 * 1024 + 1], StatusCode::PAYLOAD_TOO_LARGE),
        ("text/csv", b"slot,sku\n\xFF".to_vec(), StatusCode::UNPROCESSABLE_ENTITY),
        ("text/csv", Vec::new(), StatusCode::UNPROCESSABLE_ENTITY),
        ("application/json", b"{}".to_vec(), StatusCode::UNPROCESSABLE_ENTITY),
    ] {
        let (status, answer) = owner.send("", media_type, body).await;
        assert_eq!(status, expected, "{answer}");
    }
    let good = "slot,sku\ng1s1,soap\n";
    let (status, answer) = owner.send("?dry_run=true", "text/csv", good).await;
    assert_eq!((status, &answer["dry_run"]), (StatusCode::OK, &json!(true)));
    assert_eq!(answer["changes"].as_array().unwrap().len(), 12, "one slot changes, eleven are emptied");
    assert_eq!(owner.get("/planogram").await, before);
    shop.running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_is_in_force_for_the_next_pick_and_in_the_history() {
    let shop = Shop::open(|_| {}).await;
    let owner = Owner::of(&shop).await;
    let file = "slot;sku;zone;x;capacity;name;price;tax\nnew1;lime;g1;0,5;9;Lime soda;1,09;standard\n";
    let (status, answer) = owner.import(file).await;
    assert_eq!((status, &answer["new_products"]), (StatusCode::OK, &json!(["lime"])), "{answer}");
    assert_eq!(owner.get("/planogram").await["items"].as_array().unwrap().len(), 1);

    let ada = shop.shopper("Ada").await;
    let node = shop.device(DeviceRole::ShelfNode, "shelves").await;
    let entry = shop.device(DeviceRole::Entry, "entry").await;
    entry.scan(&ada.entry_code().await.unwrap().code).await;
    shop.later(10).await;
    node.move_units("new1", -1).await;
    shop.later(20).await;
    let floor = owner.get("/floor").await;
    assert_eq!(floor["visits"][0]["visit"]["cart"]["items"][0]["name"], "Lime soda", "{floor}");
    assert_eq!(floor["visits"][0]["visit"]["cart"]["total_minor"], 109);

    let history = owner.get("/planogram/history").await;
    let history = history["items"].as_array().unwrap();
    assert_eq!(history.len(), 25, "twelve by the demo, then twelve emptied and one added");
    let newest = &history[0];
    assert_eq!((&newest["by"], &newest["means"]), (&json!("Demo owner"), &json!("import")));
    assert_eq!(newest["change"]["slot"], "new1");
    assert_eq!((&newest["change"]["before"], &newest["change"]["after"]["sku"]), (&Value::Null, &json!("lime")));
    let oldest = &history[24];
    assert_eq!((&oldest["by"], &oldest["means"]), (&Value::Null, &json!("command")));
    shop.running.stop().await;
}
