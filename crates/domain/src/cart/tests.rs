use jiff::Timestamp;
use proptest::prelude::*;
use uuid::Uuid;

use super::*;
use crate::ids::{InteractionId, ShelfEventId, ShoppingSessionId, SlotId};
use crate::interaction::{Basis, Evidence};
use crate::shelf::{SensorKind, ShelfEvent};

fn interaction(kind: InteractionKind, sku: &str, quantity: u32) -> Interaction {
    let delta = i32::try_from(quantity).unwrap();
    let shelf_event = ShelfEvent {
        id: ShelfEventId(Uuid::nil()),
        slot: SlotId::from("s"),
        occurred_at: Timestamp::UNIX_EPOCH,
        delta_units: if kind == InteractionKind::Pick { -delta } else { delta },
        units_after: None,
        sensor: SensorKind::Beam,
        trace: Vec::new(),
        weighed: None,
        between: None,
    };
    Interaction {
        id: InteractionId(Uuid::nil()),
        session: ShoppingSessionId(Uuid::nil()),
        kind,
        sku: Sku::from(sku),
        quantity,
        occurred_at: Timestamp::UNIX_EPOCH,
        price: None,
        confidence: 1.0,
        evidence: Evidence {
            shelf_event,
            contents: Vec::new(),
            candidates: Vec::new(),
            sightings: Vec::new(),
            basis: Basis::None,
        },
    }
}

fn any_interaction() -> impl Strategy<Value = Interaction> {
    let kind = prop_oneof![Just(InteractionKind::Pick), Just(InteractionKind::PutBack)];
    (kind, prop_oneof![Just("a"), Just("b")], 1..5_u32)
        .prop_map(|(kind, sku, quantity)| interaction(kind, sku, quantity))
}

proptest! {
    #[test]
    fn a_cart_never_holds_zero_or_more_than_was_picked(all in proptest::collection::vec(any_interaction(), 0..40)) {
        let cart: Cart = all.iter().collect();
        for (sku, units) in cart.items() {
            let picked: u32 = all
                .iter()
                .filter(|one| one.kind == InteractionKind::Pick && one.sku == *sku)
                .map(|one| one.quantity)
                .sum();
            prop_assert!(units > 0 && units <= picked);
        }
    }

    #[test]
    fn picks_of_different_products_commute(all in proptest::collection::vec(any_interaction(), 0..40)) {
        let mut by_product = all.clone();
        by_product.sort_by(|a, b| a.sku.cmp(&b.sku));
        prop_assert_eq!(all.iter().collect::<Cart>(), by_product.iter().collect::<Cart>());
    }

    #[test]
    fn taking_and_putting_back_the_same_leaves_the_cart_as_it_was(
        all in proptest::collection::vec(any_interaction(), 0..40),
        quantity in 1..9_u32,
    ) {
        let before: Cart = all.iter().collect();
        let mut after = before.clone();
        after.apply(&interaction(InteractionKind::Pick, "a", quantity));
        prop_assert_ne!(&after, &before);
        after.apply(&interaction(InteractionKind::PutBack, "a", quantity));
        prop_assert_eq!(after, before);
    }
}

#[test]
fn putting_back_more_than_is_held_empties_and_owes_nothing() {
    let mut cart = Cart::default();
    cart.apply(&interaction(InteractionKind::Pick, "a", 1));
    cart.apply(&interaction(InteractionKind::PutBack, "a", 3));
    assert!(cart.is_empty());
}
