//! The places for connections: who has one, since when it keeps the server waiting, and who must give it up.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;

use socket2::SockRef;
use tokio::net::TcpStream;
use tokio::time::Instant;

use super::stream::Stream;

/// The body of a request is complete after this time: as long as the whole request may take.
const BODY_WITHIN: Duration = Duration::from_secs(30);
/// An answer goes on after this time at the latest: the peer reads nothing.
const READ_WITHIN: Duration = Duration::from_secs(30);
/// An answer that the server has handed over whole is taken after this time: 1 MB by 30 kbit/s.
const TAKEN_WITHIN: Duration = Duration::from_secs(300);
/// Whoever does not go on reading an answer for this time may lose the place to another.
const SLOW_READER: Duration = Duration::from_secs(5);
/// Whoever has sent no request for this time is not waited for when the server stops.
const STOPPING_WITHIN: Duration = Duration::from_secs(1);

/// How many connections there may be.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Limits {
    /// Of everybody.
    pub most: usize,
    /// Of one address (of IPv6 its /64 network); none: only together. Addresses of this machine have no limit of their own.
    pub most_of_an_address: Option<usize>,
}

/// What a connection is at.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Phase {
    /// The head of a request is awaited: the first, or the next.
    Head,
    /// The body of a request is awaited.
    Body,
    /// The server is at work.
    Working,
    /// The answer is being sent.
    Answering,
    /// It has become a socket.
    Open,
}

/// All places.
#[derive(Clone)]
pub(super) struct Places(Arc<Shared>);

struct Shared {
    limits: Limits,
    all: Mutex<All>,
}

#[derive(Default)]
struct All {
    next: u64,
    /// Descriptors that are not closed yet: those of the connections, and of others that gave up their places.
    open: usize,
    connections: HashMap<u64, Connection>,
}

/// A connection that has a place. Handlers find it in the request's extensions.
#[derive(Clone)]
pub struct Connection(Arc<Inner>);

struct Inner {
    group: Option<IpAddr>,
    tcp: Weak<TcpStream>,
    state: Mutex<State>,
}

#[derive(Clone, Copy)]
struct State {
    phase: Phase,
    /// When the phase began.
    since: Instant,
    /// When the peer last did something in it.
    heard: Instant,
    /// The socket is a known caller's.
    is_known: bool,
}

/// Nobody makes room.
pub(super) struct Refusal {
    /// Whose connection it is.
    pub(super) tcp: TcpStream,
    /// Which limit is reached.
    pub(super) why: &'static str,
}

/// Gives its place back when the connection's descriptor is closed.
pub(super) struct Place {
    places: Places,
    number: u64,
}

impl Places {
    pub(super) fn new(limits: Limits) -> Self {
        Self(Arc::new(Shared { limits, all: Mutex::default() }))
    }

    /// Takes a place for a connection from `address`; whoever keeps the server waiting longest gives up theirs if need be.
    pub(super) fn take(&self, tcp: TcpStream, address: IpAddr, now: Instant) -> Result<Stream, Refusal> {
        let group = group(address);
        let mut all = self.lock();
        if let (Some(group), Some(most)) = (group, self.0.limits.most_of_an_address)
            && all.connections.values().filter(|one| one.0.group == Some(group)).count() >= most
            && !all.make_room(now, |one| one.0.group == Some(group))
        {
            return Err(Refusal { tcp, why: "its address has as many as one may have" });
        }
        if all.connections.len() >= self.0.limits.most && !all.make_room(now, |_| true) {
            return Err(Refusal { tcp, why: "there are as many as there may be" });
        }
        let tcp = Arc::new(tcp);
        let state = State { phase: Phase::Head, since: now, heard: now, is_known: false };
        let connection = Connection(Arc::new(Inner { group, tcp: Arc::downgrade(&tcp), state: Mutex::new(state) }));
        let number = all.next;
        all.next += 1;
        all.open += 1;
        all.connections.insert(number, connection.clone());
        metrics::gauge!("smartmart_connections").set(all.connections.len() as f64);
        Ok(Stream::new(tcp, connection, Place { places: self.clone(), number }))
    }

    /// How many connections are not closed yet, those with them that gave up their places.
    pub(super) fn not_closed(&self) -> usize {
        self.lock().open
    }

    /// Whoever keeps the server waiting longest gives up the place.
    pub(super) fn make_room(&self) {
        self.lock().make_room(Instant::now(), |_| true);
    }

    /// Cuts who has kept the server waiting too long. Heads have a time-out of hyper's own.
    pub(super) fn cut_overdue(&self, now: Instant) {
        for connection in self.lock().connections.values() {
            let state = connection.state();
            let is_overdue = match state.phase {
                Phase::Body => now.duration_since(state.since) >= BODY_WITHIN,
                Phase::Answering => now.duration_since(state.heard) >= READ_WITHIN,
                Phase::Head => now.duration_since(state.since) >= TAKEN_WITHIN,
                Phase::Working | Phase::Open => false,
            };
            if is_overdue {
                connection.cut("too slow");
            }
        }
    }

    /// Cuts whose request has not come for a while: the server stops. Not at once, for an answer may be in the last buffer.
    pub(super) fn cut_half_sent(&self, now: Instant) {
        for connection in self.lock().connections.values() {
            let state = connection.state();
            if state.phase == Phase::Head && now.duration_since(state.since) >= STOPPING_WITHIN {
                connection.cut("the server stops");
            }
        }
    }

    /// Connections that are no sockets.
    #[cfg(test)]
    pub(super) fn under_way(&self) -> usize {
        self.lock().connections.values().filter(|one| one.state().phase != Phase::Open).count()
    }

    fn lock(&self) -> MutexGuard<'_, All> {
        self.0.all.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl All {
    /// Cuts the one of these that has kept the server waiting longest; false where none does.
    fn make_room(&mut self, now: Instant, of: impl Fn(&Connection) -> bool) -> bool {
        let waiting = self.connections.iter().filter(|(_, one)| of(one));
        let waiting = waiting.filter_map(|(number, one)| Some((one.waits_since(now)?, *number)));
        let Some((_, number)) = waiting.min() else { return false };
        if let Some(connection) = self.connections.remove(&number) {
            connection.cut("room is needed");
        }
        true
    }
}

impl Connection {
    /// The socket that this connection became is a known caller's: it keeps its place.
    pub fn is_known(&self) {
        self.lock().is_known = true;
    }

    pub(super) fn enter(&self, phase: Phase) {
        let now = Instant::now();
        let mut state = self.lock();
        *state = State { phase, since: now, heard: now, ..*state };
    }

    /// The body of the request is there, or nobody wants the rest.
    pub(super) fn has_read(&self) {
        if self.state().phase == Phase::Body {
            self.enter(Phase::Working);
        }
    }

    /// The peer has sent or read something.
    pub(super) fn heard(&self) {
        self.lock().heard = Instant::now();
    }

    /// Since when only the peer could go on; none where the server is at work or knows who it is.
    fn waits_since(&self, now: Instant) -> Option<Instant> {
        let state = self.state();
        match state.phase {
            Phase::Head | Phase::Body => Some(state.heard),
            Phase::Answering => Some(state.heard).filter(|heard| now.duration_since(*heard) >= SLOW_READER),
            Phase::Open => Some(state.since).filter(|_| !state.is_known),
            Phase::Working => None,
        }
    }

    /// Ends the connection below whoever reads or writes it, who then closes it.
    fn cut(&self, why: &'static str) {
        metrics::counter!("smartmart_connections_cut_total", "why" => why).increment(1);
        if let Some(tcp) = self.0.tcp.upgrade() {
            // It may have ended by itself.
            let _ = SockRef::from(&*tcp).shutdown(std::net::Shutdown::Both);
        }
    }

    fn state(&self) -> State {
        *self.lock()
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut all = self.places.lock();
        all.open -= 1;
        all.connections.remove(&self.number);
        metrics::gauge!("smartmart_connections").set(all.connections.len() as f64);
    }
}

/// Whose connections are counted together; none on this machine, where a reverse proxy, a simulator or a test calls for many.
fn group(address: IpAddr) -> Option<IpAddr> {
    match address.to_canonical() {
        address if address.is_loopback() => None,
        IpAddr::V4(address) => Some(address.into()),
        // One household has a whole /64.
        IpAddr::V6(address) => Some(Ipv6Addr::from_bits(address.to_bits() & !u128::from(u64::MAX)).into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_household_is_one_address() {
        let group = |address: &str| group(address.parse().unwrap()).map(|group| group.to_string());
        assert_eq!(group("2001:db8:1:2:aaaa::1"), group("2001:db8:1:2:bbbb::2"));
        assert_ne!(group("2001:db8:1:2::1"), group("2001:db8:1:3::1"));
        assert_eq!(group("::ffff:192.0.2.1"), group("192.0.2.1"));
        assert_eq!((group("127.0.0.1"), group("::1"), group("::ffff:127.0.0.1")), (None, None, None));
    }
}
