//! Logging in and out, for shoppers and admins alike.

use axum_extra::extract::CookieJar;
use db::accounts::Audience;
use jiff::SignedDuration;
use protocol::account::Keep;
use protocol::error_code::ErrorCode;
use uuid::Uuid;

use super::cookies::set_cookie;
use crate::app::App;
use crate::keys::{new_token, token_hash};
use crate::problem::{ApiError, ApiResult};

/// A shopper stays logged in: the phone is in the pocket for weeks.
const SHOPPER_LOGIN: SignedDuration = SignedDuration::from_hours(24 * 90);
/// An admin logs in each working day.
const ADMIN_LOGIN: SignedDuration = SignedDuration::from_hours(16);

/// A log-in that has started.
pub struct Login {
    token: String,
    keep: Keep,
    seconds: i64,
}

impl Login {
    /// The token for the answer's body, or in a cookie.
    pub fn split(self, app: &App, cookie: &'static str) -> (Option<String>, CookieJar) {
        match self.keep {
            Keep::Token => (Some(self.token), CookieJar::new()),
            Keep::Cookie => (None, set_cookie(app, cookie, &self.token, self.seconds)),
        }
    }
}

/// Starts a log-in.
pub async fn start(app: &App, audience: Audience, account: Uuid, keep: Keep) -> ApiResult<Login> {
    let token = new_token();
    let duration = match audience {
        Audience::Shopper => SHOPPER_LOGIN,
        Audience::Admin => ADMIN_LOGIN,
    };
    let now = app.clock.now();
    let expires_at = domain::clock::shift(now, duration);
    db::accounts::insert_login(&app.db, app.store.id, token_hash(&token), audience, account, now, expires_at).await?;
    Ok(Login { token, keep, seconds: duration.as_secs() })
}

/// Ends a log-in, if there is one.
pub async fn end(app: &App, token: Option<String>) -> ApiResult<()> {
    if let Some(token) = token {
        db::accounts::delete_login(&app.db, &token_hash(&token), app.clock.now()).await?;
    }
    Ok(())
}

/// Too many attempts.
pub fn too_many() -> ApiError {
    ApiError::new(ErrorCode::TooManyAttempts, "Too many attempts. Wait a minute and try again.")
}
