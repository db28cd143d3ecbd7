//! Tells systemd how the node is: `systemctl status smartmart-edge` shows it in a line.

use std::io;
use std::os::unix::net::UnixDatagram;
use std::path::Path;

/// The service manager that started us, if there is one (`sd_notify`, without its library).
#[derive(Debug)]
pub struct Supervisor {
    socket: Option<UnixDatagram>,
}

impl Supervisor {
    /// Finds it through `NOTIFY_SOCKET`, which is not a setting but how systemd introduces itself.
    pub fn find() -> Self {
        let socket = std::env::var_os("NOTIFY_SOCKET").and_then(|address| match Self::connect(Path::new(&address)) {
            Ok(socket) => Some(socket),
            Err(error) => {
                tracing::warn!(%error, "the service manager cannot be told how the node is");
                None
            }
        });
        Self { socket }
    }

    fn connect(address: &Path) -> io::Result<UnixDatagram> {
        let socket = UnixDatagram::unbound()?;
        socket.connect(address)?;
        socket.set_nonblocking(true)?;
        Ok(socket)
    }

    /// The node runs.
    pub fn ready(&self) {
        self.send("READY=1");
    }

    /// The node stops.
    pub fn stopping(&self) {
        self.send("STOPPING=1");
    }

    /// One line for people; also says that the node is alive.
    pub fn status(&self, line: &str) {
        self.send(&format!("WATCHDOG=1\nSTATUS={line}"));
    }

    fn send(&self, text: &str) {
        if let Some(Err(error)) = self.socket.as_ref().map(|socket| socket.send(text.as_bytes())) {
            tracing::debug!(%error, "the service manager was not told");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_service_manager_hears_us() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("notify");
        let listener = UnixDatagram::bind(&path).unwrap();
        let supervisor = Supervisor { socket: Some(Supervisor::connect(&path).unwrap()) };
        supervisor.ready();
        supervisor.status("normal");
        let mut buffer = [0; 64];
        for expected in ["READY=1", "WATCHDOG=1\nSTATUS=normal"] {
            let length = listener.recv(&mut buffer).unwrap();
            assert_eq!(&buffer[..length], expected.as_bytes());
        }
    }
}
