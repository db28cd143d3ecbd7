//! Table `biometric_references`: one template of a face, encrypted.

use sea_orm::entity::prelude::*;

/// From which occasion a template is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text")]
pub enum Source {
    /// A photograph of the enrolment.
    #[sea_orm(string_value = "enrolment")]
    Enrolment,
    /// A visit on which the shopper was surely recognised, and had agreed to it.
    #[sea_orm(string_value = "visit")]
    Visit,
}

/// One template of a face, encrypted.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "biometric_references")]
pub struct Model {
    /// Its id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// Where.
    pub store_id: Uuid,
    /// Whose.
    pub shopper_id: Uuid,
    /// By which consent.
    pub consent_id: Uuid,
    /// Which embedder made it.
    pub model: String,
    /// XChaCha20-Poly1305: nonce, then the sealed embedding.
    pub sealed: Vec<u8>,
    /// Microseconds.
    pub created_at: i64,
    /// Microseconds.
    pub expires_at: i64,
    /// From which occasion.
    pub source: Source,
}

impl ActiveModelBehavior for ActiveModel {}
