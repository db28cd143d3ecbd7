//! The order: what a settled cart costs, priced once and then immutable; refunds stand beside it.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::calendar::zone::{StoreClock, Zone};
use crate::cart::{Cart, Unit};
use crate::catalog::TaxRates;
use crate::dispute::Refund;
use crate::ids::{OrderId, ShopperId, ShoppingSessionId, Sku};
use crate::money::{BasisPoints, Currency, Minor};
use crate::price::{PriceHistory, Priced};

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
    /// One line for each SKU and price, by SKU.
    pub lines: Vec<OrderLine>,
    /// The store's currency.
    pub currency: Currency,
}

/// Units of one SKU in an order, sold at one price.
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
    /// The order of `session`'s cart; `None` if nothing in it can be billed. A unit costs what it cost when it was taken, or less
    /// where the price fell before the exit.
    pub fn place(
        session: ShoppingSessionId,
        shopper: ShopperId,
        cart: &Cart,
        terms: &Terms<'_>,
        number: OrderNumber,
        placed_at: Timestamp,
    ) -> Option<Self> {
        let mut sold: BTreeMap<(&Sku, Priced), u32> = BTreeMap::new();
        for (sku, units) in cart.units() {
            for priced in units.iter().filter_map(|unit| terms.price_of(sku, unit)) {
                *sold.entry((sku, priced)).or_default() += 1;
            }
        }
        let line = |((sku, priced), quantity): ((&Sku, Priced), u32)| OrderLine {
            sku: sku.clone(),
            name: priced.name,
            quantity,
            unit_price: priced.unit_price,
            tax_rate: priced.tax_rate,
        };
        let lines: Vec<_> = sold.into_iter().map(line).collect();
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

    /// Units of each line that went back: of a product on several lines the dearest first, as [`Dispute::refund`] gives them.
    ///
    /// [`Dispute::refund`]: crate::dispute::Dispute::refund
    pub fn refunded_units(&self, refunds: &[Refund]) -> Vec<u32> {
        let mut left: BTreeMap<&Sku, u32> = BTreeMap::new();
        for (sku, units, _) in refunds.iter().flat_map(|refund| &refund.lines) {
            *left.entry(sku).or_default() += units;
        }
        let mut dearest_first: Vec<_> = (0..self.lines.len()).collect();
        dearest_first.sort_by_key(|place| std::cmp::Reverse(self.lines[*place].unit_price));
        let mut refunded = vec![0; self.lines.len()];
        for place in dearest_first {
            let line = &self.lines[place];
            if let Some(left) = left.get_mut(&line.sku) {
                refunded[place] = line.quantity.min(*left);
                *left -= refunded[place];
            }
        }
        refunded
    }

    /// The taxes in what is left to pay after `refunds` of this order.
    pub fn taxes_after(&self, refunds: &[Refund]) -> Vec<TaxShare> {
        let left = self
            .lines
            .iter()
            .zip(self.refunded_units(refunds))
            .map(|(line, refunded)| (line.tax_rate, line.unit_price.times(line.quantity.saturating_sub(refunded))));
        tax_shares(left.filter(|(_, amount)| *amount != Minor(0)))
    }
}

/// Sums gross amounts by rate, then takes the tax out of each sum.
pub fn tax_shares(amounts: impl Iterator<Item = (BasisPoints, Minor)>) -> Vec<TaxShare> {
    let mut gross = BTreeMap::<BasisPoints, Minor>::new();
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
    /// How every product was sold.
    pub prices: &'a PriceHistory,
    /// When the shopper left: a price that falls later is not theirs.
    pub left_at: Timestamp,
    /// Rates by tax class, for units that were taken before prices were kept with picks.
    pub tax_rates: TaxRates,
    /// The store's currency.
    pub currency: Currency,
    /// The store's time zone.
    pub zone: Zone,
}

impl Terms<'_> {
    /// What a unit is sold as; none where it never had a price.
    pub fn price_of(&self, sku: &Sku, unit: &Unit) -> Option<Priced> {
        let taken = match &unit.price {
            Some(priced) => priced.clone(),
            None => self.prices.at(sku, unit.taken_at)?.priced(self.tax_rates)?,
        };
        let lowest = self.prices.lowest(sku, unit.taken_at, self.left_at);
        Some(Priced { unit_price: lowest.map_or(taken.unit_price, |lowest| lowest.min(taken.unit_price)), ..taken })
    }
}

#[cfg(test)]
mod tests;
