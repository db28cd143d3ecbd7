//! The schema's history; a migration that has landed is never changed.

use sea_orm_migration::{MigrationTrait, MigratorTrait};

mod m0001_first_schema;
mod m0002_templates_from_visits;
mod m0003_galleries;
mod m0004_doubted_visits;
mod m0005_planogram_history;
mod m0006_enrolment_by_film;
mod m0007_stock;
mod m0008_calendar;
mod m0009_pages;
mod m0010_keys_and_erasures;
mod m0011_writer;
mod m0012_prices;
mod m0013_forgotten_visits;
mod m0014_foreign_keys;
mod m0015_rooms;

/// All migrations, oldest first.
#[derive(Debug)]
pub struct Migrator;

impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(m0001_first_schema::Migration),
            Box::new(m0002_templates_from_visits::Migration),
            Box::new(m0003_galleries::Migration),
            Box::new(m0004_doubted_visits::Migration),
            Box::new(m0005_planogram_history::Migration),
            Box::new(m0006_enrolment_by_film::Migration),
            Box::new(m0007_stock::Migration),
            Box::new(m0008_calendar::Migration),
            Box::new(m0009_pages::Migration),
            Box::new(m0010_keys_and_erasures::Migration),
            Box::new(m0011_writer::Migration),
            Box::new(m0012_prices::Migration),
            Box::new(m0013_forgotten_visits::Migration),
            Box::new(m0014_foreign_keys::Migration),
            Box::new(m0015_rooms::Migration),
        ]
    }
}
