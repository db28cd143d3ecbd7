//! Connections: how many there may be, how long each may keep the server waiting, and whose place is given to another.
//!
//! A connection costs a descriptor and memory before anybody knows who calls. When all places are taken, whoever has kept the
//! server waiting longest makes room: a request that never ends waits, one that comes whole is answered within milliseconds.

use std::convert::Infallible;
use std::future::Future;
use std::io::{self, ErrorKind};
use std::net::SocketAddr;
use std::pin::{Pin, pin};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes, HttpBody};
use axum::extract::{ConnectInfo, Request};
use axum::http::StatusCode;
use axum::response::Response;
use hyper::body::{Frame, Incoming, SizeHint};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use socket2::SockRef;
use tokio::net::TcpListener;
use tokio::task::JoinSet;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use tower::ServiceExt;

mod descriptors;
mod places;
mod stream;

pub use descriptors::raise_limit;
pub use places::{Connection, Limits};

use places::{Phase, Places, Refusal};
use stream::Stream;

/// The head of a request is complete after this time, from the connection or the last answer on. Below the 60 s for which
/// proxies and browsers keep idle connections, because opening another costs little.
const HEAD_WITHIN: Duration = Duration::from_secs(20);
/// Most bytes of a head, and of an answer that waits to be sent. Our longest heads have 2 KB.
const BUFFER_BYTES: usize = 64 * 1024;
/// How often connections are looked at that keep the server waiting.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// Connections that gave up their places and are not closed yet, above which no other is taken: closing takes a moment on a busy machine, and
/// each has a descriptor until then.
const CLOSING: usize = 16;
/// Pause until they are looked at again.
const CLOSED_WITHIN: Duration = Duration::from_millis(5);
/// Pause after a connection could not be taken, so that other places become free.
const AFTER_FAILURE: Duration = Duration::from_millis(50);
/// The same failure is logged once in this time.
const LOG_EVERY: Duration = Duration::from_secs(10);
/// What is under way when the server stops is finished within this time: longer than any request may take.
const FINISH_WITHIN: Duration = Duration::from_secs(35);
/// The answer to whom there is no place for.
const NO_PLACE: &[u8] =
    b"HTTP/1.1 503 Service Unavailable\r\ncontent-length: 0\r\nretry-after: 1\r\nconnection: close\r\n\r\n";

/// Answers connections of `listener` by `router` until `stopping` is over; then finishes what is under way.
pub async fn serve(listener: TcpListener, router: Router, limits: Limits, stopping: impl Future<Output = ()>) {
    tracing::info!(most = limits.most, most_of_an_address = limits.most_of_an_address, "connections are limited");
    let places = Places::new(limits);
    let stop = CancellationToken::new();
    let mut talks = JoinSet::new();
    let mut stopping = pin!(stopping);
    let mut look = tokio::time::interval(LOOK_EVERY);
    let mut log = Log::default();
    loop {
        let is_crowded = places.not_closed() >= limits.most.saturating_add(CLOSING);
        tokio::select! {
            () = tokio::time::sleep(CLOSED_WITHIN), if is_crowded => {}
            accepted = listener.accept(), if !is_crowded => match accepted {
                Ok((tcp, peer)) => match places.take(tcp, peer.ip(), Instant::now()) {
                    Ok(stream) => drop(talks.spawn(talk(stream, peer, router.clone(), stop.clone()))),
                    Err(refusal) => refuse(&refusal, &mut log),
                },
                Err(error) => cannot_accept(&places, &error, &mut log).await,
            },
            Some(_) = talks.join_next(), if !talks.is_empty() => {}
            _ = look.tick() => places.cut_overdue(Instant::now()),
            () = &mut stopping => break,
        }
    }
    drop(listener);
    stop.cancel();
    let finished = async {
        loop {
            tokio::select! {
                ended = talks.join_next() => if ended.is_none() { return },
                () = tokio::time::sleep(AFTER_FAILURE) => places.cut_half_sent(Instant::now()),
            }
        }
    };
    if tokio::time::timeout(FINISH_WITHIN, finished).await.is_err() {
        tracing::warn!(connections = talks.len(), "requests are cut off: the server stops");
        talks.shutdown().await;
    }
}

fn refuse(refusal: &Refusal, log: &mut Log) {
    metrics::counter!("smartmart_connections_refused_total").increment(1);
    if log.is_due() {
        tracing::warn!(why = refusal.why, "a connection is refused");
    }
    // Straight to the system: the runtime does not know yet that this can be written to. It may be gone.
    let _ = SockRef::from(&refusal.tcp).send(NO_PLACE);
}

/// A connection that broke before it was accepted is nobody's fault; anything else means that something has run out.
async fn cannot_accept(places: &Places, error: &io::Error, log: &mut Log) {
    if matches!(
        error.kind(),
        ErrorKind::ConnectionAborted
            | ErrorKind::ConnectionReset
            | ErrorKind::ConnectionRefused
            | ErrorKind::Interrupted
    ) {
        return;
    }
    if log.is_due() {
        tracing::error!(%error, "cannot accept connections; whoever keeps the server waiting makes room");
    }
    places.make_room();
    tokio::time::sleep(AFTER_FAILURE).await;
}

/// Answers the requests of one connection.
async fn talk(stream: Stream, peer: SocketAddr, router: Router, stop: CancellationToken) {
    let connection = stream.connection();
    let service = service_fn({
        let connection = connection.clone();
        move |request| answer(router.clone(), connection.clone(), peer, request)
    });
    let served = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_WITHIN)
        .max_buf_size(BUFFER_BYTES)
        .serve_connection(TokioIo::new(stream), service)
        .with_upgrades();
    let mut served = pin!(served);
    let mut stopped = false;
    loop {
        tokio::select! {
            ended = served.as_mut() => {
                if let Err(error) = ended {
                    tracing::debug!(%error, "a connection broke");
                }
                return;
            }
            () = stop.cancelled(), if !stopped => {
                stopped = true;
                served.as_mut().graceful_shutdown();
            }
        }
    }
}

async fn answer(
    router: Router,
    connection: Connection,
    peer: SocketAddr,
    request: Request<Incoming>,
) -> Result<Response, Infallible> {
    connection.enter(if request.body().is_end_stream() { Phase::Working } else { Phase::Body });
    let coming = connection.clone();
    let mut request = request.map(|body| Body::new(Coming { body, connection: coming }));
    request.extensions_mut().insert(ConnectInfo(peer));
    request.extensions_mut().insert(connection.clone());
    let answer = router.oneshot(request).await?;
    if answer.status() == StatusCode::SWITCHING_PROTOCOLS {
        connection.enter(Phase::Open);
        return Ok(answer);
    }
    connection.enter(Phase::Answering);
    Ok(answer.map(|body| Body::new(Going { body, connection })))
}

/// A request's body: tells its connection how it goes on.
struct Coming {
    body: Incoming,
    connection: Connection,
}

impl HttpBody for Coming {
    type Data = Bytes;
    type Error = hyper::Error;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, hyper::Error>>> {
        let frame = ready!(Pin::new(&mut self.body).poll_frame(cx));
        if frame.is_none() || self.body.is_end_stream() {
            self.connection.has_read();
        } else {
            self.connection.heard();
        }
        Poll::Ready(frame)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

/// Whoever answers may do without the rest.
impl Drop for Coming {
    fn drop(&mut self) {
        self.connection.has_read();
    }
}

/// An answer's body, likewise.
struct Going {
    body: Body,
    connection: Connection,
}

impl HttpBody for Going {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        let frame = ready!(Pin::new(&mut self.body).poll_frame(cx));
        self.connection.heard();
        Poll::Ready(frame)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

/// The answer is on its way; the next request is waited for.
impl Drop for Going {
    fn drop(&mut self) {
        self.connection.enter(Phase::Head);
    }
}

/// When something was last logged that may happen hundreds of times a second.
#[derive(Default)]
struct Log(Option<Instant>);

impl Log {
    fn is_due(&mut self) -> bool {
        let now = Instant::now();
        let is_due = self.0.is_none_or(|last| now.duration_since(last) >= LOG_EVERY);
        if is_due {
            self.0 = Some(now);
        }
        is_due
    }
}

#[cfg(test)]
mod tests;
