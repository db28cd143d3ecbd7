//! The wire between the devices and the server: it passes everything on, until it is told to delay, drop, double or cut.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

mod messages;

use messages::Messages;

/// What the wire does to what passes.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub enum Weather {
    /// Passes it on.
    #[default]
    Fair,
    /// Passes each piece on up to so much later; what follows waits.
    Delay(Duration),
    /// Loses Socket.IO messages with this probability, in both directions; connections stay up.
    Drop(f64),
    /// Sends Socket.IO messages twice with this probability, in both directions.
    Double(f64),
    /// Requests arrive, answers do not.
    Deaf,
    /// Nothing gets through, and new connections are refused.
    Dead,
}

/// Which way something goes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Way {
    ToServer,
    FromServer,
}

/// The wire. Gone when dropped.
pub struct Wire {
    address: SocketAddr,
    shared: Arc<Shared>,
    stop: CancellationToken,
}

struct Shared {
    server: SocketAddr,
    weather: watch::Sender<Weather>,
    /// Ends every connection that is up.
    cut: Mutex<CancellationToken>,
    random: Mutex<ChaCha8Rng>,
}

impl Wire {
    /// A wire to the server at `server`, on a port of its own.
    ///
    /// # Errors
    ///
    /// Where no port can be had.
    pub async fn lay(server: SocketAddr, seed: u64) -> std::io::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?;
        let shared = Arc::new(Shared {
            server,
            weather: watch::Sender::new(Weather::Fair),
            cut: Mutex::default(),
            random: Mutex::new(ChaCha8Rng::seed_from_u64(seed)),
        });
        let stop = CancellationToken::new();
        tokio::spawn(accept(listener, Arc::clone(&shared), stop.clone()));
        Ok(Self { address, shared, stop })
    }

    /// Where clients find it.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Changes what it does to what passes from now on.
    pub fn set(&self, weather: Weather) {
        self.shared.weather.send_replace(weather);
    }

    /// Ends every connection that is up.
    pub fn cut(&self) {
        std::mem::take(&mut *self.shared.cut.lock().expect("no holder panics")).cancel();
    }
}

impl Drop for Wire {
    fn drop(&mut self) {
        self.stop.cancel();
        self.cut();
    }
}

async fn accept(listener: TcpListener, shared: Arc<Shared>, stop: CancellationToken) {
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = stop.cancelled() => return,
        };
        let Ok((client, _)) = accepted else { continue };
        if *shared.weather.borrow() == Weather::Dead {
            continue;
        }
        let cut = shared.cut.lock().expect("no holder panics").clone();
        let shared = Arc::clone(&shared);
        tokio::spawn(async move {
            // Where the server is down, the client's connection just ends.
            let Ok(server) = TcpStream::connect(shared.server).await else { return };
            // Delays are the weather's, not the system's.
            let _ = (client.set_nodelay(true), server.set_nodelay(true));
            let (from_client, to_client) = client.into_split();
            let (from_server, to_server) = server.into_split();
            tokio::select! {
                () = pass(Way::ToServer, from_client, to_server, &shared) => {}
                () = pass(Way::FromServer, from_server, to_client, &shared) => {}
                () = cut.cancelled() => {}
            }
        });
    }
}

/// Passes on what comes until one side ends; then the whole connection ends.
async fn pass(
    way: Way,
    mut from: impl AsyncRead + Unpin + Send,
    mut to: impl AsyncWrite + Unpin + Send,
    shared: &Shared,
) {
    let mut messages = Messages::default();
    let mut buffer = vec![0; 64 * 1024];
    loop {
        let Ok(read @ 1..) = from.read(&mut buffer).await else { return };
        for piece in messages.take(&buffer[..read]) {
            let weather = *shared.weather.borrow();
            let copies = match weather {
                Weather::Fair => 1,
                Weather::Delay(longest) => {
                    let part = shared.random().random_range(0.0..1.0);
                    tokio::time::sleep(longest.mul_f64(part)).await;
                    1
                }
                Weather::Drop(share) if piece.is_message && shared.random().random_bool(share) => 0,
                Weather::Double(share) if piece.is_message && shared.random().random_bool(share) => 2,
                Weather::Drop(_) | Weather::Double(_) => 1,
                Weather::Deaf => usize::from(way == Way::ToServer),
                Weather::Dead => 0,
            };
            for _ in 0..copies {
                if to.write_all(&piece.bytes).await.is_err() {
                    return;
                }
            }
        }
    }
}

impl Shared {
    fn random(&self) -> std::sync::MutexGuard<'_, ChaCha8Rng> {
        self.random.lock().expect("no holder panics")
    }
}
