use protocol::order::{OrderLineView, TaxLine};
use uuid::Uuid;

use super::*;

fn envelope() -> Envelope {
    Envelope { id: Uuid::nil(), to: "ada@example.org".to_owned() }
}

fn order() -> OrderView {
    let line = |name: &str, quantity, refunded_quantity| OrderLineView {
        sku: "sku".to_owned(),
        name: name.to_owned(),
        quantity,
        refunded_quantity,
        unit_price_minor: 149,
        total_minor: 149 * i64::from(quantity),
        tax_rate_bp: 1_900,
    };
    OrderView {
        id: Uuid::nil(),
        number: "2026-000007".to_owned(),
        session_id: Uuid::nil(),
        store_name: "Corner & Sons".to_owned(),
        shopper_name: "<b>Ada</b>".to_owned(),
        placed_at: "2026-11-22T10:04:05Z".to_owned(),
        time_zone: "UTC".to_owned(),
        lines: vec![line("Cola 0.33 l", 2, 1)],
        taxes: vec![TaxLine { rate_bp: 1_900, net_minor: 250, tax_minor: 48 }],
        total_minor: 298,
        refunded_minor: 0,
        currency: "EUR".to_owned(),
        disputes: Vec::new(),
    }
}

fn dispute(state: DisputeState) -> DisputeView {
    DisputeView {
        id: Uuid::nil(),
        order_id: Uuid::nil(),
        order_number: "2026-000007".to_owned(),
        shopper_name: "Ada".to_owned(),
        state,
        lines: Vec::new(),
        message: String::new(),
        opened_at: "2026-11-22T10:04:05Z".to_owned(),
        decided_at: None,
        answer: Some("We saw you & the can.".to_owned()),
        refund_minor: 149,
        currency: "EUR".to_owned(),
    }
}

#[test]
fn a_receipt_says_what_was_bought_with_tax_and_link_in_both_forms() {
    let letter = receipt(envelope(), &order(), None, "https://shop/dispute#T").unwrap();
    assert_eq!(letter.subject, "Receipt 2026-000007 from Corner & Sons");
    for text in [&letter.text, &letter.html] {
        for part in [
            "2026-000007",
            "2026-11-22 10:04 UTC",
            "Cola 0.33 l",
            "2.98 EUR",
            "19 %",
            "0.48 EUR",
            "https://shop/dispute#T",
        ] {
            assert!(text.contains(part), "{part} is missing in\n{text}");
        }
        assert!(!text.contains("Refunded"));
    }
    assert!(letter.text.contains("Corner & Sons"), "plain text is not escaped");
    assert!(!letter.html.contains("<b>Ada"), "names are not markup");
}

#[test]
fn a_corrected_receipt_says_what_goes_back() {
    let order = OrderView { refunded_minor: 149, ..order() };
    let letter = receipt(envelope(), &order, Some(&dispute(DisputeState::Accepted)), "L").unwrap();
    assert!(letter.subject.starts_with("Corrected receipt"));
    assert!(letter.text.contains("1.49 EUR goes back to you"), "{}", letter.text);
    assert!(letter.text.contains("You pay:  1.49 EUR"), "{}", letter.text);
    assert!(letter.html.contains("We saw you &amp; the can.") || letter.html.contains("We saw you &#38; the can."));
}

#[test]
fn a_rejection_carries_the_answer() {
    let letter = dispute_answer(envelope(), &dispute(DisputeState::Rejected), "Corner", "https://l").unwrap();
    assert!(letter.text.contains("\"We saw you & the can.\"") && letter.text.contains("https://l"));
    assert!(letter.html.contains("https://l"));
}

#[test]
fn rates_are_written_without_needless_digits() {
    assert_eq!(["7 %", "5.5 %", "10.25 %", "0 %"], [700, 550, 1_025, 0].map(percent).each_ref().map(String::as_str));
}

#[test]
fn letters_word_for_word() {
    let corrected = OrderView { refunded_minor: 149, ..order() };
    for (name, letter) in [
        ("receipt", receipt(envelope(), &order(), None, "https://shop/dispute#T").unwrap()),
        ("corrected_receipt", receipt(envelope(), &corrected, Some(&dispute(DisputeState::Accepted)), "L").unwrap()),
        ("answer", dispute_answer(envelope(), &dispute(DisputeState::Rejected), "Corner", "https://l").unwrap()),
    ] {
        insta::assert_snapshot!(format!("{name}_text"), format!("{}\n\n{}", letter.subject, letter.text));
        insta::assert_snapshot!(format!("{name}_html"), letter.html);
    }
}
