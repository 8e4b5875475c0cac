//! What stands in the place of bodies in a binary without any method that sends one.

use super::compose::Filling;
use crate::decl::Node;

/// There are none. The proof of a tool that reads lets no template come here.
pub(super) fn render(_node: &Node, _filling: Filling<'_>) -> Result<Option<Vec<u8>>, String> {
    Err("this binary was built without any method that sends a body".to_owned())
}
