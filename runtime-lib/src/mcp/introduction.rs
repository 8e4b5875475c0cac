//! What a client says of itself: a name, and whether it can show its user a form. Nothing of it proves anything.

use rmcp::RoleServer;
#[cfg(feature = "approvals")]
use rmcp::model::ClientCapabilities;
use rmcp::model::Implementation;
#[cfg(feature = "http-server")]
use rmcp::model::InitializeRequestParams;
use rmcp::service::RequestContext;
use std::sync::Arc;

/// Longest name that is kept, in characters.
const NAME_MAX: usize = 200;

/// How a client introduced itself. Calls of a session over HTTP carry it, since they share a service of rmcp with those of
/// others; elsewhere rmcp knows it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Introduction {
    /// Name and version.
    pub name: Option<Arc<str>>,
    /// It shows forms to its user, by the way on which this call is answered.
    pub shows_forms: bool,
}

impl Introduction {
    /// As the first message of a session has it.
    #[cfg(feature = "http-server")]
    pub fn at_handshake(said: &InitializeRequestParams) -> Self {
        Self {
            name: Some(name_of(&said.client_info).into()),
            #[cfg(feature = "approvals")]
            shows_forms: shows_forms(&said.capabilities),
            #[cfg(not(feature = "approvals"))]
            shows_forms: false,
        }
    }

    /// Of whoever makes this call.
    pub fn of(context: &RequestContext<RoleServer>) -> Self {
        if let Some(introduction) = context.extensions.get::<Self>() {
            return introduction.clone();
        }
        Self {
            name: context.client_info().map(|client| name_of(&client).into()),
            #[cfg(feature = "approvals")]
            shows_forms: context.client_capabilities().is_some_and(|said| shows_forms(&said)),
            #[cfg(not(feature = "approvals"))]
            shows_forms: false,
        }
    }
}

fn name_of(client: &Implementation) -> String {
    format!("{} {}", client.name, client.version).chars().take(NAME_MAX).collect()
}

/// One that names no mode has forms.
#[cfg(feature = "approvals")]
fn shows_forms(said: &ClientCapabilities) -> bool {
    said.elicitation.as_ref().is_some_and(|shows| shows.form.is_some() || shows.url.is_none())
}
