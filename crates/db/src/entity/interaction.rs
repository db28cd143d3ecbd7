//! Table `interactions`: a pick or put-back.

use sea_orm::entity::prelude::*;

/// A pick or put-back.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "interactions")]
pub struct Model {
    /// Its id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// Where.
    pub store_id: Uuid,
    /// Whose cart moved.
    pub session_id: Uuid,
    /// `pick` or `put_back`.
    pub kind: String,
    /// What.
    pub sku: String,
    /// Units.
    pub quantity: i32,
    /// Microseconds.
    pub occurred_at: i64,
    /// Number in the event log: the order in which carts fold.
    pub seq: i64,
    /// The domain value with its evidence.
    #[sea_orm(column_type = "JsonBinary")]
    pub payload: Json,
}

impl ActiveModelBehavior for ActiveModel {}
