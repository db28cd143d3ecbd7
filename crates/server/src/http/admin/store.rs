//! The store's settings: read by staff, changed by its owner.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::State;
use axum::extract::rejection::JsonRejection;
use db::stores::{Store, StoreSettings};
use domain::calendar::StoreCalendar;
use domain::calendar::country::Country;
use domain::calendar::hours::{OpenSpan, OpeningHours, WEEKDAYS, time_of_day, written};
use domain::calendar::taxes::TaxSchedule;
use domain::calendar::zone::Zone;
use domain::catalog::TaxRates;
use domain::money::BasisPoints;
use jiff::civil::Date;
use protocol::error_code::ErrorCode;
use protocol::store::{DatedTaxRates, OpenSpanView, OpeningHoursView, SaveStoreSettings, StoreSettingsView};
use shop::command::{Ask, Caller, Command, Done, Refusal};
use shop::desk::NotDone;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::app::App;
use crate::caller::{AdminCaller, OwnerCaller};
use crate::http::command_id::CommandId;
use crate::problem::{ApiError, ApiResult, sentence};

/// Characters of a store's name.
const LONGEST_NAME: usize = 120;

/// The routes.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(settings, save_settings))
}

/// The store's settings.
#[utoipa::path(get, path = "/store", tag = "admin", responses((status = OK, body = StoreSettingsView)))]
async fn settings(State(app): State<App>, _: AdminCaller) -> Json<StoreSettingsView> {
    Json(view(&app, &app.store.now()))
}

/// Changes the store's settings. Receipts, days and taxes go by them from then on; what was billed before stays as it is.
#[utoipa::path(put, path = "/store", tag = "admin", request_body = SaveStoreSettings,
    responses((status = OK, body = StoreSettingsView), (status = CONFLICT), (status = UNPROCESSABLE_ENTITY)))]
async fn save_settings(
    State(app): State<App>,
    OwnerCaller(owner): OwnerCaller,
    CommandId(id): CommandId,
    body: Result<Json<SaveStoreSettings>, JsonRejection>,
) -> ApiResult<Json<StoreSettingsView>> {
    let Json(body) = body?;
    let (settings, version) = (checked(&body)?, body.version);
    let ask = Ask::SaveSettings { settings, version };
    let (settings, version) = match app.desk.carry_out(Command { id, by: Caller::Admin(owner.id), ask }).await {
        Ok(Done::Settings { settings, version }) => (settings, version),
        Ok(_) => return Err(anyhow::anyhow!("a command about settings was answered by something else").into()),
        Err(NotDone::Refused(Refusal::StaleSettings)) => return Err(stale(&app, version).await?),
        Err(not_done) => return Err(not_done.into()),
    };
    tracing::info!(version, by = %owner.id, zone = %settings.calendar.zone, "the store's settings were changed");
    Ok(Json(view(&app, &Store { settings, version, ..Store::clone(&app.store.now()) })))
}

fn checked(body: &SaveStoreSettings) -> ApiResult<StoreSettings> {
    let name = store_name(&body.name)?;
    let zone = Zone::parse(&body.time_zone).map_err(|why| invalid(&why))?;
    let country = body.country.as_deref().filter(|code| !code.is_empty());
    let country = country.map(Country::parse).transpose().map_err(|why| invalid(&why))?;
    let (hours, taxes) = (hours(&body.hours)?, taxes(&body.tax_rates)?);
    Ok(StoreSettings { name, calendar: StoreCalendar { zone, country, hours, taxes } })
}

fn invalid(why: &dyn std::fmt::Display) -> ApiError {
    ApiError::invalid(sentence(why))
}

fn store_name(text: &str) -> ApiResult<String> {
    let name = text.trim();
    // Control characters, and marks that turn the direction of what stands after them on a receipt.
    domain::text::line(name).map_err(|why| ApiError::invalid(format!("The store's name cannot be taken: {why}.")))?;
    if !(1..=LONGEST_NAME).contains(&name.chars().count()) {
        return Err(ApiError::invalid(format!("The store's name must have 1 to {LONGEST_NAME} characters.")));
    }
    Ok(name.to_owned())
}

fn hours(view: &OpeningHoursView) -> ApiResult<OpeningHours> {
    let days: &[_; 7] = view.days.as_slice().try_into().map_err(|_| {
        ApiError::invalid(format!("Opening hours are of seven days, Monday first, not of {}.", view.days.len()))
    })?;
    let mut read: [Vec<OpenSpan>; 7] = Default::default();
    for (place, spans) in days.iter().enumerate() {
        for span in spans {
            let time =
                |text: &str| time_of_day(text).map_err(|why| ApiError::invalid(format!("{}: {why}.", WEEKDAYS[place])));
            read[place].push(OpenSpan { from: time(&span.from)?, to: time(&span.to)? });
        }
    }
    let day_ends =
        time_of_day(&view.day_ends).map_err(|why| ApiError::invalid(format!("The end of the business day: {why}.")))?;
    OpeningHours::new(read, day_ends).map_err(|why| ApiError::invalid(format!("{why}.")))
}

fn taxes(dated: &[DatedTaxRates]) -> ApiResult<TaxSchedule> {
    let rates =
        |one: &DatedTaxRates| TaxRates { standard: BasisPoints(one.standard_bp), reduced: BasisPoints(one.reduced_bp) };
    let mut first = None;
    let mut changes = BTreeMap::new();
    for one in dated {
        match &one.valid_from {
            None if first.replace(rates(one)).is_some() => {
                return Err(ApiError::invalid("Only one of the tax rates can hold from the beginning."));
            }
            None => {}
            Some(text) => {
                let day: Date = text.parse().map_err(|_| {
                    let shown: String = text.chars().take(20).collect();
                    ApiError::invalid(format!("{shown:?} is no date; write it as 2027-01-01."))
                })?;
                if changes.insert(day, rates(one)).is_some() {
                    return Err(ApiError::invalid(format!("Two tax rates begin on {day}.")));
                }
            }
        }
    }
    let first = first.ok_or_else(|| ApiError::invalid("The tax rates that hold from the beginning are missing."))?;
    Ok(TaxSchedule { first, changes })
}

/// The answer to a change that began from another version than the present one: what changed since, and by whom.
async fn stale(app: &App, version: u32) -> ApiResult<ApiError> {
    let now = app.store.now();
    let changes = db::stores::changes_since(&app.db, app.store.id, version).await?;
    let Some((before, last)) = changes.first().zip(changes.last()) else {
        return Ok(ApiError::new(
            ErrorCode::Conflict,
            "These are not the settings of this store. Nothing was saved; load the page again.",
        ));
    };
    let who = db::accounts::admin(&app.db, last.by).await?.map_or_else(|| "Somebody".to_owned(), |row| row.name);
    let at = now.settings.calendar.zone.clock(last.at).in_words(last.at);
    let what = differences(&before.before, &now.settings);
    let what = if what.is_empty() { "nothing that is left".to_owned() } else { what.join(", ") };
    let detail = format!(
        "The settings were changed meanwhile ({what}; {who}, {at}). Nothing of yours was saved: load the page again."
    );
    Ok(ApiError::new(ErrorCode::Conflict, detail))
}

/// What differs, each with its value now.
fn differences(before: &StoreSettings, now: &StoreSettings) -> Vec<String> {
    let (was, is) = (&before.calendar, &now.calendar);
    let country = is.country.map_or("none", Country::code);
    [
        (before.name != now.name, format!("name: {}", now.name)),
        (was.zone != is.zone, format!("time zone: {}", is.zone)),
        (was.country != is.country, format!("country: {country}")),
        (was.hours != is.hours, "opening hours".to_owned()),
        (was.taxes != is.taxes, "tax rates".to_owned()),
    ]
    .into_iter()
    .filter_map(|(differs, what)| differs.then_some(what))
    .collect()
}

fn view(app: &App, store: &Store) -> StoreSettingsView {
    let calendar = &store.settings.calendar;
    let dated = |valid_from: Option<String>, rates: &TaxRates| DatedTaxRates {
        valid_from,
        standard_bp: rates.standard.0,
        reduced_bp: rates.reduced.0,
    };
    let span = |span: &OpenSpan| {
        let to = if span.to == jiff::civil::Time::midnight() { "24:00".to_owned() } else { written(span.to) };
        OpenSpanView { from: written(span.from), to }
    };
    let changes = calendar.taxes.changes.iter().map(|(day, rates)| dated(Some(day.to_string()), rates));
    StoreSettingsView {
        version: store.version,
        name: store.settings.name.clone(),
        currency: store.currency.to_string(),
        time_zone: calendar.zone.name().to_owned(),
        country: calendar.country.map(|country| country.code().to_owned()),
        hours: OpeningHoursView {
            days: calendar.hours.days().iter().map(|spans| spans.iter().map(span).collect()).collect(),
            day_ends: written(calendar.hours.day_ends()),
        },
        tax_rates: [dated(None, &calendar.taxes.first)].into_iter().chain(changes).collect(),
        today: calendar.zone.date(app.clock.now()).to_string(),
    }
}
