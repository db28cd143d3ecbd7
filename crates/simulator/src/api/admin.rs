//! What the simulated owner asks for: logging in, products, planogram, devices, reviews, mails.

use protocol::account::{AdminLoggedIn, Keep, LogIn};
use protocol::admin::{
    FacingView, FloorView, MailSummary, ProductView, ReviewView, SessionDetail, SettleVisit, StockCount,
};
use protocol::device::{DeviceInvitation, DeviceView, NewDevice};
use protocol::order::{DisputeDecision, DisputeView};
use protocol::room::RoomView;
use protocol::set_aside::SetAsideView;
use reqwest::Method;
use uuid::Uuid;

use super::{Api, ApiError, IDEMPOTENCY_KEY};

impl Api {
    /// Logs in as an admin.
    ///
    /// # Errors
    ///
    /// Where address and password do not belong together, or the server is away.
    pub async fn admin(&self, email: &str, password: &str) -> Result<Self, ApiError> {
        let body = LogIn { email: email.to_owned(), password: password.to_owned(), keep: Keep::Token };
        let answer: AdminLoggedIn = self.send(Method::POST, "/api/v1/admin/login", &body).await?;
        Ok(self.with_token(answer.token.as_deref().unwrap_or_default()))
    }

    /// All devices.
    pub async fn devices(&self) -> Result<Vec<DeviceView>, ApiError> {
        self.all("/api/v1/admin/devices", "").await
    }

    /// Invites a device.
    pub async fn invite_device(&self, new: &NewDevice) -> Result<DeviceInvitation, ApiError> {
        self.send(Method::POST, "/api/v1/admin/devices", new).await
    }

    /// Makes a device's token invalid.
    pub async fn revoke_device(&self, id: Uuid) -> Result<(), ApiError> {
        self.order(Method::POST, &format!("/api/v1/admin/devices/{id}/revoke")).await
    }

    /// What the store sells.
    pub async fn products(&self) -> Result<Vec<ProductView>, ApiError> {
        self.all("/api/v1/admin/products", "").await
    }

    /// Makes a product, or changes one that was read before.
    pub async fn save_product(&self, product: &ProductView) -> Result<ProductView, ApiError> {
        if product.version.is_none() {
            return self.send(Method::POST, "/api/v1/admin/products", product).await;
        }
        self.send(Method::PUT, &format!("/api/v1/admin/products/{}", product.sku), product).await
    }

    /// What stands where.
    pub async fn planogram(&self) -> Result<Vec<FacingView>, ApiError> {
        self.all("/api/v1/admin/planogram", "").await
    }

    /// The plan of the room.
    pub async fn room(&self) -> Result<RoomView, ApiError> {
        self.get("/api/v1/admin/room").await
    }

    /// Puts a product at a slot.
    pub async fn save_facing(&self, facing: &FacingView) -> Result<FacingView, ApiError> {
        self.send(Method::PUT, &format!("/api/v1/admin/planogram/{}", facing.slot), facing).await
    }

    /// Notes how many units stand at a slot.
    pub async fn count_stock(&self, slot: &str, count: StockCount) -> Result<(), ApiError> {
        let path = format!("/api/v1/admin/stock/{slot}");
        super::done(&path, self.request(Method::PUT, &path).json(&count).send().await?).await
    }

    /// The store as it is now.
    pub async fn floor(&self) -> Result<FloorView, ApiError> {
        self.get("/api/v1/admin/floor").await
    }

    /// A visit with what was attributed to it.
    pub async fn session(&self, id: Uuid) -> Result<SessionDetail, ApiError> {
        self.get(&format!("/api/v1/admin/sessions/{id}")).await
    }

    /// Decides what a visit is billed for that nobody had ended.
    pub async fn settle_session(&self, id: Uuid, decision: SettleVisit) -> Result<(), ApiError> {
        let path = format!("/api/v1/admin/sessions/{id}/settle");
        super::done(&path, self.request(Method::POST, &path).json(&decision).send().await?).await
    }

    /// Decides a dispute; `id` is the same when the same is asked again.
    pub async fn decide_dispute(
        &self,
        dispute: Uuid,
        accepts: bool,
        decision: &DisputeDecision,
        id: Uuid,
    ) -> Result<DisputeView, ApiError> {
        let path = format!("/api/v1/admin/disputes/{dispute}/{}", if accepts { "accept" } else { "reject" });
        let request = self.request(Method::POST, &path).header(IDEMPOTENCY_KEY, id.to_string());
        super::read(&path, request.json(decision).send().await?).await
    }

    /// What could not be stored, newest first.
    pub async fn set_aside(&self) -> Result<Vec<SetAsideView>, ApiError> {
        self.all("/api/v1/admin/set-aside", "").await
    }

    /// Notes that somebody has seen to what was set aside.
    pub async fn seen(&self, id: Uuid) -> Result<(), ApiError> {
        self.order(Method::POST, &format!("/api/v1/admin/set-aside/{id}/seen")).await
    }

    /// Cases that staff have not decided, newest first.
    pub async fn open_reviews(&self) -> Result<Vec<ReviewView>, ApiError> {
        self.all("/api/v1/admin/reviews", "&state=open").await
    }

    /// Cases that staff have decided, newest first.
    pub async fn decided_reviews(&self) -> Result<Vec<ReviewView>, ApiError> {
        self.all("/api/v1/admin/reviews", "&state=decided").await
    }

    /// Mails in the local mailbox, newest first, back to those that are known.
    pub async fn mails(&self, is_known: impl Fn(Uuid) -> bool) -> Result<Vec<MailSummary>, ApiError> {
        let all_known = |mails: &[MailSummary]| mails.iter().all(|mail| is_known(mail.id));
        self.until("/api/v1/admin/mailbox", "", all_known).await
    }
}
