//! Who may call what: every route and every namespace, as nobody, shopper, other shopper, staff, owner and device.

use std::collections::{BTreeMap, BTreeSet};

use reqwest::{Client, Method, StatusCode};
use serde_json::{Value, json};
use server::config::Config;
use server::serve::{self, Running};
use socket_client::{ConnectError, ConnectOptions};

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
enum Caller {
    Nobody,
    Shopper,
    OtherShopper,
    Staff,
    Owner,
    Device,
}

use Caller::{Device, Nobody, OtherShopper, Owner, Shopper, Staff};

const ALL: &[Caller] = &[Nobody, Shopper, OtherShopper, Staff, Owner, Device];
const SHOPPERS: &[Caller] = &[Shopper, OtherShopper];
const ADMINS: &[Caller] = &[Staff, Owner];
const OWNERS: &[Caller] = &[Owner];
const DEVICES: &[Caller] = &[Device];

/// Method, path as in the API's description, and who gets past the door. What they find behind it (404 for an id that
/// is not there, 422 for an empty body) is not the question here.
const ROUTES: &[(&str, &str, &[Caller])] = &[
    ("get", "/store", ALL),
    ("get", "/consent", ALL),
    ("post", "/dispute-link", ALL),
    ("post", "/dispute-link/disputes", ALL),
    ("post", "/shopper/sign-up", ALL),
    ("post", "/shopper/login", ALL),
    ("post", "/shopper/logout", ALL),
    ("get", "/me", SHOPPERS),
    ("put", "/me/face", SHOPPERS),
    ("delete", "/me/face", SHOPPERS),
    ("post", "/me/face/film", SHOPPERS),
    ("post", "/me/face/film/{film}", SHOPPERS),
    ("post", "/me/questions/{id}", SHOPPERS),
    ("put", "/me/face/learning", SHOPPERS),
    ("get", "/me/export", SHOPPERS),
    ("get", "/me/code", SHOPPERS),
    ("get", "/me/visit", SHOPPERS),
    ("get", "/me/orders", SHOPPERS),
    ("get", "/me/orders/{id}", SHOPPERS),
    ("post", "/me/orders/{id}/disputes", SHOPPERS),
    ("post", "/device/join", ALL),
    ("get", "/device/me", DEVICES),
    ("post", "/admin/login", ALL),
    ("post", "/admin/logout", ALL),
    ("get", "/admin/me", ADMINS),
    ("get", "/admin/staff", OWNERS),
    ("post", "/admin/staff", OWNERS),
    ("get", "/admin/floor", ADMINS),
    ("get", "/admin/activity", ADMINS),
    ("get", "/admin/sessions/{id}", ADMINS),
    ("post", "/admin/sessions/{id}/close", ADMINS),
    ("get", "/admin/set-aside", ADMINS),
    ("post", "/admin/set-aside/{id}/seen", ADMINS),
    ("post", "/admin/sessions/{id}/settle", ADMINS),
    ("get", "/admin/shoppers", ADMINS),
    ("get", "/admin/reviews", ADMINS),
    ("post", "/admin/reviews/{id}", ADMINS),
    ("post", "/admin/reviews/{id}/ask", ADMINS),
    ("get", "/admin/orders", ADMINS),
    ("get", "/admin/orders/{id}", ADMINS),
    ("get", "/admin/disputes", ADMINS),
    ("get", "/admin/disputes/{id}", ADMINS),
    ("post", "/admin/disputes/{id}/accept", ADMINS),
    ("post", "/admin/disputes/{id}/reject", ADMINS),
    ("get", "/admin/products", ADMINS),
    ("post", "/admin/products", OWNERS),
    ("put", "/admin/products/{sku}", OWNERS),
    ("get", "/admin/store", ADMINS),
    ("put", "/admin/store", OWNERS),
    ("get", "/admin/room", ADMINS),
    ("put", "/admin/room", OWNERS),
    ("get", "/admin/planogram", ADMINS),
    ("get", "/admin/planogram/history", ADMINS),
    ("post", "/admin/planogram/import", OWNERS),
    ("put", "/admin/planogram/{slot}", OWNERS),
    ("delete", "/admin/planogram/{slot}", OWNERS),
    ("get", "/admin/stock", ADMINS),
    ("put", "/admin/stock/{slot}", ADMINS),
    ("put", "/admin/zones/{zone}/restocking", ADMINS),
    ("get", "/admin/me/badge", ADMINS),
    ("get", "/admin/devices", ADMINS),
    ("post", "/admin/devices", OWNERS),
    ("post", "/admin/devices/{id}/revoke", OWNERS),
    ("get", "/admin/mailbox", ADMINS),
    ("get", "/admin/mailbox/{id}", ADMINS),
];

const NAMESPACES: &[(&str, &[Caller])] =
    &[("/shopper", SHOPPERS), ("/admin", ADMINS), ("/device", DEVICES), ("/", &[])];

struct Store {
    _folder: tempfile::TempDir,
    running: Running,
    url: String,
    http: Client,
    tokens: BTreeMap<Caller, String>,
}

impl Store {
    async fn open() -> Self {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let folder = tempfile::tempdir().unwrap();
        let mut config = Config::default();
        config.data.folder = folder.path().to_owned();
        config.http.address = [127, 0, 0, 1].into();
        config.http.port = 0;
        let listener = serve::bind(&config).await.unwrap();
        let now = server::clock::system().now();
        let (db, store, _) = serve::open_store(&config, now).await.unwrap();
        server::demo::fill(&db, &store, folder.path(), now).await.unwrap();
        let log_ins = std::fs::read_to_string(folder.path().join(server::demo::LOG_INS)).unwrap();
        let password = log_ins.lines().nth(2).unwrap().to_owned();
        let running = serve::start(config, listener).await.unwrap();
        let url = format!("http://{}", running.address);
        let mut store = Self { _folder: folder, running, url, http: Client::new(), tokens: BTreeMap::new() };
        let owner = json!({"email": server::demo::OWNER, "password": password, "keep": "token"});
        store.log_in(Owner, "/admin/login", owner).await;
        for (caller, email) in [(Shopper, "ada@example.org"), (OtherShopper, "bob@example.org")] {
            let body = json!({"name": "Ada", "email": email, "password": "long enough", "keep": "token"});
            store.log_in(caller, "/shopper/sign-up", body).await;
        }
        let staff = json!({"name": "Sam", "email": "sam@example.org", "password": "long enough", "role": "staff"});
        store.post(Owner, "/admin/staff", staff).await;
        let staff = json!({"email": "sam@example.org", "password": "long enough", "keep": "token"});
        store.log_in(Staff, "/admin/login", staff).await;
        let device = json!({"name": "Entry", "role": "entry", "zone": "entry"});
        let code = store.post(Owner, "/admin/devices", device).await["code"].clone();
        store.log_in(Device, "/device/join", json!({"code": code, "keep": "token"})).await;
        store
    }

    async fn log_in(&mut self, caller: Caller, path: &str, body: Value) {
        let token = self.post(Nobody, path, body).await["token"].as_str().unwrap().to_owned();
        self.tokens.insert(caller, token);
    }

    async fn post(&self, caller: Caller, path: &str, body: Value) -> Value {
        let answer = self.call(caller, Method::POST, path).json(&body).send().await.unwrap();
        let status = answer.status();
        let text = answer.text().await.unwrap();
        assert!(status.is_success(), "{path}: {status} {text}");
        serde_json::from_str(&text).unwrap()
    }

    fn call(&self, caller: Caller, method: Method, path: &str) -> reqwest::RequestBuilder {
        let request = self.http.request(method, format!("{}/api/v1{path}", self.url));
        match self.tokens.get(&caller) {
            Some(token) => request.bearer_auth(token),
            None => request.header("x-smartmart", "1"),
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_route_lets_in_whom_it_should_and_nobody_else() {
    let store = Store::open().await;
    let mut wrong = Vec::new();
    // Logging out ends what the other calls need, so it comes last.
    let (last, first): (Vec<_>, Vec<_>) = ROUTES.iter().partition(|(_, path, _)| path.ends_with("/logout"));
    for (method, path, allowed) in first.into_iter().chain(last) {
        let concrete = path
            .replace("{id}", "00000000-0000-0000-0000-000000000000")
            .replace("{sku}", "nothing")
            .replace("{slot}", "nothing");
        for caller in ALL {
            let method = Method::from_bytes(method.to_uppercase().as_bytes()).unwrap();
            let answer = store.call(*caller, method.clone(), &concrete).send().await.unwrap();
            let status = answer.status();
            let turned_away = match status {
                StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => true,
                status if status.is_server_error() => {
                    wrong.push(format!("{method} {path} as {caller:?}: {status}"));
                    continue;
                }
                _ => false,
            };
            if turned_away == allowed.contains(caller) {
                wrong.push(format!("{method} {path} as {caller:?}: {status}"));
            }
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
    store.running.stop().await;
}

#[test]
fn the_table_holds_every_route_of_the_description() {
    let described: Value = serde_json::to_value(server::http::api().1).unwrap();
    let mut routes = BTreeSet::new();
    for (path, methods) in described["paths"].as_object().unwrap() {
        for method in methods.as_object().unwrap().keys() {
            let path = path.strip_prefix("/api/v1").expect("every route lies below /api/v1");
            routes.insert((method.clone(), path.to_owned()));
        }
    }
    let table: BTreeSet<_> =
        ROUTES.iter().map(|(method, path, _)| ((*method).to_owned(), (*path).to_owned())).collect();
    assert_eq!(routes, table);
}

#[tokio::test(flavor = "multi_thread")]
async fn every_namespace_lets_in_whom_it_should_and_nobody_else() {
    let store = Store::open().await;
    let mut tokens: Vec<_> = store.tokens.iter().map(|(caller, token)| (*caller, json!({"token": token}))).collect();
    tokens.push((Nobody, Value::Null));
    tokens.push((Nobody, json!({"token": "guess"})));
    tokens.push((Nobody, json!({"token": 7})));
    for (namespace, allowed) in NAMESPACES {
        for (caller, auth) in &tokens {
            let options = ConnectOptions::new(&store.url, *namespace).auth(auth.clone());
            match socket_client::Client::connect(&options).await {
                Ok(_) => assert!(allowed.contains(caller), "{caller:?} got into {namespace}"),
                Err(ConnectError::Refused(message)) => {
                    assert!(!allowed.contains(caller), "{caller:?} was refused at {namespace}: {message}");
                    if *namespace != "/" {
                        assert_eq!(message, "not_authenticated");
                    }
                }
                Err(error) => panic!("{caller:?} at {namespace}: {error}"),
            }
        }
    }
    store.running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_by_cookie_needs_our_own_page() {
    let store = Store::open().await;
    let token = &store.tokens[&Shopper];
    let forged = store
        .http
        .delete(format!("{}/api/v1/me/face", store.url))
        .header("cookie", format!("smartmart_shopper={token}"));
    let ours = forged.try_clone().unwrap().header("x-smartmart", "1");
    assert_eq!(forged.send().await.unwrap().status(), StatusCode::FORBIDDEN);
    assert_eq!(ours.send().await.unwrap().status(), StatusCode::OK);
    store.running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cookie_is_out_of_reach_of_scripts_and_ends_with_the_log_out() {
    let store = Store::open().await;
    let body = json!({"email": "ada@example.org", "password": "long enough"});
    let answer = store.call(Nobody, Method::POST, "/shopper/login").json(&body).send().await.unwrap();
    let cookie = answer.headers()["set-cookie"].to_str().unwrap().to_owned();
    assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Strict"), "{cookie}");
    assert_eq!(answer.json::<Value>().await.unwrap().get("token"), None);
    let pair = cookie.split(';').next().unwrap();
    let me = || store.http.get(format!("{}/api/v1/me", store.url)).header("cookie", pair);
    assert_eq!(me().send().await.unwrap().status(), StatusCode::OK);
    let out = store.http.post(format!("{}/api/v1/shopper/logout", store.url));
    out.header("cookie", pair).header("x-smartmart", "1").send().await.unwrap();
    assert_eq!(me().send().await.unwrap().status(), StatusCode::UNAUTHORIZED);
    store.running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn guessing_a_password_is_slowed_down() {
    let store = Store::open().await;
    let body = json!({"email": "ada@example.org", "password": "wrong wrong"});
    let mut statuses = BTreeMap::<u16, u32>::new();
    for _ in 0..14 {
        let answer = store.call(Nobody, Method::POST, "/shopper/login").json(&body).send().await.unwrap();
        *statuses.entry(answer.status().as_u16()).or_default() += 1;
    }
    assert!(statuses[&401] <= 11 && statuses[&429] >= 3, "{statuses:?}");
    store.running.stop().await;
}
