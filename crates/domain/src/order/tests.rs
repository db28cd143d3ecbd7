use uuid::Uuid;

use super::*;
use crate::calendar::zone::Zone;
use crate::catalog::{Catalog, Product, TaxClass};
use crate::ids::{ShopperId, ShoppingSessionId};
use crate::interaction::InteractionKind;

fn product(sku: &str, price: Option<i64>, tax_class: TaxClass) -> Product {
    Product {
        sku: Sku::from(sku),
        gtin: None,
        name: sku.to_uppercase(),
        price: price.map(Minor),
        tax_class,
        unit_weight_mg: None,
    }
}

fn place(cart: &[(&str, u32)]) -> Option<Order> {
    place_in("UTC", "2026-11-22T10:00:00Z", cart)
}

fn place_in(zone: &str, at: &str, cart: &[(&str, u32)]) -> Option<Order> {
    let catalog: Catalog = [
        product("cola", Some(149), TaxClass::Standard),
        product("soap", Some(179), TaxClass::Standard),
        product("bread", Some(259), TaxClass::Reduced),
        product("sample", None, TaxClass::Zero),
    ]
    .into_iter()
    .collect();
    let mut prices = PriceHistory::default();
    prices.note(&catalog, Timestamp::UNIX_EPOCH);
    let at = at.parse().unwrap();
    let terms = Terms {
        prices: &prices,
        left_at: at,
        tax_rates: TaxRates { standard: BasisPoints(1_900), reduced: BasisPoints(700) },
        currency: Currency::EUR,
        zone: Zone::parse(zone).unwrap(),
    };
    let mut held = Cart::default();
    let unit = Unit { taken_at: Timestamp::UNIX_EPOCH, price: None };
    cart.iter().for_each(|(sku, units)| held.change(InteractionKind::Pick, &Sku::from(*sku), *units, &unit));
    let session = ShoppingSessionId(Uuid::from_u128(1));
    Order::place(session, ShopperId(Uuid::nil()), &held, &terms, OrderNumber(42), at)
}

#[test]
fn an_order_sums_its_lines_and_takes_the_tax_of_each_rate_once() {
    let order = place(&[("cola", 2), ("soap", 1), ("bread", 1)]).unwrap();
    assert_eq!(order.total(), Minor(2 * 149 + 179 + 259));
    assert_eq!(order.printed_number(), "2026-000042");
    let taxes: Vec<_> = order.taxes().iter().map(|t| (t.rate.0, t.net.0, t.tax.0)).collect();
    // 477 * 1900 / 11900 = 76.16; 259 * 700 / 10700 = 16.94
    assert_eq!(taxes, [(700, 242, 17), (1_900, 401, 76)]);
}

#[test]
fn after_a_refund_the_tax_is_of_what_is_left_to_pay() {
    let order = place(&[("cola", 2), ("bread", 1)]).unwrap();
    let refund = |sku: &str, units, amount| Refund {
        dispute: crate::ids::DisputeId(Uuid::nil()),
        order: order.id,
        lines: vec![(Sku::from(sku), units, Minor(amount))],
        amount: Minor(amount),
    };
    let left = |refunds: &[Refund]| -> Vec<_> {
        order.taxes_after(refunds).iter().map(|t| (t.rate.0, t.net.0, t.tax.0)).collect()
    };
    // 149 * 1900 / 11900 = 23.79
    assert_eq!(left(&[refund("cola", 1, 149), refund("bread", 1, 259)]), [(1_900, 125, 24)]);
    assert_eq!(left(&[refund("cola", 2, 298), refund("bread", 1, 259)]), []);
}

#[test]
fn what_has_no_price_is_never_billed_and_nothing_makes_no_order() {
    assert_eq!(place(&[]), None);
    assert_eq!(place(&[("sample", 3), ("unheard-of", 1)]), None);
    assert_eq!(place(&[("sample", 3), ("cola", 1)]).unwrap().total(), Minor(149));
}

#[test]
fn one_visit_has_one_order_id() {
    assert_eq!(place(&[("cola", 1)]).unwrap().id, place(&[("bread", 2)]).unwrap().id);
}

fn sold(price: i64, rate: u32) -> Priced {
    Priced { unit_price: Minor(price), tax_rate: BasisPoints(rate), name: "COLA".to_owned() }
}

/// Places an order of colas that were taken at these prices, while the shelf's price became another one.
fn of_colas(taken: &[i64], now: Option<i64>) -> Option<Order> {
    let catalog: Catalog = [product("cola", now, TaxClass::Standard)].into_iter().collect();
    let at = |seconds| Timestamp::from_second(seconds).unwrap();
    let mut prices = PriceHistory::default();
    prices.note(&[product("cola", Some(500), TaxClass::Standard)].into_iter().collect(), at(0));
    prices.note(&catalog, at(50));
    let mut cart = Cart::default();
    for price in taken {
        let unit = Unit { taken_at: at(10), price: Some(sold(*price, 1_900)) };
        cart.change(InteractionKind::Pick, &Sku::from("cola"), 1, &unit);
    }
    let rates = TaxRates { standard: BasisPoints(1_900), reduced: BasisPoints(700) };
    let terms =
        Terms { prices: &prices, left_at: at(60), tax_rates: rates, currency: Currency::EUR, zone: Zone::default() };
    let session = ShoppingSessionId(Uuid::from_u128(1));
    Order::place(session, ShopperId(Uuid::nil()), &cart, &terms, OrderNumber(1), at(70))
}

#[test]
fn a_unit_costs_what_it_cost_when_it_was_taken_or_less() {
    let total = |taken: &[i64], now| of_colas(taken, now).map(|order| order.total().0);
    assert_eq!(total(&[149], Some(399)), Some(149), "a rise is not the shopper's");
    assert_eq!(total(&[149], Some(99)), Some(99), "a fall is");
    assert_eq!(total(&[149], None), Some(149), "a price that is removed takes nothing off the bill");
    let order = of_colas(&[149, 399, 149], Some(500)).unwrap();
    let lines: Vec<_> = order.lines.iter().map(|line| (line.quantity, line.unit_price.0)).collect();
    assert_eq!(lines, [(2, 149), (1, 399)], "each unit at its own price");
}

proptest::proptest! {
    #[test]
    fn refunds_unit_by_unit_come_to_the_order_and_never_to_more(
        prices in proptest::collection::vec(1_i64..100_000, 1..12),
        asked in proptest::collection::vec(1_u32..4, 1..20),
    ) {
        use crate::dispute::{ContestedLine, Dispute, DisputeReason};
        let order = of_colas(&prices, Some(1_000_000)).unwrap();
        let (mut disputes, mut refunds): (Vec<Dispute>, Vec<Refund>) = (Vec::new(), Vec::new());
        for (number, quantity) in asked.into_iter().enumerate() {
            let id = crate::ids::DisputeId(Uuid::from_u128(number as u128));
            let line = ContestedLine { sku: Sku::from("cola"), quantity, reason: DisputeReason::NotTaken };
            let Ok(mut dispute) = Dispute::open(id, &order, &disputes, vec![line], "", order.placed_at) else { continue };
            let refund = dispute.accept(&order, &refunds, "", crate::ids::AdminId(Uuid::nil()), order.placed_at).unwrap();
            proptest::prop_assert_eq!(refund.lines[0].1, quantity);
            disputes.push(dispute);
            refunds.push(refund);
            let back: Minor = refunds.iter().map(|refund| refund.amount).sum();
            let shares = order.taxes_after(&refunds);
            let left: Minor = shares.iter().map(|share| share.net + share.tax).sum();
            proptest::prop_assert_eq!(left + back, order.total(), "net and tax of what is left, and what went back");
            let units: u32 = order.refunded_units(&refunds).iter().sum();
            proptest::prop_assert_eq!(units, refunds.iter().map(|refund| refund.lines[0].1).sum::<u32>());
        }
    }
}

#[test]
fn the_year_in_a_number_is_the_store_s() {
    for (zone, at, number) in [
        // One minute to one on New Year's Day in Berlin, which is still last year by UTC.
        ("Europe/Berlin", "2025-12-31T23:59:00Z", "2026-000042"),
        ("Europe/Berlin", "2025-12-31T22:59:59Z", "2025-000042"),
        ("UTC", "2025-12-31T23:59:00Z", "2025-000042"),
        ("America/New_York", "2026-01-01T04:59:59Z", "2025-000042"),
        ("Asia/Kathmandu", "2025-12-31T18:15:00Z", "2026-000042"),
        ("Australia/Lord_Howe", "2025-12-31T13:00:00Z", "2026-000042"),
        ("Pacific/Kiritimati", "2025-12-31T10:00:00Z", "2026-000042"),
    ] {
        assert_eq!(place_in(zone, at, &[("cola", 1)]).unwrap().printed_number(), number, "{zone} {at}");
    }
}

#[test]
fn orders_from_before_stores_had_zones_keep_their_number() {
    let order = place_in("Europe/Berlin", "2025-12-31T23:59:00Z", &[("cola", 1)]).unwrap();
    let mut record = serde_json::to_value(&order).unwrap();
    assert_eq!(serde_json::from_value::<Order>(record.clone()).unwrap(), order);
    record.as_object_mut().unwrap().remove("clock").unwrap();
    assert_eq!(serde_json::from_value::<Order>(record).unwrap().printed_number(), "2025-000042");
}
