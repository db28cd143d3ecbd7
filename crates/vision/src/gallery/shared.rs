//! A gallery that several threads search while people enrol and are erased.

use std::sync::{PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use super::{Gallery, Match};
use crate::embedder::Embedding;

/// A [`Gallery`] that is shared by reference. Searches run side by side; a change waits for those under way (some 15 ms
/// with a million references) and takes microseconds itself. Once [`SharedGallery::remove`] has returned, no search can
/// find the key again.
#[derive(Default)]
pub struct SharedGallery<K: Copy + Ord> {
    gallery: RwLock<Gallery<K>>,
}

impl<K: Copy + Ord> SharedGallery<K> {
    /// Shares a gallery.
    pub fn new(gallery: Gallery<K>) -> Self {
        Self { gallery: RwLock::new(gallery) }
    }

    /// Changes several references at once: no search sees a part of it.
    pub fn change<T>(&self, change: impl FnOnce(&mut Gallery<K>) -> T) -> T {
        change(&mut self.write())
    }

    /// As [`Gallery::insert`].
    pub fn insert(&self, key: K, template: u128, embedding: Embedding) {
        self.write().insert(key, template, embedding);
    }

    /// As [`Gallery::remove`].
    pub fn remove(&self, key: K) -> usize {
        self.write().remove(key)
    }

    /// As [`Gallery::remove_template`].
    pub fn remove_template(&self, template: u128) -> Option<K> {
        self.write().remove_template(template)
    }

    /// Reads the gallery; changes wait meanwhile.
    pub fn with<T>(&self, read: impl FnOnce(&Gallery<K>) -> T) -> T {
        read(&self.read())
    }

    /// As [`Gallery::best`].
    pub fn best(&self, probe: &Embedding, n: usize) -> Vec<Match<K>> {
        self.read().best(probe, n)
    }

    /// As [`Gallery::best_among`].
    pub fn best_among(&self, probe: &Embedding, n: usize, admits: impl Fn(&K) -> bool) -> Vec<Match<K>> {
        self.read().best_among(probe, n, admits)
    }

    /// As [`Gallery::len`].
    pub fn len(&self) -> usize {
        self.read().len()
    }

    /// As [`Gallery::is_empty`].
    pub fn is_empty(&self) -> bool {
        self.read().is_empty()
    }

    // A change either panics before it touches anything or not at all, so a poisoned lock guards a sound gallery.
    fn read(&self) -> RwLockReadGuard<'_, Gallery<K>> {
        self.gallery.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, Gallery<K>> {
        self.gallery.write().unwrap_or_else(PoisonError::into_inner)
    }
}
