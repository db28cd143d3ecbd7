use std::io::Write;
use std::sync::{Arc, Mutex};

use axum::routing::{get, post};
use protocol::error_code::{ErrorCode, Problem};
use reqwest::Client;
use tracing_subscriber::fmt::MakeWriter;

use super::*;
use crate::config::Config;
use crate::serve;

/// What was logged.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }
    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Log {
    type Writer = Self;
    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

impl Log {
    fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }
}

/// A server whose handlers panic, hang and refuse; its address.
async fn with_bad_handlers(app: App) -> String {
    let routes = Router::new()
        .route("/api/v1/panics", get(async || -> &'static str { panic!("on purpose") }))
        .route("/page/panics", get(async || -> &'static str { panic!("on purpose {}", 2) }))
        .route("/api/v1/hangs", get(async || std::future::pending::<&'static str>().await))
        .route("/api/v1/takes", post(async |body: String| body))
        .fallback(web::page);
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let service = referenced(around(app, routes, Duration::from_millis(200)));
    tokio::spawn(async move { axum::serve(listener, service).await });
    format!("http://{address}")
}

async fn problem_of(answer: reqwest::Response) -> Problem {
    let media = answer.headers()["content-type"].clone();
    assert_eq!(media, "application/problem+json", "{}", answer.status());
    let (status, header) = (answer.status().as_u16(), answer.headers()["x-request-id"].to_str().unwrap().to_owned());
    let problem: Problem = answer.json().await.unwrap();
    assert_eq!((problem.status, problem.request_id.as_ref()), (status, Some(&header)));
    problem
}

// On one thread, so that the log of this test is this test's.
#[tokio::test]
async fn whatever_goes_wrong_is_answered_with_an_id_that_stands_in_the_log() {
    let log = Log::default();
    let subscriber = tracing_subscriber::fmt().with_ansi(false).with_writer(log.clone()).finish();
    let _while_testing = tracing::subscriber::set_default(subscriber);
    let _ = rustls::crypto::ring::default_provider().install_default();
    let folder = tempfile::tempdir().unwrap();
    let mut config = Config::default();
    config.data.folder = folder.path().to_owned();
    config.http.address = [127, 0, 0, 1].into();
    config.http.port = 0;
    config.recognition.workers = 1;
    let running = serve::start(config.clone(), serve::bind(&config).await.unwrap()).await.unwrap();
    let url = with_bad_handlers(running.app.clone()).await;
    let http = Client::new();
    let ask = async |path: &str| problem_of(http.get(format!("{url}{path}")).send().await.unwrap()).await;
    for (path, status, code) in [
        ("/api/v1/panics", 500, ErrorCode::Internal),
        ("/page/panics", 500, ErrorCode::Internal),
        ("/api/v1/hangs", 503, ErrorCode::TryAgainLater),
        ("/api/v1/takes", 405, ErrorCode::NotFound),
        ("/api/v1/nothing", 404, ErrorCode::NotFound),
    ] {
        let problem = ask(path).await;
        assert_eq!((problem.status, problem.code), (status, code), "{path}");
        let id = problem.request_id.unwrap();
        let line = format!("path=\"{path}\" request.id=\"{id}\"");
        assert!(log.text().contains(&line), "{line} is not in\n{}", log.text());
    }
    assert!(log.text().contains("a handler panicked panic=\"on purpose\""), "{}", log.text());

    let long = "x".repeat(limits::MAX_JSON_BYTES + 1);
    let answer = http.post(format!("{url}/api/v1/takes")).body(long).send().await.unwrap();
    assert_eq!(problem_of(answer).await.code, ErrorCode::TooLarge);

    // An id of a proxy is kept; what is none is not written anywhere.
    let with_id = |id: &'static str| http.get(format!("{url}/api/v1/panics")).header("x-request-id", id).send();
    assert_eq!(problem_of(with_id("proxy-7").await.unwrap()).await.request_id.as_deref(), Some("proxy-7"));
    let strange = problem_of(with_id("\"} forged").await.unwrap()).await;
    assert_ne!(strange.request_id.as_deref(), Some("\"} forged"));
    assert!(!log.text().contains("forged"));

    // A page that is not there is for people, not for programs.
    let page = http.get(format!("{url}/nothing.html")).send().await.unwrap();
    assert!(page.headers()["content-type"].to_str().unwrap().starts_with("text/plain"));
    running.stop().await;
}
