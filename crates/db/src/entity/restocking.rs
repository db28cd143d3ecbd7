//! Table `restockings`: zones that staff are refilling.

use sea_orm::entity::prelude::*;

/// A zone that staff are refilling.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "restockings")]
pub struct Model {
    /// Where.
    #[sea_orm(primary_key, auto_increment = false)]
    pub store_id: Uuid,
    /// Which zone.
    #[sea_orm(primary_key, auto_increment = false)]
    pub zone: String,
    /// Microseconds.
    pub since: i64,
    /// Microseconds: when it ends by itself.
    pub until: i64,
    /// Which admin.
    pub admin_id: Uuid,
}

impl ActiveModelBehavior for ActiveModel {}
