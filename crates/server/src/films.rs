//! The films by which shoppers enrol: who has one under way, how often they tried, and how many are looked at at a time.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use domain::ids::ShopperId;
use jiff::{SignedDuration, Timestamp};
use tokio::sync::Semaphore;
use uuid::Uuid;
use vision::enrolment::film::{Film, FilmParams, FilmStep};
use vision::presentation::challenge::Turn;

use crate::recognition::Still;

/// So long a film may take, with all that the page advises before it begins.
const LONGEST: SignedDuration = SignedDuration::from_secs(60);

/// For so long after the last film the same shopper is asked for the same side again, and films are counted: who begins anew
/// gets no other side, so that a film of one turn cannot be held up until its turn is asked for.
const REMEMBERED: SignedDuration = SignedDuration::from_mins(10);

/// Films that a shopper may begin in that time.
const MOST_TRIES: u32 = 6;

/// Films under way at a time: each holds pixels of some looks, a few megabytes.
const MOST_AT_A_TIME: usize = 32;

/// All films of the store.
pub struct Films {
    shoppers: Mutex<HashMap<ShopperId, Tries>>,
    /// Frames that are looked at at a time: the gates' cameras come first.
    pub workers: Semaphore,
}

/// What one shopper filmed lately.
struct Tries {
    turn: Turn,
    begun: u32,
    last: Timestamp,
    under_way: Option<(Uuid, OneFilm)>,
}

/// A film under way. One frame at a time is looked at.
pub type OneFilm = Arc<tokio::sync::Mutex<Film<Bytes>>>;

/// Why no film was begun.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotBegun {
    /// This shopper began too many.
    TooManyTries,
    /// Too many shoppers film themselves just now.
    Busy,
}

impl Default for Films {
    fn default() -> Self {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        Self { shoppers: Mutex::default(), workers: Semaphore::new((cores / 2).max(1)) }
    }
}

impl Films {
    /// Begins the film `id`, and tells its end. One that was under way is dropped, unless it is this very one: then only the answer was
    /// lost.
    ///
    /// # Errors
    ///
    /// [`NotBegun`].
    pub fn begin(
        &self,
        shopper: ShopperId,
        id: Uuid,
        now: Timestamp,
        random: fn() -> u64,
    ) -> Result<Timestamp, NotBegun> {
        let mut shoppers = self.shoppers.lock().expect("no holder panics");
        forget_old(&mut shoppers, now);
        let under_way = shoppers.iter().filter(|(other, tries)| **other != shopper && tries.under_way.is_some());
        if under_way.count() >= MOST_AT_A_TIME {
            return Err(NotBegun::Busy);
        }
        let tries = shoppers.entry(shopper).or_insert_with(|| Tries {
            turn: Turn::chosen_by(random()),
            begun: 0,
            last: now,
            under_way: None,
        });
        if tries.under_way.as_ref().is_some_and(|(under_way, _)| *under_way == id) {
            return Ok(domain::clock::shift(tries.last, LONGEST));
        }
        if tries.begun >= MOST_TRIES {
            return Err(NotBegun::TooManyTries);
        }
        let film = Film::new(tries.turn, FilmParams::default());
        tries.begun += 1;
        tries.last = now;
        tries.under_way = Some((id, Arc::new(tokio::sync::Mutex::new(film))));
        Ok(domain::clock::shift(now, LONGEST))
    }

    /// A shopper's film under way.
    pub fn find(&self, shopper: ShopperId, id: Uuid, now: Timestamp) -> Option<OneFilm> {
        let mut shoppers = self.shoppers.lock().expect("no holder panics");
        forget_old(&mut shoppers, now);
        let (under_way, film) = shoppers.get(&shopper)?.under_way.as_ref()?;
        (*under_way == id).then(|| Arc::clone(film))
    }

    /// A film has ended; what it held goes. False where none was under way any more: somebody deleted their face meanwhile.
    pub fn end(&self, shopper: ShopperId) -> bool {
        let mut shoppers = self.shoppers.lock().expect("no holder panics");
        shoppers.get_mut(&shopper).is_some_and(|tries| tries.under_way.take().is_some())
    }

    /// A face was enrolled: the next film may ask for the other side.
    pub fn enrolled(&self, shopper: ShopperId) {
        self.shoppers.lock().expect("no holder panics").remove(&shopper);
    }

    /// Drops what is over; called now and then.
    pub fn tidy(&self, now: Timestamp) {
        forget_old(&mut self.shoppers.lock().expect("no holder panics"), now);
    }
}

fn forget_old(shoppers: &mut HashMap<ShopperId, Tries>, now: Timestamp) {
    let is_older = |tries: &Tries, than: SignedDuration| now.duration_since(tries.last) > than;
    shoppers.retain(|_, tries| !is_older(tries, REMEMBERED));
    for tries in shoppers.values_mut().filter(|tries| is_older(tries, LONGEST)) {
        tries.under_way = None;
    }
}

/// Adds a frame to a film: how it stands, and once it is done the photographs.
pub fn look(film: &mut Film<Bytes>, still: &Still, at: Timestamp, picture: &Bytes) -> (FilmStep, Vec<Bytes>) {
    let at_ms = u64::try_from(at.as_millisecond()).unwrap_or(0);
    let step = film.observe(&still.frame, &still.faces, at_ms, picture);
    let photographs = if step == FilmStep::Done { film.photographs().to_vec() } else { Vec::new() };
    (step, photographs)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_second(1_000_000 + seconds).unwrap()
    }

    fn shopper(number: u128) -> ShopperId {
        ShopperId(Uuid::from_u128(number))
    }

    fn turn(films: &Films) -> Turn {
        films.shoppers.lock().unwrap()[&shopper(1)].turn
    }

    #[test]
    fn who_begins_anew_is_asked_for_the_same_side_and_not_for_ever() {
        let films = Films::default();
        films.begin(shopper(1), Uuid::now_v7(), at(0), || 0).unwrap();
        let asked = turn(&films);
        for second in 1..6 {
            films.begin(shopper(1), Uuid::now_v7(), at(second), || 1).unwrap();
            assert_eq!(turn(&films), asked);
        }
        assert_eq!(films.begin(shopper(1), Uuid::now_v7(), at(6), || 1), Err(NotBegun::TooManyTries));
        films.begin(shopper(2), Uuid::now_v7(), at(6), || 1).expect("somebody else may");
        films.begin(shopper(1), Uuid::now_v7(), at(700), || 1).expect("later on");
        assert_ne!(turn(&films), asked);
    }

    #[test]
    fn a_film_is_its_shoppers_alone_and_ends() {
        let films = Films::default();
        let id = Uuid::now_v7();
        let ends = films.begin(shopper(1), id, at(0), || 0).unwrap();
        assert_eq!(films.begin(shopper(1), id, at(5), || 0), Ok(ends), "the same again is no other film");
        assert!(films.find(shopper(1), id, at(1)).is_some());
        assert!(films.find(shopper(2), id, at(1)).is_none());
        assert!(films.find(shopper(1), Uuid::nil(), at(1)).is_none());
        assert!(films.find(shopper(1), id, ends + SignedDuration::from_secs(1)).is_none());
        let id = Uuid::now_v7();
        films.begin(shopper(1), id, at(70), || 0).unwrap();
        assert!(films.end(shopper(1)) && !films.end(shopper(1)));
        assert!(films.find(shopper(1), id, at(71)).is_none());
        films.enrolled(shopper(1));
        assert!(
            (0..6).all(|second| films.begin(shopper(1), Uuid::now_v7(), at(80 + second), || 0).is_ok()),
            "the count begins anew"
        );
    }

    #[test]
    fn so_many_at_a_time_and_no_more() {
        let films = Films::default();
        for number in 0..MOST_AT_A_TIME as u128 {
            films.begin(shopper(number), Uuid::now_v7(), at(0), || 0).unwrap();
        }
        assert_eq!(films.begin(shopper(99), Uuid::now_v7(), at(1), || 0), Err(NotBegun::Busy));
        films.begin(shopper(3), Uuid::now_v7(), at(1), || 0).expect("who has one may begin it anew");
        films.begin(shopper(99), Uuid::now_v7(), at(90), || 0).expect("the others have ended");
    }
}
