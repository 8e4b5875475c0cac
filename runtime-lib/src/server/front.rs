//! How clients reach the agent.

use crate::confine::Needs;
use crate::decl::{Agent, Transport};
use crate::http::Trust;
use crate::mcp::{self, Catalogue};
use crate::pipeline::Pipeline;
use crate::transport::Stdio;
#[cfg(feature = "http-server")]
use crate::{broker::Tokens, mcp::Posts, transport::http};
use std::path::Path;
use std::sync::Arc;

const WITHOUT_SERVER: &str = "this binary has no HTTP server: `transports` in its config lists `stdio` alone; list \
     `http` there, too, and build again";

/// How clients reach the agent.
#[derive(Debug, PartialEq, Eq)]
pub enum Front {
    /// One client, on standard input and output.
    Stdio,
    /// Any number of them.
    #[cfg(feature = "http-server")]
    Http(http::Listen),
}

impl Front {
    /// As the command line has it. An error is a fault of usage.
    pub fn of(agent: &Agent, http: Option<&str>, names: Vec<String>) -> Result<Self, String> {
        let listed = |transport| agent.transports.contains(&transport);
        match http {
            None if listed(Transport::Stdio) => Ok(Self::Stdio),
            None => Err("this agent is served over HTTP alone; say where with `--http ADDRESS`".to_owned()),
            Some(address) if listed(Transport::Http) => Self::http(address, names),
            Some(_) => Err(WITHOUT_SERVER.to_owned()),
        }
    }

    #[cfg(feature = "http-server")]
    fn http(address: &str, names: Vec<String>) -> Result<Self, String> {
        Ok(Self::Http(http::Listen { address: http::parse(address)?, names }))
    }

    #[cfg(not(feature = "http-server"))]
    fn http(_address: &str, _names: Vec<String>) -> Result<Self, String> {
        Err(WITHOUT_SERVER.to_owned())
    }

    /// What the process needs for this beside what it needs anyway.
    pub fn needs(&self, needs: Needs, home: &Path) -> Needs {
        match self {
            Self::Stdio => {
                let _ = home;
                needs
            }
            // Tokens are in the store, and taken back while the agent runs.
            #[cfg(feature = "http-server")]
            Self::Http(_) => needs.reading(home.to_owned()).accepting(),
        }
    }

    /// Serves until the clients leave or the process is told to stop. `wall_in` is done once, when everything is open.
    /// With the home comes what the operator has there to trust.
    pub async fn serve(
        &self,
        agent: &'static Agent,
        catalogue: Catalogue,
        pipeline: Arc<Pipeline>,
        (home, trust): (&Path, &Trust),
        wall_in: impl FnOnce() -> Result<(), String>,
    ) -> Result<(), String> {
        match self {
            Self::Stdio => {
                let wire = Stdio::open()
                    .map_err(|error| format!("cannot open standard input and output: {error}"))?;
                wall_in()?;
                let output = wire.output();
                mcp::serve(agent, catalogue, pipeline, wire).await?;
                output.finish().await;
            }
            #[cfg(feature = "http-server")]
            Self::Http(listen) => {
                let tokens = Tokens::new(agent.name, home);
                let server = http::Http::open(listen, tokens, &agent.authorization, trust).await?;
                let address = server.address().map_err(|error| format!("cannot listen: {error}"))?;
                let posts = Posts::new(agent, catalogue, pipeline)
                    .map_err(|error| format!("cannot number sessions: {error}"))?;
                wall_in()?;
                super::complain(agent, &format!("listening on http://{address}/mcp"));
                server.serve(posts).await;
            }
        }
        #[cfg(not(feature = "http-server"))]
        let _ = (home, trust);
        Ok(())
    }
}
