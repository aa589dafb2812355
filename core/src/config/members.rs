//! An object whose members have names of the operator's choice.

/// The members of an object, in their order; a name that stands twice was refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Members<T>(pub Vec<(String, T)>);

impl<T> Default for Members<T> {
    fn default() -> Self {
        Members(Vec::new())
    }
}
