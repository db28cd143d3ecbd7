//! All groups of a store, found by what they are about: of a busy store's thousands a question concerns a few.

use std::collections::{BTreeMap, BTreeSet};

use super::question::Asked;
use super::{Group, Stray};

/// What a group says something about.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
enum About {
    /// Somebody may hold, or owe, something of a product: product and visitor.
    Held(usize, usize),
    /// Somebody may owe something of a product: product and visitor.
    Owed(usize, usize),
    /// A product may lie about.
    Lying(usize),
    /// A visitor.
    Visitor(usize),
}

/// The groups, each with a number; older ones have lower numbers.
#[derive(Clone, Debug, Default)]
pub struct Groups {
    groups: BTreeMap<usize, Group>,
    next_number: usize,
    /// What each group is about, with its number.
    index: BTreeSet<(About, usize)>,
}

impl Groups {
    /// Keeps a group as the newest, unless it says nothing.
    pub fn push(&mut self, group: Group) {
        let number = self.next_number;
        self.next_number += 1;
        self.put(number, group);
    }

    /// Keeps a group under a number from which one was taken, unless it says nothing.
    pub fn put(&mut self, number: usize, group: Group) {
        if !group.is_empty() {
            self.index.extend(abouts(&group).into_iter().map(|about| (about, number)));
            self.groups.insert(number, group);
        }
    }

    /// Takes a group out.
    pub fn take(&mut self, number: usize) -> Option<Group> {
        let group = self.groups.remove(&number)?;
        for about in abouts(&group) {
            self.index.remove(&(about, number));
        }
        Some(group)
    }

    /// The group of a number.
    pub fn get(&self, number: usize) -> Option<&Group> {
        self.groups.get(&number)
    }

    /// All groups, oldest first.
    pub fn iter(&self) -> impl Iterator<Item = &Group> {
        self.groups.values()
    }

    /// Whether nothing is known of anybody.
    pub fn is_empty(&self) -> bool {
        self.groups.is_empty()
    }

    /// Numbers of the groups that may be concerned by what is asked, oldest first: what somebody asked about holds may come
    /// back; what they owe, and what lies about, may be taken.
    pub fn asked(&self, asked: &Asked) -> BTreeSet<usize> {
        let Asked { taken, put_back, who } = asked;
        let held =
            put_back.iter().flat_map(|&product| self.range(About::Held(product, 0), About::Held(product, usize::MAX)));
        let owed =
            taken.iter().flat_map(|&product| self.range(About::Owed(product, 0), About::Owed(product, usize::MAX)));
        let by_asked = held.chain(owed).filter(|(about, _)| match about {
            About::Held(_, visitor) | About::Owed(_, visitor) => who.contains(visitor),
            About::Lying(_) | About::Visitor(_) => true,
        });
        let lying = taken.iter().flat_map(|&product| self.range(About::Lying(product), About::Lying(product)));
        by_asked.chain(lying).map(|(_, number)| number).collect()
    }

    /// Groups that say something about a visitor, oldest first.
    pub fn of(&self, who: usize) -> impl Iterator<Item = &Group> {
        self.range(About::Visitor(who), About::Visitor(who)).filter_map(|(_, number)| self.groups.get(&number))
    }

    fn range(&self, from: About, to: About) -> impl Iterator<Item = (About, usize)> {
        self.index.range((from, 0)..=(to, usize::MAX)).copied()
    }

    /// Forgets a visitor everywhere, what has lain about since before a time, and every group that has nothing left to say.
    pub fn forget(&mut self, who: usize, strays_before_ms: i64, kept: usize) {
        let own = self.range(About::Visitor(who), About::Visitor(who));
        let lying = self.range(About::Lying(0), About::Lying(usize::MAX));
        // To take a group out and put it back costs more than a look at it, and most of what lies about stays.
        let is_concerned = |number: &usize| {
            self.groups.get(number).is_some_and(|group| group.is_to_forget(Some(who), strays_before_ms))
        };
        let concerned: BTreeSet<_> = own.chain(lying).map(|(_, number)| number).filter(is_concerned).collect();
        self.renew(concerned, |group| group.forget(Some(who), strays_before_ms, kept));
    }

    /// Gives what lies about its new places along its shelves, where it still has one.
    pub fn move_strays(&mut self, new_tenths: impl Fn(usize, i32) -> Option<i32>, kept: usize) {
        let all: BTreeSet<_> = self.groups.keys().copied().collect();
        self.renew(all, |group| {
            group.move_strays(&new_tenths, kept);
            true
        });
    }

    /// Changes groups, and lets those go that `change` says no to or that have nothing left to say.
    fn renew(&mut self, numbers: BTreeSet<usize>, mut change: impl FnMut(&mut Group) -> bool) {
        for number in numbers {
            if let Some(mut group) = self.take(number)
                && change(&mut group)
            {
                self.put(number, group);
            }
        }
    }
}

/// Everything that a group is about.
fn abouts(group: &Group) -> BTreeSet<About> {
    let mut abouts = BTreeSet::new();
    for hypothesis in &group.hypotheses {
        for ((who, product), units) in hypothesis.held.iter() {
            abouts.extend([About::Held(product, who), About::Visitor(who)]);
            if units < 0 {
                abouts.insert(About::Owed(product, who));
            }
        }
        abouts.extend(hypothesis.strays.iter().map(|&Stray { product, .. }| About::Lying(product)));
    }
    abouts
}

#[cfg(test)]
mod tests;
