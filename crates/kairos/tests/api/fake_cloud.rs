//! A cloud that does what it is told, also what no HTTP library would do.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use kairos::client::{Jitter, KairosCloud, Keys, Secret, Settings};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// What is done with one request.
#[derive(Clone, Debug)]
pub enum Deed {
    /// A status, more header lines, and a body.
    Say(u16, &'static str, String),
    /// These bytes, and then the connection is closed.
    Raw(&'static str),
    /// Nothing, for ever.
    Hang,
    /// The connection is closed.
    HangUp,
}

impl Deed {
    pub fn ok(body: impl ToString) -> Self {
        Self::Say(200, "", body.to_string())
    }

    pub fn error(code: u16) -> Self {
        Self::ok(format!(r#"{{"Errors":[{{"Message":"m","ErrCode":{code}}}]}}"#))
    }

    pub fn status(status: u16) -> Self {
        Self::Say(status, "", "<html>proxy</html>".to_owned())
    }
}

/// The deeds in turn; the last one stays.
pub struct FakeCloud {
    pub url: String,
    requests: Arc<Mutex<Vec<String>>>,
}

impl FakeCloud {
    pub async fn start(deeds: impl IntoIterator<Item = Deed>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let requests = Arc::new(Mutex::new(Vec::new()));
        let (seen, mut deeds) = (requests.clone(), deeds.into_iter().collect::<VecDeque<_>>());
        tokio::spawn(async move {
            loop {
                let (mut stream, _) = listener.accept().await.unwrap();
                let request = receive(&mut stream).await;
                seen.lock().unwrap().push(request);
                let deed = if deeds.len() > 1 { deeds.pop_front() } else { deeds.front().cloned() };
                tokio::spawn(act(stream, deed.unwrap()));
            }
        });
        Self { url, requests }
    }

    /// As they came, in turn.
    pub fn requests(&self) -> Vec<String> {
        self.requests.lock().unwrap().clone()
    }

    /// Quick settings for it.
    pub fn settings(&self) -> Settings {
        Settings {
            url: self.url.clone(),
            // Long for a loaded machine, short for a test that waits for it.
            attempt_timeout: Duration::from_secs(1),
            deadline: Duration::from_secs(30),
            attempts: 3,
            first_pause: Duration::from_millis(2),
            longest_pause: Duration::from_millis(20),
            max_answer_bytes: 10_000,
            ..Settings::default()
        }
    }

    pub fn client(&self) -> KairosCloud {
        client(self.settings())
    }
}

pub fn client(settings: Settings) -> KairosCloud {
    KairosCloud::new(settings, &keys(), Jitter::new(|| 0.5)).unwrap()
}

pub fn keys() -> Keys {
    Keys { app_id: Secret::new("id-4711"), app_key: Secret::new("key-0815") }
}

async fn receive(stream: &mut TcpStream) -> String {
    let mut request = Vec::new();
    loop {
        let mut piece = [0; 4096];
        let length = stream.read(&mut piece).await.unwrap();
        request.extend_from_slice(&piece[..length]);
        let text = String::from_utf8_lossy(&request).into_owned();
        let Some((head, body)) = text.split_once("\r\n\r\n") else { continue };
        let expected = head.lines().find_map(|line| line.strip_prefix("content-length: "));
        if length == 0 || body.len() >= expected.map_or(0, |length| length.parse().unwrap()) {
            return text;
        }
    }
}

async fn act(mut stream: TcpStream, deed: Deed) {
    let answer = match deed {
        Deed::Say(status, headers, body) => {
            let length = body.len();
            format!("HTTP/1.1 {status} Said\r\nconnection: close\r\n{headers}content-length: {length}\r\n\r\n{body}")
        }
        Deed::Raw(answer) => answer.to_owned(),
        Deed::Hang => std::future::pending().await,
        Deed::HangUp => return,
    };
    // The client may have had enough.
    let _ = stream.write_all(answer.as_bytes()).await;
    let _ = stream.shutdown().await;
}
