//! What can happen to a store, and how it is made to happen.

use std::fmt;
use std::time::Duration;

use anyhow::{Context, Result};
use rand::Rng;
use rand::seq::SliceRandom;
use rand_chacha::ChaCha8Rng;

use crate::run::Stage;
use crate::wire::Weather;

/// A fault.
#[derive(Clone, PartialEq, Debug)]
pub enum Fault {
    /// The server's process is killed and started again.
    KillServer,
    /// The shelf node's process is killed and started again.
    KillNode,
    /// Every connection ends.
    Cut,
    /// Requests arrive and answers do not; then every connection ends.
    Deaf,
    /// Nothing gets through.
    Dead,
    /// Everything comes late.
    Delay,
    /// Messages are lost.
    Drop,
    /// Messages come twice.
    Double,
    /// Another program holds the database's lock.
    Lock,
    /// The disk is full.
    FullDisk,
    /// PostgreSQL ends every connection.
    EndConnections,
    /// PostgreSQL ends every connection and takes no new one, as while its cluster is started anew.
    DatabaseAway,
    /// A table refuses what is written to it.
    Refuse(String),
    /// The server's clock is set so many seconds ahead of the right time; zero sets it right.
    ServerClock(i64),
    /// The simulated node's computer starts anew, so many seconds ahead.
    NodeClock(i64),
    /// The real node's clock is set so many seconds ahead.
    RealNodeClock(i64),
}

/// Seconds by which clocks are set: a moment, NTP after a long time, a wrong hour, a wrong day. Each is followed by the right time.
const JUMPS_S: [i64; 8] = [2, -2, 45, -45, 3_600, -3_600, 93_600, -93_600];
/// How long a fault lasts, in seconds.
const LASTS_S: std::ops::Range<f64> = 0.5..4.0;
/// How long PostgreSQL is away, in seconds.
const AWAY_S: std::ops::Range<f64> = 5.0..10.0;
/// Pieces are late by at most this.
const LATE: Duration = Duration::from_millis(1_500);
/// How many messages are lost or come twice.
const SHARE: f64 = 0.4;
/// Jumps of each clock in a deck.
const JUMPS: usize = 2;
/// Cards of each common fault in a deck.
const COPIES: usize = 3;

/// A shuffled deck with every fault that this stage can have: each table once, everything else a few times.
pub fn deck(stage: &Stage, random: &mut ChaCha8Rng) -> Vec<Fault> {
    let mut deck: Vec<Fault> = stage.tables.iter().cloned().map(Fault::Refuse).collect();
    for _ in 0..COPIES {
        deck.extend([Fault::KillServer, Fault::KillNode, Fault::Cut, Fault::Deaf, Fault::Dead, Fault::Delay]);
        deck.extend([Fault::Drop, Fault::Double, Fault::Lock]);
        deck.extend(stage.disk.is_some().then_some(Fault::FullDisk));
        deck.extend(stage.database.is_postgres().then_some(Fault::EndConnections));
    }
    deck.extend(stage.database.is_postgres().then_some(Fault::DatabaseAway));
    for _ in 0..JUMPS {
        let mut jump = || JUMPS_S[random.random_range(0..JUMPS_S.len())];
        deck.push(Fault::NodeClock(jump()));
        if stage.server_clock.is_some() {
            deck.extend([Fault::ServerClock(jump()), Fault::RealNodeClock(jump())]);
        }
    }
    deck.shuffle(random);
    // A wrong clock is set right in the end, as NTP would.
    let mut whole = Vec::new();
    for fault in deck {
        let again = match fault {
            Fault::ServerClock(_) => Some(Fault::ServerClock(0)),
            _ => None,
        };
        whole.push(fault);
        whole.extend(again);
    }
    // Drawn from the end.
    whole.reverse();
    whole
}

impl Fault {
    /// Makes it happen, lets it last, and ends it.
    ///
    /// # Errors
    ///
    /// Where it cannot be made to happen, or not be ended.
    pub async fn happen(&self, stage: &Stage, random: &mut ChaCha8Rng) -> Result<()> {
        let lasts = Duration::from_secs_f64(random.random_range(LASTS_S));
        let last = || tokio::time::sleep(lasts);
        let clock = |clock: &Option<crate::clocks::ProgramClock>, ahead_s: i64| match clock {
            Some(clock) => clock.set(ahead_s).context("the clock cannot be set"),
            None => Ok(()),
        };
        match self {
            Self::KillServer => {
                stage.server.kill();
                tokio::time::sleep(lasts / 4).await;
                stage.server.go_on()?;
            }
            Self::KillNode => {
                stage.node.kill();
                last().await;
                stage.node.go_on()?;
            }
            Self::Cut => stage.wire.cut(),
            Self::Deaf => weather(stage, Weather::Deaf, lasts).await,
            Self::Dead => weather(stage, Weather::Dead, lasts).await,
            Self::Delay => weather(stage, Weather::Delay(LATE), lasts).await,
            Self::Drop => weather(stage, Weather::Drop(SHARE), lasts).await,
            Self::Double => weather(stage, Weather::Double(SHARE), lasts).await,
            Self::Lock => {
                let lock = stage.database.lock().await?;
                last().await;
                lock.rollback().await?;
            }
            Self::FullDisk => {
                if let Some(disk) = &stage.disk {
                    let filling = disk.fill().context("the disk cannot be filled")?;
                    last().await;
                    drop(filling);
                }
            }
            Self::EndConnections => stage.database.end_connections().await?,
            Self::DatabaseAway => {
                let away = stage.database.go_away().await?;
                tokio::time::sleep(Duration::from_secs_f64(random.random_range(AWAY_S))).await;
                away.come_back().await?;
            }
            Self::Refuse(table) => {
                stage.database.refuse(table).await?;
                last().await;
                stage.database.take_again(table).await?;
            }
            Self::ServerClock(ahead_s) => {
                clock(&stage.server_clock, *ahead_s)?;
                // The program notices within a second.
                tokio::time::sleep(Duration::from_secs(1)).await;
            }
            Self::NodeClock(ahead_s) => stage.restart_simulated_node(*ahead_s).await,
            Self::RealNodeClock(ahead_s) => clock(&stage.node_clock, *ahead_s)?,
        }
        Ok(())
    }
}

/// What was on its way when a connection went deaf is gone: whoever waits for it has to ask again.
async fn weather(stage: &Stage, weather: Weather, lasts: Duration) {
    stage.wire.set(weather);
    tokio::time::sleep(lasts).await;
    stage.wire.set(Weather::Fair);
    if matches!(weather, Weather::Deaf | Weather::Dead) {
        stage.wire.cut();
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refuse(table) => write!(f, "{table} refuses"),
            Self::ServerClock(ahead_s) => write!(f, "server's clock {ahead_s:+} s"),
            Self::NodeClock(ahead_s) => write!(f, "simulated node starts anew {ahead_s:+} s"),
            Self::RealNodeClock(ahead_s) => write!(f, "real node's clock {ahead_s:+} s"),
            plain => write!(f, "{plain:?}"),
        }
    }
}
