//! The store's staff: whoever logs in as the owner, asks whether the store answers, and decides what nobody else does.

use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use protocol::admin::{FacingView, SettleVisit, StockCount};
use protocol::error_code::ErrorCode;
use simulator::api::{Api, ApiError, patiently};
use tokio::sync::Mutex;
use tokio_util::sync::CancellationToken;

/// A slot that nobody shops at; counting it asks for a whole turn of the writer.
pub const COUNTED: &str = "campaign-counted";
/// An answer that takes longer counts as none.
const ANSWER: Duration = Duration::from_secs(2);
/// Between two questions.
const AGAIN: Duration = Duration::from_millis(50);
/// A store that has not answered for so long will not.
const GIVE_UP: Duration = Duration::from_secs(60);
/// How often visits that nobody ended are looked for.
const LOOK: Duration = Duration::from_secs(2);

/// Somebody with the owner's password, on a wire of their own straight to the server.
pub struct Staff {
    outside: Api,
    email: String,
    password: String,
    owner: Mutex<Api>,
}

impl Staff {
    /// Logs in.
    ///
    /// # Errors
    ///
    /// Where the server refuses or stays away.
    pub async fn log_in(server: &str, email: &str, password: &str) -> Result<Self> {
        let outside = Api::new(server)?;
        let owner = patiently(|| outside.admin(email, password)).await.context("the owner cannot log in")?;
        let owner = Mutex::new(owner);
        Ok(Self { outside, email: email.to_owned(), password: password.to_owned(), owner })
    }

    /// The owner's caller. A clock that was set far ahead has ended the log-in, so it may be a new one.
    ///
    /// # Errors
    ///
    /// Where the server refuses or stays away.
    pub async fn owner(&self) -> Result<Api, ApiError> {
        let mut owner = self.owner.lock().await;
        match patiently(|| owner.floor()).await {
            Err(error) if error.code() == Some(ErrorCode::NotAuthenticated) => {
                *owner = patiently(|| self.outside.admin(&self.email, &self.password)).await?;
            }
            Err(error) => return Err(error),
            Ok(_) => {}
        }
        Ok(owner.clone())
    }

    /// Puts a product at the slot that is counted.
    ///
    /// # Errors
    ///
    /// Where the server refuses or stays away.
    pub async fn make_room(&self, facing: &FacingView) -> Result<()> {
        let owner = self.owner().await?;
        patiently(|| owner.save_facing(facing)).await.context("a slot cannot be made")?;
        Ok(())
    }

    /// How long it takes until the store has carried out a command; none where it has not within a minute.
    pub async fn until_it_answers(&self) -> Option<Duration> {
        let since = Instant::now();
        while since.elapsed() < GIVE_UP {
            let owner = self.owner.lock().await.clone();
            match tokio::time::timeout(ANSWER, owner.count_stock(COUNTED, StockCount { units: 7 })).await {
                Ok(Ok(())) => return Some(since.elapsed()),
                Ok(Err(error)) if error.code() == Some(ErrorCode::NotAuthenticated) => {
                    let log_in = self.outside.admin(&self.email, &self.password);
                    if let Ok(Ok(owner)) = tokio::time::timeout(ANSWER, log_in).await {
                        *self.owner.lock().await = owner;
                    }
                }
                Ok(Err(error)) => tracing::debug!(%error, "not yet"),
                Err(_) => tracing::debug!("no answer yet"),
            }
            tokio::time::sleep(AGAIN).await;
        }
        None
    }

    /// Bills what visits hold that the end of a day closed, as somebody at the desk would, until `stop`.
    pub async fn bill_forgotten(&self, stop: CancellationToken) {
        loop {
            tokio::select! {
                () = tokio::time::sleep(LOOK) => {}
                () = stop.cancelled() => return,
            }
            if let Err(error) = self.bill_once().await {
                tracing::debug!(%error, "forgotten visits cannot be billed now");
            }
        }
    }

    async fn bill_once(&self) -> Result<(), ApiError> {
        let owner = self.owner().await?;
        for visit in owner.floor().await?.visits.into_iter().filter(|one| one.visit.forgotten) {
            owner.settle_session(visit.visit.session_id, SettleVisit { bill: true }).await?;
        }
        Ok(())
    }
}
