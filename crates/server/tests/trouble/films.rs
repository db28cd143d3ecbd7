//! Enrolling by a film: a head that turns, everything that is none, and what the page may send wrongly.

use bytes::Bytes;
use jiff::SignedDuration;
use protocol::account::{ConsentText, EnrolmentWay, FilmBegun, FilmLook, NewFilm};
use protocol::device::TurnPrompt;
use protocol::error_code::{ErrorCode, Problem};
use reqwest::{Client, Method, Response};
use serde::de::DeserializeOwned;
use simulator::api::Api;
use uuid::Uuid;

use crate::keys::OBAMA;
use crate::shop::Shop;

/// A head that turns to its left and comes back, five frames a second: synthetic, see fixtures/faces/SOURCES.md.
fn turning_head() -> Vec<Bytes> {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/faces/turning");
    let mut frames: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    frames.sort();
    frames.iter().map(|path| std::fs::read(path).unwrap().into()).collect()
}

async fn post(shopper: &Api, path: &str, body: impl Into<reqwest::Body>, kind: &str) -> Response {
    let request = Client::new().request(Method::POST, format!("{}/api/v1/me/face/film{path}", shopper.server()));
    let request = request.bearer_auth(shopper.token().unwrap()).header("content-type", kind);
    request.body(body).send().await.unwrap()
}

async fn answer<T: DeserializeOwned>(response: Response) -> Result<T, Problem> {
    if response.status().is_success() {
        Ok(response.json().await.unwrap())
    } else {
        Err(response.json().await.unwrap())
    }
}

async fn begin(shop: &Shop, shopper: &Api) -> Result<Uuid, Problem> {
    let consent = reqwest::get(format!("{}/api/v1/consent", shop.outside.server())).await.unwrap();
    let consent: ConsentText = consent.json().await.unwrap();
    let body = serde_json::to_string(&NewFilm { consent_version: consent.version }).unwrap();
    let begun: FilmBegun = answer(post(shopper, "", body, "application/json").await).await?;
    Ok(begun.film)
}

async fn look(shopper: &Api, film: Uuid, frame: impl Into<Bytes>) -> Result<FilmLook, Problem> {
    answer(post(shopper, &format!("/{film}"), frame.into(), "image/jpeg").await).await
}

/// Shows these frames, five a second, until the film ends.
async fn show(
    shop: &Shop,
    shopper: &Api,
    film: Uuid,
    frames: &[Bytes],
) -> (Vec<TurnPrompt>, Result<FilmLook, Problem>) {
    let mut prompts = Vec::new();
    let mut last = Ok(FilmLook::LookBack);
    for frame in frames {
        shop.hand.move_to(domain::clock::shift(shop.hand.clock().now(), SignedDuration::from_millis(200)));
        last = look(shopper, film, frame.clone()).await;
        match &last {
            Ok(FilmLook::Turn { prompt }) => prompts.push(*prompt),
            Ok(FilmLook::Mend { .. } | FilmLook::LookBack) => {}
            Ok(FilmLook::Enrolled { .. }) | Err(_) => break,
        }
    }
    (prompts, last)
}

fn code<T: std::fmt::Debug>(answer: Result<T, Problem>) -> ErrorCode {
    answer.expect_err("it went through").code
}

#[tokio::test(flavor = "multi_thread")]
async fn a_head_that_turns_to_the_side_that_was_asked_for_is_enrolled_and_no_other() {
    let shop = Shop::open(|config| config.recognition.enrolment = server::config::EnrolmentWays::Film).await;
    let ada = shop.shopper("Ada").await;
    let photographs = ada.enrol_face(&OBAMA.map(Bytes::from_static)).await.unwrap_err();
    assert_eq!(photographs.code(), Some(ErrorCode::NotAllowed), "this shop takes no photographs");
    let (mut wrong_way, mut enrolled) = (false, false);
    // The side is drawn; after ten minutes it is drawn anew.
    for _ in 0..60 {
        shop.later(700).await;
        let film = begin(&shop, &ada).await.unwrap();
        let (prompts, ended) = show(&shop, &ada, film, &turning_head()).await;
        if prompts.contains(&TurnPrompt::ToTheLeft) {
            let Ok(FilmLook::Enrolled { face }) = ended else { panic!("{ended:?} after {prompts:?}") };
            assert_eq!((face.templates, face.way), (3, EnrolmentWay::Film));
            enrolled = true;
        } else {
            assert_eq!(code(ended), ErrorCode::FilmFailed, "{prompts:?}");
            wrong_way = true;
        }
        if wrong_way && enrolled {
            break;
        }
    }
    assert!(wrong_way && enrolled);
    assert_eq!(shop.running.app.recogniser.templates(), 1);
    shop.running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_photograph_again_and_again_is_no_film() {
    let shop = Shop::open(|_| {}).await;
    let ada = shop.shopper("Ada").await;
    let film = begin(&shop, &ada).await.unwrap();
    let frames = vec![Bytes::from_static(OBAMA[0]); 10];
    let (_, ended) = show(&shop, &ada, film, &frames).await;
    assert_eq!(code(ended), ErrorCode::FilmFailed);
    assert_eq!(code(look(&ada, film, OBAMA[0]).await), ErrorCode::Expired, "it is over");
    assert_eq!(shop.running.app.recogniser.templates(), 0);
    shop.running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_sent_wrongly_is_said_and_the_film_goes_on() {
    let shop = Shop::open(|_| {}).await;
    let (ada, bob) = (shop.shopper("Ada").await, shop.shopper("Bob").await);
    let old = serde_json::to_string(&NewFilm { consent_version: "of old".to_owned() }).unwrap();
    let no_consent: Result<FilmBegun, _> = answer(post(&ada, "", old, "application/json").await).await;
    assert_eq!(code(no_consent), ErrorCode::ConsentRequired);
    let film = begin(&shop, &ada).await.unwrap();
    assert_eq!(code(look(&bob, film, OBAMA[0]).await), ErrorCode::Expired, "it is Ada's");
    assert_eq!(code(look(&ada, Uuid::nil(), OBAMA[0]).await), ErrorCode::Expired);
    assert_eq!(code(look(&ada, film, Bytes::new()).await), ErrorCode::NotAnImage);
    assert_eq!(code(look(&ada, film, &b"GIF89a"[..]).await), ErrorCode::NotAnImage);
    assert_eq!(code(look(&ada, film, vec![0; 1_100_000]).await), ErrorCode::TooLarge);
    assert_eq!(
        look(&ada, film, turning_head()[0].clone()).await,
        Ok(FilmLook::Turn { prompt: TurnPrompt::LookStraight })
    );
    let forgotten = Client::new().delete(format!("{}/api/v1/me/face", shop.outside.server()));
    assert!(forgotten.bearer_auth(ada.token().unwrap()).send().await.unwrap().status().is_success());
    assert_eq!(code(look(&ada, film, OBAMA[0]).await), ErrorCode::Expired, "who deletes their face films no more");
    for _ in 0..5 {
        begin(&shop, &ada).await.unwrap();
    }
    assert_eq!(code(begin(&shop, &ada).await), ErrorCode::TooManyAttempts);
    shop.running.stop().await;
}
