//! Callers as arguments of handlers: who calls is found out before the handler runs.

use std::convert::Infallible;
use std::net::{IpAddr, SocketAddr};

use axum::extract::{ConnectInfo, FromRequestParts};
use axum::http::request::Parts;
use protocol::account::AdminRole;
use protocol::error_code::ErrorCode;

use crate::app::App;
use crate::caller::{AdminCaller, DeviceCaller, OwnerCaller, ShopperCaller, bearer_or_cookie};
use crate::problem::ApiError;

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
