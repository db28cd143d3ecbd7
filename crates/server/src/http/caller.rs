//! Who calls: shoppers, admins and devices, by bearer token or cookie, on HTTP and on sockets alike.

use std::convert::Infallible;
use std::fmt;
use std::net::{IpAddr, SocketAddr};

use axum::extract::{ConnectInfo, FromRequestParts};
use axum::http::header::{AUTHORIZATION, COOKIE};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue};
use db::DbError;
use db::accounts::Audience;
use domain::ids::{AdminId, DeviceId, ShopperId};
use protocol::account::AdminRole;
use protocol::device::{DeviceRole, SocketAuth};
use protocol::error_code::ErrorCode;

use super::error::ApiError;
use crate::app::App;
use crate::keys::token_hash;
use crate::views::names::to_role;

/// A shopper.
#[derive(Clone, Debug)]
pub struct ShopperCaller {
    /// Who.
    pub id: ShopperId,
}

/// Staff or an owner.
#[derive(Clone, Debug)]
pub struct AdminCaller {
    /// Who.
    pub id: AdminId,
    /// Name.
    pub name: String,
    /// E-mail address.
    pub email: String,
    /// What they may do.
    pub role: AdminRole,
}

/// An owner.
#[derive(Clone, Debug)]
pub struct OwnerCaller(pub AdminCaller);

/// A device that has joined.
#[derive(Clone, Debug)]
pub struct DeviceCaller {
    /// Which.
    pub id: DeviceId,
    /// What it is for.
    pub role: DeviceRole,
    /// What it covers.
    pub zone: String,
}

/// Why a caller was turned away.
#[derive(Debug)]
pub enum Refused {
    /// No valid token.
    NotAuthenticated,
    /// The database cannot say.
    Database(DbError),
}

impl fmt::Display for Refused {
    /// As the message of a socket's `connect_error`: a [`protocol::realtime::Refusal`].
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NotAuthenticated => "not_authenticated",
            Self::Database(_) => "try_again_later",
        })
    }
}

impl From<DbError> for Refused {
    fn from(error: DbError) -> Self {
        tracing::error!(%error, "cannot check a token");
        Self::Database(error)
    }
}

impl From<Refused> for ApiError {
    fn from(refused: Refused) -> Self {
        match refused {
            Refused::NotAuthenticated => Self::new(ErrorCode::NotAuthenticated, "Please log in."),
            Refused::Database(error) => error.into(),
        }
    }
}

impl ShopperCaller {
    /// The cookie's name.
    pub const COOKIE: &'static str = "smartmart_shopper";

    /// Whose token this is.
    pub async fn of_token(app: &App, token: Option<&str>) -> Result<Self, Refused> {
        let hash = token_hash(token.ok_or(Refused::NotAuthenticated)?);
        let id = db::accounts::login(&app.db, &hash, Audience::Shopper, app.clock.now()).await?;
        id.map(|id| Self { id: ShopperId(id) }).ok_or(Refused::NotAuthenticated)
    }
}

impl AdminCaller {
    /// The cookie's name.
    pub const COOKIE: &'static str = "smartmart_admin";

    /// Whose token this is.
    pub async fn of_token(app: &App, token: Option<&str>) -> Result<Self, Refused> {
        let hash = token_hash(token.ok_or(Refused::NotAuthenticated)?);
        let id = db::accounts::login(&app.db, &hash, Audience::Admin, app.clock.now()).await?;
        let id = AdminId(id.ok_or(Refused::NotAuthenticated)?);
        let row = db::accounts::admin(&app.db, id).await?.ok_or(Refused::NotAuthenticated)?;
        let role = if row.role == "owner" { AdminRole::Owner } else { AdminRole::Staff };
        Ok(Self { id, name: row.name, email: row.email, role })
    }
}

impl DeviceCaller {
    /// The cookie's name.
    pub const COOKIE: &'static str = "smartmart_device";

    /// Whose token this is.
    pub async fn of_token(app: &App, token: Option<&str>) -> Result<Self, Refused> {
        let hash = token_hash(token.ok_or(Refused::NotAuthenticated)?);
        let row = db::devices::by_token(&app.db, &hash).await?.ok_or(Refused::NotAuthenticated)?;
        Ok(Self { id: DeviceId(row.id), role: to_role(&row.role), zone: row.zone })
    }
}

impl FromRequestParts<App> for ShopperCaller {
    type Rejection = ApiError;
    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, ApiError> {
        let token = bearer_or_cookie(&parts.headers, Self::COOKIE);
        Ok(Self::of_token(app, token.as_deref()).await?)
    }
}

impl FromRequestParts<App> for AdminCaller {
    type Rejection = ApiError;
    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, ApiError> {
        let token = bearer_or_cookie(&parts.headers, Self::COOKIE);
        Ok(Self::of_token(app, token.as_deref()).await?)
    }
}

impl FromRequestParts<App> for OwnerCaller {
    type Rejection = ApiError;
    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, ApiError> {
        let admin = AdminCaller::from_request_parts(parts, app).await?;
        match admin.role {
            AdminRole::Owner => Ok(Self(admin)),
            AdminRole::Staff => Err(ApiError::new(ErrorCode::NotAllowed, "Only an owner of the store may do this.")),
        }
    }
}

impl FromRequestParts<App> for DeviceCaller {
    type Rejection = ApiError;
    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, ApiError> {
        let token = bearer_or_cookie(&parts.headers, Self::COOKIE);
        Ok(Self::of_token(app, token.as_deref()).await?)
    }
}

/// Where a request comes from.
#[derive(Clone, Copy, Debug)]
pub struct CallerAddress(pub IpAddr);

impl FromRequestParts<App> for CallerAddress {
    type Rejection = Infallible;
    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Infallible> {
        let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>().map(|info| info.0.ip());
        let peer = peer.unwrap_or(IpAddr::from([0, 0, 0, 0]));
        if !app.config.http.behind_proxy {
            return Ok(Self(peer));
        }
        // The proxy next to us appended the last entry; those before it are only claimed.
        let forwarded = parts.headers.get("x-forwarded-for").and_then(|value| value.to_str().ok());
        let last = forwarded.and_then(|list| list.rsplit(',').next()?.trim().parse().ok());
        Ok(Self(last.unwrap_or(peer)))
    }
}

/// The token that a request brings.
pub fn bearer_or_cookie(headers: &HeaderMap, name: &str) -> Option<String> {
    let bearer = headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok());
    match bearer {
        Some(value) => value.strip_prefix("Bearer ").map(str::to_owned),
        None => cookie(headers, name),
    }
}

/// The token that a socket's handshake brings.
pub fn token_or_cookie(auth: Option<SocketAuth>, cookie: Option<String>) -> Option<String> {
    auth.and_then(|auth| auth.token).or(cookie)
}

/// A cookie of a request.
pub fn cookie(headers: &HeaderMap, name: &str) -> Option<String> {
    headers
        .get_all(COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(key, _)| *key == name)
        .map(|(_, value)| value.to_owned())
}

/// The `Set-Cookie` that keeps a token for `seconds` (0 deletes it). Scripts cannot read it, other sites cannot use it.
pub fn set_cookie(app: &App, name: &str, token: &str, seconds: i64) -> HeaderValue {
    let secure = if app.config.secure_cookies() { "; Secure" } else { "" };
    let cookie = format!("{name}={token}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Strict{secure}");
    HeaderValue::from_str(&cookie).expect("a token is URL-safe text")
}
