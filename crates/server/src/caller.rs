//! Who calls: shoppers, admins and devices, by bearer token or cookie, on HTTP and on sockets alike.

use std::fmt;

use axum::http::HeaderMap;
use axum::http::header::{AUTHORIZATION, COOKIE};
use axum_extra::extract::cookie::Cookie;
use db::DbError;
use db::accounts::Audience;
use domain::ids::{AdminId, DeviceId, ShopperId};
use jiff::Timestamp;
use protocol::account::AdminRole;
use protocol::device::{DeviceRole, SocketAuth};
use protocol::error_code::ErrorCode;

use crate::app::App;
use crate::keys::token_hash;
use crate::problem::ApiError;
use crate::views::names::to_role;

/// A shopper.
#[derive(Clone, Debug)]
pub struct ShopperCaller {
    /// Who.
    pub id: ShopperId,
    /// When the log-in began that the token is of.
    pub since: Timestamp,
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
        let login = db::accounts::shopper_login(&app.db, &hash, app.clock.now()).await?;
        login.map(|(id, since)| Self { id, since }).ok_or(Refused::NotAuthenticated)
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

/// A cookie of a request; the first of that name, which is the one of the nearest path.
pub fn cookie(headers: &HeaderMap, name: &str) -> Option<String> {
    let texts = headers.get_all(COOKIE).iter().filter_map(|value| value.to_str().ok());
    let mut cookies = texts.flat_map(Cookie::split_parse).filter_map(Result::ok);
    cookies.find(|cookie| cookie.name() == name).map(|cookie| cookie.value().to_owned())
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    #[test]
    fn a_cookie_is_read_whatever_stands_beside_it() {
        let read = |texts: &[&str]| {
            let mut headers = HeaderMap::new();
            for text in texts {
                headers.append(COOKIE, HeaderValue::from_str(text).unwrap());
            }
            cookie(&headers, ShopperCaller::COOKIE)
        };
        let cases: &[(&[&str], Option<&str>)] = &[
            (&["smartmart_shopper=abc"], Some("abc")),
            (&["a=b; smartmart_shopper=abc; c=d"], Some("abc")),
            (&["a=b", "c; =; ;smartmart_shopper=abc"], Some("abc")),
            (&["smartmart_shopper=abc; smartmart_shopper=def"], Some("abc")),
            (&["smartmart_shopper=a=b"], Some("a=b")),
            (&["smartmart_shopper="], Some("")),
            (&["smartmart_admin=abc", "xsmartmart_shopper=abc", "smartmart_shopper"], None),
            (&[], None),
        ];
        for (texts, expected) in cases {
            assert_eq!(read(texts).as_deref(), *expected, "{texts:?}");
        }
    }
}
