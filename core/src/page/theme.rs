//! The looks of the built-in pages.

/// A look.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Theme {
    /// A card on a plain ground.
    #[default]
    Card,
}
