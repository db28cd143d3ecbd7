//! The API's description and the API say the same: every answer that a route gives is named, and every refusal is a problem.

use reqwest::{Client, Method, RequestBuilder};
use serde_json::Value;
use simulator::api::Api;

use crate::shop::Shop;

struct Operation {
    method: Method,
    path: String,
    described: Value,
}

fn operations() -> Vec<Operation> {
    let document: Value = serde_json::to_value(server::http::api().1).unwrap();
    let mut found = Vec::new();
    for (path, methods) in document["paths"].as_object().unwrap() {
        for (method, described) in methods.as_object().unwrap() {
            let method = Method::from_bytes(method.to_uppercase().as_bytes()).unwrap();
            found.push(Operation { method, path: path.clone(), described: described.clone() });
        }
    }
    found
}

impl Operation {
    fn names(&self, status: u16) -> bool {
        self.described["responses"].get(status.to_string()).is_some()
    }

    fn has_parameter(&self, place: &str) -> bool {
        self.described["parameters"].as_array().is_some_and(|all| all.iter().any(|one| one["in"] == place))
    }

    fn is_open_to_all(&self) -> bool {
        self.described.get("security").is_none()
    }

    fn concrete(&self) -> String {
        let mut path = String::new();
        for part in self.path.split('/').skip(1) {
            let id = part == "{id}" || part == "{film}";
            path.push('/');
            path.push_str(if id {
                "00000000-0000-0000-0000-000000000000"
            } else if part.starts_with('{') {
                "nothing"
            } else {
                part
            });
        }
        path
    }
}

#[test]
fn every_route_names_every_kind_of_answer() {
    let document: Value = serde_json::to_value(server::http::api().1).unwrap();
    let schemes = document["components"]["securitySchemes"].as_object().unwrap();
    assert!(document["components"]["schemas"]["Problem"].is_object());
    let mut wrong = Vec::new();
    for operation in operations() {
        let mut demand = |what: &str, holds: bool| {
            if !holds {
                wrong.push(format!("{} {}: {what}", operation.method, operation.path));
            }
        };
        let responses = operation.described["responses"].as_object().unwrap();
        demand("no success", responses.keys().any(|status| status.starts_with('2')));
        demand("not 503", operation.names(503));
        demand("not 500", operation.names(500));
        let changes = operation.method != Method::GET;
        demand("a change without 403", !changes || operation.names(403));
        demand("a caller without 401", operation.is_open_to_all() || operation.names(401));
        let input = operation.has_parameter("query") || operation.described.get("requestBody").is_some();
        demand("input without 422", !input || operation.names(422));
        demand("a body without 413", operation.described.get("requestBody").is_none() || operation.names(413));
        demand("an id without 404", !operation.has_parameter("path") || operation.names(404));
        let limited = ["/login", "/join", "/sign-up"].iter().any(|end| operation.path.ends_with(end));
        demand("a limit without 429", !limited || operation.names(429));
        for requirement in operation.described["security"].as_array().into_iter().flatten() {
            let known = requirement.as_object().unwrap().keys().all(|name| schemes.contains_key(name));
            demand("an unknown scheme", known);
        }
        for (status, answer) in responses {
            let description = answer["description"].as_str().unwrap_or_default();
            if status.starts_with('4') || status.starts_with('5') {
                let schema = &answer["content"]["application/problem+json"]["schema"]["$ref"];
                demand(&format!("{status} without a problem"), *schema == "#/components/schemas/Problem");
                demand(&format!("{status} without words"), !description.is_empty());
            }
        }
        let page = &operation.described["responses"]["200"]["content"]["application/json"]["schema"];
        demand("a list that is not paged", page["type"] != "array" || changes);
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_routes_answer_to_anything_wrong_is_what_the_description_says() {
    let shop = Shop::open(|_| {}).await;
    let ada = shop.shopper("Ada").await;
    // A connection each: one whose body was not read to its end cannot be used again.
    let http = Client::builder().pool_max_idle_per_host(0).build().unwrap();
    let mut wrong = Vec::new();
    // Logging out ends what the other calls need.
    for operation in operations().into_iter().filter(|one| !one.path.ends_with("/logout")) {
        let url = format!("{}{}", shop.outside.server(), operation.concrete());
        let ask_for = |who: Option<&Api>, url: &str| {
            let request = http.request(operation.method.clone(), url);
            match who {
                Some(who) => request.bearer_auth(who.token().unwrap()),
                None => request,
            }
        };
        let ask = |who: Option<&Api>| ask_for(who, &url);
        let mistyped = url.replace("00000000-0000-0000-0000-000000000000", "not-an-id");
        let strange = format!("{url}?limit=x&cursor=y&dry_run=z");
        let caller = if operation.path.contains("/admin/") { &shop.owner } else { &ada };
        let attempts: [(&str, RequestBuilder); 7] = [
            ("nobody", ask(None)),
            ("nobody from our page", ask(None).header("x-smartmart", "1")),
            ("no body", ask(Some(caller))),
            ("no id", ask_for(Some(caller), &mistyped)),
            ("a bad body", ask(Some(caller)).header("content-type", "application/json").body("{\"x\": ")),
            ("a huge body", ask(Some(caller)).header("content-type", "application/json").body(" ".repeat(100_000))),
            ("a bad query", ask_for(Some(caller), &strange)),
        ];
        for (what, attempt) in attempts {
            let answer = attempt.send().await.unwrap();
            let status = answer.status();
            let id = answer.headers()["x-request-id"].to_str().unwrap().to_owned();
            let text = answer.text().await.unwrap();
            let mut complain = |why: &str| {
                wrong.push(format!("{} {} by {what}: {why}: {status} {text}", operation.method, operation.path));
            };
            if !operation.names(status.as_u16()) {
                complain("not described");
            }
            if status.is_server_error() {
                complain("a fault of ours");
            }
            if !status.is_success() {
                let problem: Value = serde_json::from_str(&text).unwrap_or_default();
                if problem["request_id"] != *id || problem["detail"].as_str().is_none_or(str::is_empty) {
                    complain("no problem with an id");
                }
            }
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
    shop.running.stop().await;
}
