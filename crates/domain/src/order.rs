//! The order: what a settled cart costs, priced once and then immutable; refunds stand beside it.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::calendar::zone::{StoreClock, Zone};
use crate::cart::Cart;
use crate::catalog::{Catalog, TaxRates};
use crate::dispute::Refund;
use crate::ids::{OrderId, ShopperId, ShoppingSessionId, Sku};
use crate::money::{BasisPoints, Currency, Minor};

/// The running number of an order in its store, printed as `2026-000042`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(transparent)]
pub struct OrderNumber(pub u32);

/// A placed order.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Order {
    /// Derived from the shopping session: one visit gives at most one order.
    pub id: OrderId,
    /// Counts up within the store.
    pub number: OrderNumber,
    /// The visit it came from.
    pub session: ShoppingSessionId,
    /// Who pays.
    pub shopper: ShopperId,
    /// When it was placed.
    pub placed_at: Timestamp,
    /// What the store's clocks showed then: the number and the date on its receipts follow from it. UTC for orders from before stores
    /// had zones, whose receipts say so.
    #[serde(default)]
    pub clock: StoreClock,
    /// One line a SKU, by SKU.
    pub lines: Vec<OrderLine>,
    /// The store's currency.
    pub currency: Currency,
}

/// One SKU in an order.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct OrderLine {
    /// What.
    pub sku: Sku,
    /// Its name when it was bought.
    pub name: String,
    /// Units.
    pub quantity: u32,
    /// Of one unit, tax included.
    pub unit_price: Minor,
    /// Contained in the price.
    pub tax_rate: BasisPoints,
}

impl OrderLine {
    /// Of all its units, tax included.
    pub fn total(&self) -> Minor {
        self.unit_price.times(self.quantity)
    }
}

/// The tax at one rate, computed from the sum of the lines at that rate and rounded once.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct TaxShare {
    /// The rate.
    pub rate: BasisPoints,
    /// Without the tax.
    pub net: Minor,
    /// The tax.
    pub tax: Minor,
}

impl Order {
    /// The order of `session`'s cart at today's prices; `None` if nothing in it can be billed.
    ///
    /// Products without a price never get into a cart, so none are lost here.
    pub fn place(
        session: ShoppingSessionId,
        shopper: ShopperId,
        cart: &Cart,
        terms: &Terms<'_>,
        number: OrderNumber,
        placed_at: Timestamp,
    ) -> Option<Self> {
        let lines: Vec<_> = cart
            .items()
            .filter_map(|(sku, quantity)| {
                let product = terms.catalog.get(sku)?;
                Some(OrderLine {
                    sku: sku.clone(),
                    name: product.name.clone(),
                    quantity,
                    unit_price: product.price?,
                    tax_rate: terms.tax_rates.of(product.tax_class),
                })
            })
            .collect();
        (!lines.is_empty()).then(|| Self {
            id: Self::id_for(session),
            number,
            session,
            shopper,
            placed_at,
            clock: terms.zone.clock(placed_at),
            lines,
            currency: terms.currency,
        })
    }

    /// The id that the order of `session` has.
    pub fn id_for(session: ShoppingSessionId) -> OrderId {
        OrderId::derived(session.0, "order")
    }

    /// The number as it is printed, with the year by the store's clock when it was placed: `2026-000042`.
    pub fn printed_number(&self) -> String {
        format!("{}-{:06}", self.clock.date(self.placed_at).year(), self.number.0)
    }

    /// Everything, tax included.
    pub fn total(&self) -> Minor {
        self.lines.iter().map(OrderLine::total).sum()
    }

    /// One entry for each rate of tax, lowest first.
    pub fn taxes(&self) -> Vec<TaxShare> {
        self.taxes_after(&[])
    }

    /// The taxes in what is left to pay after `refunds` of this order.
    pub fn taxes_after(&self, refunds: &[Refund]) -> Vec<TaxShare> {
        let refunded = |sku: &Sku| -> Minor {
            let lines = refunds.iter().flat_map(|refund| &refund.lines);
            lines.filter(|(one, ..)| one == sku).map(|(_, _, amount)| *amount).sum()
        };
        let left = self.lines.iter().map(|line| (line.tax_rate, line.total() - refunded(&line.sku)));
        tax_shares(left.filter(|(_, amount)| *amount != Minor(0)))
    }
}

/// Sums gross amounts by rate, then takes the tax out of each sum.
pub fn tax_shares(amounts: impl Iterator<Item = (BasisPoints, Minor)>) -> Vec<TaxShare> {
    let mut gross = std::collections::BTreeMap::<BasisPoints, Minor>::new();
    for (rate, amount) in amounts {
        let sum = gross.entry(rate).or_default();
        *sum = *sum + amount;
    }
    gross
        .into_iter()
        .map(|(rate, sum)| {
            let tax = sum.tax_included(rate);
            TaxShare { rate, net: sum - tax, tax }
        })
        .collect()
}

/// What an order is priced by.
#[derive(Clone, Copy, Debug)]
pub struct Terms<'a> {
    /// Names, prices and tax classes.
    pub catalog: &'a Catalog,
    /// Rates by tax class.
    pub tax_rates: TaxRates,
    /// The store's currency.
    pub currency: Currency,
    /// The store's time zone.
    pub zone: Zone,
}

#[cfg(test)]
mod tests;
