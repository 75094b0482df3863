//! What was found out about a holder's or an artifact's grants, so that it is asked once and not once for each of them.

use std::cell::RefCell;
use std::collections::HashMap;

use crate::model::HolderId;
use crate::rules::Where;

/// A condition of the pack, an artifact, and the holder that it is asked about; none: the whole artifact.
type Question<'w> = (&'w Where, usize, Option<HolderId>);

type Key = (*const Where, usize, Option<HolderId>);

/// Answers by question. Conditions are told apart by where they stand in the pack, which does not move.
#[derive(Debug)]
pub(super) struct Memo<T>(RefCell<HashMap<Key, T>>);

impl<T> Default for Memo<T> {
    fn default() -> Self {
        Self(RefCell::default())
    }
}

impl<T: Copy> Memo<T> {
    /// The answer, found out by `find` where it is not known yet.
    pub(super) fn of(&self, (condition, artifact, holder): Question<'_>, find: impl FnOnce() -> T) -> T {
        let key = (std::ptr::from_ref(condition), artifact, holder);
        let known = self.0.borrow().get(&key).copied();
        known.unwrap_or_else(|| {
            let answer = find();
            self.0.borrow_mut().insert(key, answer);
            answer
        })
    }
}
