//! International standards for the pages, from the same tables that the server goes by.

use domain::calendar::country::Country;
use domain::calendar::zone::Zone;
use domain::money::Currency;

/// The content of `web/src/lib/generated/standards.ts`.
pub fn module() -> String {
    let exponents: Vec<_> = Currency::all().map(|one| format!("  {one}: {},", one.exponent())).collect();
    format!(
        "// Generated from crates/domain by `cargo xtask codegen`. Do not edit.\n\n\
         /** ISO 4217: decimal digits of the minor unit of every currency that a store can sell in. */\n\
         export const CURRENCY_EXPONENTS: Readonly<Record<string, number>> = {{\n{}\n}};\n\n\
         /** ISO 3166-1: every country's two letters. */\n\
         export const COUNTRIES: readonly string[] = [\n{}\n];\n\n\
         /** The IANA time zones, by name. */\n\
         export const TIME_ZONES: readonly string[] = [\n{}\n];\n",
        exponents.join("\n"),
        lines(Country::all().map(Country::code)),
        lines(Zone::all().map(Zone::name)),
    )
}

fn lines(words: impl Iterator<Item = &'static str>) -> String {
    words.map(|word| format!("  \"{word}\",")).collect::<Vec<_>>().join("\n")
}
