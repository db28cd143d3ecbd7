//! How many connections the process's limit of open files leaves room for.

use super::Limits;

/// Descriptors that are no connections: the runtime's, the log's, the key's, models and recordings while they are read, mail
/// and the cloud. 20 to 30 are open in a quiet server; the rest is for connections that are being refused or closed.
const OTHERS: u32 = 64;
/// Descriptors of one connection to the database: SQLite has a file, its log and the log's index open.
const OF_A_DATABASE_CONNECTION: u32 = 4;
/// Fewer connections are no service: a kiosk, a camera and a node at each gate, and somebody who administers them.
const FEWEST: u32 = 16;
/// Where the system names no limit.
const WITHOUT_LIMIT: u32 = 16_384;
/// A higher limit of open files would only be room for more memory: each connection may take some 100 KB.
#[cfg(unix)]
const ENOUGH: u64 = 65_536;

impl Limits {
    /// By the settings (0: derived) and by what the process may open, less what the database and files need.
    pub fn derive(most: u32, most_of_an_address: u32, database_connections: u32) -> Self {
        Self::of(descriptors(), most, most_of_an_address, database_connections)
    }

    fn of(descriptors: Option<u64>, most: u32, most_of_an_address: u32, database_connections: u32) -> Self {
        let needed = OTHERS + OF_A_DATABASE_CONNECTION.saturating_mul(database_connections);
        let room = descriptors
            .map_or(WITHOUT_LIMIT, |limit| u32::try_from(limit).unwrap_or(u32::MAX).saturating_sub(needed).max(FEWEST));
        if most > room {
            tracing::warn!(
                wanted = most,
                room,
                "the limit of open files (ulimit -n) leaves fewer connections than wanted"
            );
        }
        let most = if most == 0 { room } else { most.min(room) };
        let most_of_an_address = if most_of_an_address == 0 { most.div_ceil(2) } else { most_of_an_address.min(most) };
        Self { most: most as usize, most_of_an_address: Some(most_of_an_address as usize) }
    }
}

#[cfg(unix)]
fn descriptors() -> Option<u64> {
    rustix::process::getrlimit(rustix::process::Resource::Nofile).current
}

#[cfg(not(unix))]
fn descriptors() -> Option<u64> {
    None
}

/// Raises the process's own limit of open files to what the system allows it, as other servers do: the usual 1,024 is
/// for programs that use `select`.
#[cfg(unix)]
pub fn raise_limit() {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let limit = getrlimit(Resource::Nofile);
    let wanted = limit.maximum.map_or(ENOUGH, |maximum| maximum.min(ENOUGH));
    if limit.current.is_some_and(|current| current < wanted)
        && let Err(error) = setrlimit(Resource::Nofile, Rlimit { current: Some(wanted), maximum: limit.maximum })
    {
        tracing::warn!(%error, "cannot raise the limit of open files");
    }
}

/// There is no such limit here.
#[cfg(not(unix))]
pub fn raise_limit() {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_database_and_files_have_their_descriptors_before_strangers_do() {
        let cases = [
            // Descriptors, wanted, wanted for an address, connections to the database; most, and of an address.
            (Some(256), (0, 0, 10), (152, 76)),
            (Some(1_024), (0, 0, 10), (920, 460)),
            (Some(1_024), (100, 20, 10), (100, 20)),
            (Some(256), (5_000, 4_000, 10), (152, 152)),
            (Some(64), (0, 0, 10), (16, 8)),
            (Some(u64::MAX), (200, 0, 10), (200, 100)),
            (None, (0, 0, 10), (16_384, 8_192)),
        ];
        for (descriptors, (most, of_an_address, database), (expected, expected_of_an_address)) in cases {
            let limits = Limits::of(descriptors, most, of_an_address, database);
            let found = (limits.most, limits.most_of_an_address);
            assert_eq!(found, (expected, Some(expected_of_an_address)), "{descriptors:?}");
        }
    }
}
