//! What a shopper's phone asks for: account, face, code, visit and orders.

use bytes::Bytes;
use protocol::account::{ConsentText, FaceEnrolment, Keep, LogIn, ShopperLoggedIn, ShopperProfile, SignUp};
use protocol::error_code::ErrorCode;
use protocol::order::{DisputeView, NewDispute, OrderSummary, OrderView};
use protocol::shopper::{CurrentVisit, EntryCode};
use reqwest::Method;
use reqwest::multipart::{Form, Part};
use uuid::Uuid;

use super::{Api, ApiError, IDEMPOTENCY_KEY, read};

impl Api {
    /// Makes an account, or logs in where it exists: both end in the same account, so it is safe to repeat.
    ///
    /// # Errors
    ///
    /// [`ErrorCode::WrongCredentials`] where the address belongs to an account with another password.
    pub async fn sign_up_or_log_in(
        &self,
        name: &str,
        email: &str,
        password: &str,
    ) -> Result<(Self, ShopperProfile), ApiError> {
        let (email, password, keep) = (email.to_owned(), password.to_owned(), Keep::Token);
        let sign_up = SignUp { name: name.to_owned(), email: email.clone(), password: password.clone(), keep };
        let answer = match self.send(Method::POST, "/api/v1/shopper/sign-up", &sign_up).await {
            Err(taken) if taken.code() == Some(ErrorCode::Conflict) => {
                let log_in = LogIn { email, password, keep };
                self.send(Method::POST, "/api/v1/shopper/login", &log_in).await
            }
            other => other,
        };
        let ShopperLoggedIn { shopper, token } = answer?;
        Ok((self.with_token(token.as_deref().unwrap_or_default()), shopper))
    }

    /// Enrols the face on these photographs, agreeing to the consent text in force.
    ///
    /// # Errors
    ///
    /// [`ErrorCode::PhotosRejected`] says what is wrong with which photograph.
    pub async fn enrol_face(&self, photographs: &[Bytes]) -> Result<FaceEnrolment, ApiError> {
        let consent: ConsentText = self.get("/api/v1/consent").await?;
        let mut form = Form::new().text("consent_version", consent.version);
        for (number, photo) in photographs.iter().enumerate() {
            let part = Part::stream(photo.clone()).file_name(format!("{number}.jpg"));
            form = form.part("photo", part);
        }
        let path = "/api/v1/me/face";
        read(path, self.request(Method::PUT, path).multipart(form).send().await?).await
    }

    /// The QR code's content.
    pub async fn entry_code(&self) -> Result<EntryCode, ApiError> {
        self.get("/api/v1/me/code").await
    }

    /// Ends this log-in.
    pub async fn log_out(&self) -> Result<(), ApiError> {
        self.order(Method::POST, "/api/v1/shopper/logout").await
    }

    /// The visit under way.
    pub async fn visit(&self) -> Result<CurrentVisit, ApiError> {
        self.get("/api/v1/me/visit").await
    }

    /// The caller's orders, newest first.
    pub async fn orders(&self) -> Result<Vec<OrderSummary>, ApiError> {
        self.all("/api/v1/me/orders", "").await
    }

    /// Contests lines of an order; `id` is the same when the same is asked again.
    pub async fn open_dispute(&self, order: Uuid, new: &NewDispute, id: Uuid) -> Result<DisputeView, ApiError> {
        let path = format!("/api/v1/me/orders/{order}/disputes");
        let request = self.request(Method::POST, &path).header(IDEMPOTENCY_KEY, id.to_string());
        read(&path, request.json(new).send().await?).await
    }

    /// One of the caller's orders with its lines.
    pub async fn order_of(&self, id: Uuid) -> Result<OrderView, ApiError> {
        self.get(&format!("/api/v1/me/orders/{id}")).await
    }
}
