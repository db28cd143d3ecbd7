use uuid::Uuid;

use super::*;
use crate::ids::{ShopperId, ShoppingSessionId};
use crate::money::{BasisPoints, Currency};
use crate::order::{OrderLine, OrderNumber};

fn now() -> Timestamp {
    Timestamp::UNIX_EPOCH
}

fn staff() -> AdminId {
    AdminId(Uuid::from_u128(9))
}

fn order() -> Order {
    let line = |sku: &str, quantity, price| OrderLine {
        sku: Sku::from(sku),
        name: sku.to_owned(),
        quantity,
        unit_price: Minor(price),
        tax_rate: BasisPoints(0),
    };
    Order {
        id: OrderId(Uuid::from_u128(1)),
        number: OrderNumber(1),
        session: ShoppingSessionId(Uuid::nil()),
        shopper: ShopperId(Uuid::nil()),
        placed_at: now(),
        clock: crate::calendar::zone::StoreClock::default(),
        lines: vec![line("cola", 2, 149), line("bread", 1, 259)],
        currency: Currency::EUR,
    }
}

fn open(earlier: &[Dispute], lines: &[(&str, u32)]) -> Result<Dispute, DisputeError> {
    let lines = lines
        .iter()
        .map(|(sku, quantity)| ContestedLine {
            sku: Sku::from(*sku),
            quantity: *quantity,
            reason: DisputeReason::NotTaken,
        })
        .collect();
    let id = DisputeId(Uuid::from_u128(100 + earlier.len() as u128));
    Dispute::open(id, &order(), earlier, lines, " I put it back ", now())
}

#[test]
fn only_what_was_bought_can_be_contested() {
    let sku = |text: &str| Sku::from(text);
    let cases: [(&[(&str, u32)], DisputeError); 5] = [
        (&[], DisputeError::NoLines),
        (&[("soap", 1)], DisputeError::NotInOrder(sku("soap"))),
        (&[("cola", 0)], DisputeError::BadLine(sku("cola"))),
        (&[("cola", 1), ("cola", 1)], DisputeError::BadLine(sku("cola"))),
        (&[("cola", 3)], DisputeError::TooManyUnits { sku: sku("cola"), left: 2 }),
    ];
    for (lines, error) in cases {
        assert_eq!(open(&[], lines), Err(error), "{lines:?}");
    }
    let long = "x".repeat(MAX_WORDS + 1);
    let lines = vec![ContestedLine { sku: sku("cola"), quantity: 1, reason: DisputeReason::Other }];
    let id = DisputeId(Uuid::nil());
    assert_eq!(Dispute::open(id, &order(), &[], lines, &long, now()), Err(DisputeError::TooLong));
    assert_eq!(open(&[], &[("cola", 2)]).unwrap().message, "I put it back");
}

#[test]
fn no_unit_is_refunded_twice_but_a_rejected_one_can_be_contested_again() {
    let mut first = open(&[], &[("cola", 2)]).unwrap();
    let too_many = DisputeError::TooManyUnits { sku: Sku::from("cola"), left: 0 };
    assert_eq!(open(std::slice::from_ref(&first), &[("cola", 1)]), Err(too_many.clone()));
    let refund = first.accept(&order(), &[], "", staff(), now()).unwrap();
    assert_eq!(refund.amount, Minor(298));
    assert_eq!(open(std::slice::from_ref(&first), &[("cola", 1)]), Err(too_many));

    let mut second = open(&[], &[("bread", 1)]).unwrap();
    second.reject("we saw you take it", staff(), now()).unwrap();
    assert!(open(std::slice::from_ref(&second), &[("bread", 1)]).is_ok());
}

#[test]
fn a_verdict_can_be_repeated_but_not_turned_round() {
    let mut dispute = open(&[], &[("cola", 1)]).unwrap();
    assert_eq!(dispute.reject("  ", staff(), now()), Err(DisputeError::NoAnswer));
    let first = dispute.accept(&order(), &[], "sorry", staff(), now()).unwrap();
    assert_eq!(dispute.accept(&order(), &[], "again", staff(), now()).unwrap(), first);
    assert_eq!(dispute.verdict.as_ref().unwrap().answer, "sorry");
    assert_eq!(dispute.reject("no", staff(), now()), Err(DisputeError::Decided));
}
