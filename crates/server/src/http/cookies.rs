//! The cookies that browsers keep their tokens in.

use std::time::Duration;

use axum_extra::extract::CookieJar;
use axum_extra::extract::cookie::{Cookie, SameSite};

use crate::app::App;
use crate::config::Config;

/// Sets the cookie that keeps a token for `seconds` (0 deletes it).
pub fn set_cookie(app: &App, name: &'static str, token: &str, seconds: i64) -> CookieJar {
    CookieJar::new().add(token_cookie(&app.config, name, token, seconds))
}

/// Scripts cannot read it, other sites cannot use it.
fn token_cookie(config: &Config, name: &'static str, token: &str, seconds: i64) -> Cookie<'static> {
    let life = Duration::from_secs(u64::try_from(seconds).unwrap_or(0));
    Cookie::build((name, token.to_owned()))
        .path("/")
        .max_age(life.try_into().expect("log-ins last months"))
        .http_only(true)
        .same_site(SameSite::Strict)
        .secure(config.secure_cookies())
        .build()
}

#[cfg(test)]
mod tests {
    use axum::http::header::SET_COOKIE;
    use axum::response::IntoResponse;

    use super::*;
    use crate::caller::AdminCaller;

    #[test]
    fn a_token_s_cookie_is_for_our_pages_alone() {
        let set = |url: &str, token: &str, seconds: i64| {
            let mut config = Config::default();
            url.clone_into(&mut config.http.public_url);
            let jar = CookieJar::new().add(token_cookie(&config, AdminCaller::COOKIE, token, seconds));
            let response = jar.into_response();
            let text = response.headers()[SET_COOKIE].to_str().unwrap();
            let mut parts: Vec<_> = text.split("; ").map(str::to_owned).collect();
            parts[1..].sort();
            parts
        };
        let plain = set("http://localhost:8080", "0af9", 60);
        assert_eq!(plain, ["smartmart_admin=0af9", "HttpOnly", "Max-Age=60", "Path=/", "SameSite=Strict"]);
        let secure = set("https://shop.example.org", "", 0);
        assert_eq!(secure, ["smartmart_admin=", "HttpOnly", "Max-Age=0", "Path=/", "SameSite=Strict", "Secure"]);
    }
}
