//! Table `gallery_faces`: one face in a gallery of a program that speaks the Kairos API, encrypted.

use sea_orm::entity::prelude::*;

/// One face in a gallery, encrypted.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "gallery_faces")]
pub struct Model {
    /// Its id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// Where.
    pub store_id: Uuid,
    /// Whose gallery.
    pub device_id: Uuid,
    /// The gallery's name.
    pub gallery: String,
    /// The program's own name for the person.
    pub subject: String,
    /// Which embedder made it.
    pub model: String,
    /// XChaCha20-Poly1305: nonce, then the sealed embedding; bound to the device.
    pub sealed: Vec<u8>,
    /// Microseconds.
    pub created_at: i64,
    /// Microseconds; then it is deleted.
    pub expires_at: i64,
}

impl ActiveModelBehavior for ActiveModel {}
