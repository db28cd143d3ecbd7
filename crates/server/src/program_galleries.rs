//! The programs' galleries in memory: who is in them, and the search.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::RwLock;

use domain::ids::DeviceId;
use uuid::Uuid;
use vision::{Embedding, Gallery, Match};

/// Everybody's galleries.
#[derive(Default)]
pub struct ProgramGalleries {
    all: RwLock<HashMap<DeviceId, BTreeMap<String, OneGallery>>>,
}

/// One gallery.
#[derive(Default)]
struct OneGallery {
    faces: Gallery<Uuid>,
    known: BTreeMap<Uuid, Known>,
}

/// A face that was enrolled.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Known {
    /// The program's own name for the person.
    pub subject: String,
    /// When, in milliseconds since the Unix epoch.
    pub enrolled_at_ms: i64,
}

impl ProgramGalleries {
    /// Adds a face.
    pub fn insert(&self, whose: DeviceId, gallery: &str, id: Uuid, known: Known, face: Embedding) {
        let mut all = self.all.write().expect("no holder panics");
        let gallery = all.entry(whose).or_default().entry(gallery.to_owned()).or_default();
        gallery.faces.insert(id, id.as_u128(), face);
        gallery.known.insert(id, known);
    }

    /// Removes the faces that `leaves` says; a gallery without faces is none.
    pub fn remove(&self, whose: DeviceId, leaves: impl Fn(&str, Uuid, &Known) -> bool) {
        let mut all = self.all.write().expect("no holder panics");
        let Some(galleries) = all.get_mut(&whose) else { return };
        for (name, gallery) in galleries.iter_mut() {
            let leaving: Vec<_> =
                gallery.known.iter().filter(|(id, known)| leaves(name, **id, known)).map(|(id, _)| *id).collect();
            for id in leaving {
                gallery.known.remove(&id);
                gallery.faces.remove_template(id.as_u128());
            }
        }
        galleries.retain(|_, gallery| !gallery.known.is_empty());
    }

    /// Removes faces by their ids, whosever they are.
    pub fn forget(&self, ids: &BTreeSet<Uuid>) {
        let whose: Vec<_> = self.all.read().expect("no holder panics").keys().copied().collect();
        whose.into_iter().for_each(|whose| self.remove(whose, |_, id, _| ids.contains(&id)));
    }

    /// The names of a program's galleries.
    pub fn names(&self, whose: DeviceId) -> Vec<String> {
        let all = self.all.read().expect("no holder panics");
        all.get(&whose).map(|galleries| galleries.keys().cloned().collect()).unwrap_or_default()
    }

    /// The faces of a gallery; `None` where there is no such gallery.
    pub fn known(&self, whose: DeviceId, gallery: &str) -> Option<BTreeMap<Uuid, Known>> {
        let all = self.all.read().expect("no holder panics");
        Some(all.get(&whose)?.get(gallery)?.known.clone())
    }

    /// The faces most like a probe, best first; `None` where there is no such gallery.
    pub fn best(
        &self,
        whose: DeviceId,
        gallery: &str,
        probe: &Embedding,
        most: usize,
        admits: impl Fn(&Known) -> bool,
    ) -> Option<Vec<(Match<Uuid>, Known)>> {
        let all = self.all.read().expect("no holder panics");
        let gallery = all.get(&whose)?.get(gallery)?;
        let admits = |id: &Uuid| gallery.known.get(id).is_some_and(&admits);
        let best = gallery.faces.best_among(probe, most, admits).into_iter();
        Some(best.filter_map(|found| Some((found, gallery.known.get(&found.key)?.clone()))).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn device(number: u128) -> DeviceId {
        DeviceId(Uuid::from_u128(number))
    }

    fn face(axis: usize) -> Embedding {
        let mut values = vec![0.0; 192];
        values[axis] = 1.0;
        Embedding::new(values).unwrap()
    }

    fn known(subject: &str) -> Known {
        Known { subject: subject.to_owned(), enrolled_at_ms: 7 }
    }

    #[test]
    fn programs_have_galleries_of_their_own_and_empty_ones_vanish() {
        let galleries = ProgramGalleries::default();
        let id = Uuid::from_u128;
        galleries.insert(device(1), "staff", id(1), known("ada"), face(0));
        galleries.insert(device(1), "staff", id(2), known("bob"), face(1));
        galleries.insert(device(2), "guests", id(3), known("eve"), face(0));
        assert_eq!(galleries.names(device(1)), ["staff"]);
        assert_eq!(galleries.known(device(2), "staff"), None);
        let best = galleries.best(device(1), "staff", &face(1), 5, |_| true).unwrap();
        assert_eq!(best[0].1, known("bob"));
        let only_ada = galleries.best(device(1), "staff", &face(1), 5, |known| known.subject == "ada").unwrap();
        assert_eq!(only_ada.len(), 1);
        galleries.remove(device(1), |_, _, known| known.subject == "bob");
        assert_eq!(galleries.known(device(1), "staff").unwrap().len(), 1);
        galleries.forget(&BTreeSet::from([id(1), id(3)]));
        assert!(galleries.names(device(1)).is_empty() && galleries.names(device(2)).is_empty());
        assert_eq!(galleries.best(device(1), "staff", &face(1), 5, |_| true), None);
    }
}
