//! Table `reviews`: a case for staff.

use sea_orm::entity::prelude::*;

/// A case for staff.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "reviews")]
pub struct Model {
    /// Its id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// Where.
    pub store_id: Uuid,
    /// Not decided yet.
    pub open: bool,
    /// Microseconds.
    pub opened_at: i64,
    /// The domain value.
    #[sea_orm(column_type = "JsonBinary")]
    pub payload: Json,
    /// Whose it is; none: nobody's.
    pub decided_session_id: Option<Uuid>,
    /// Which admin.
    pub decided_by: Option<Uuid>,
    /// Microseconds.
    pub decided_at: Option<i64>,
}

impl ActiveModelBehavior for ActiveModel {}
