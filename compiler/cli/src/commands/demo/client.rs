//! An MCP client that is just enough to show what a client sees.

use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::failure::{Failure, plain};

const PATIENCE: Duration = Duration::from_secs(10);

/// An agent that was started, and the pipes to it.
#[derive(Debug)]
pub struct Client {
    agent: Child,
    to: Option<ChildStdin>,
    from: Receiver<String>,
    asked: u64,
}

/// What a tool said.
#[derive(Debug)]
pub struct Answer {
    /// Its text.
    pub text: String,
    /// Whether it is an error.
    pub refused: bool,
}

impl Client {
    /// Starts an agent as a client does.
    pub fn start(binary: &Path, home: &Path) -> Result<Self, Failure> {
        let mut agent = Command::new(binary)
            .env("HEDDLE_HOME", home)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(|error| Failure::io("start", binary, &error))?;
        let (to, from) = (agent.stdin.take(), agent.stdout.take());
        let (sender, lines) = mpsc::channel();
        if let Some(from) = from {
            thread::spawn(move || {
                for line in BufReader::new(from).lines().map_while(Result::ok) {
                    if sender.send(line).is_err() {
                        return;
                    }
                }
            });
        }
        Ok(Self { agent, to, from: lines, asked: 0 })
    }

    /// Opens the session; gives the server's name and version.
    pub fn initialize(&mut self) -> Result<String, Failure> {
        let answer = self.ask(
            "initialize",
            json!({
                "protocolVersion": "2025-06-18",
                "capabilities": {},
                "clientInfo": { "name": "heddle-demo", "version": env!("CARGO_PKG_VERSION") },
            }),
        )?;
        self.send(&json!({ "jsonrpc": "2.0", "method": "notifications/initialized" }))?;
        let word =
            |key: &str| answer.pointer(&format!("/serverInfo/{key}")).and_then(Value::as_str).unwrap_or("?");
        Ok(format!("{} {}", word("name"), word("version")))
    }

    /// The tools: names and descriptions.
    pub fn tools(&mut self) -> Result<Vec<(String, String)>, Failure> {
        let answer = self.ask("tools/list", json!({}))?;
        let tools = answer.get("tools").and_then(Value::as_array).cloned().unwrap_or_default();
        let word =
            |tool: &Value, key: &str| tool.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
        Ok(tools.iter().map(|tool| (word(tool, "name"), word(tool, "description"))).collect())
    }

    /// Calls a tool.
    pub fn call(&mut self, tool: &str, arguments: &Value) -> Result<Answer, Failure> {
        let answer = self.ask("tools/call", json!({ "name": tool, "arguments": arguments }))?;
        let text = answer.pointer("/content/0/text").and_then(Value::as_str).unwrap_or_default().to_owned();
        Ok(Answer { text, refused: answer.get("isError").and_then(Value::as_bool).unwrap_or_default() })
    }

    /// Closes the agent's input and waits until it is gone.
    pub fn stop(mut self) -> Result<(), Failure> {
        self.to = None;
        let asked = Instant::now();
        while asked.elapsed() < PATIENCE {
            match self.agent.try_wait() {
                Ok(Some(_)) => return Ok(()),
                Ok(None) => thread::sleep(Duration::from_millis(5)),
                Err(error) => {
                    return Err(Failure::fault(format_args!("the agent was lost: {}", plain(&error))));
                }
            }
        }
        Err(Failure::fault("the agent did not end when its input did"))
    }

    fn ask(&mut self, method: &str, params: Value) -> Result<Value, Failure> {
        self.asked += 1;
        let id = self.asked;
        self.send(&json!({ "jsonrpc": "2.0", "id": id, "method": method, "params": params }))?;
        let asked = Instant::now();
        while let Some(left) = PATIENCE.checked_sub(asked.elapsed()) {
            let Ok(line) = self.from.recv_timeout(left) else { break };
            let Ok(answer) = serde_json::from_str::<Value>(&line) else {
                return Err(Failure::fault("the agent wrote something that is not MCP"));
            };
            if answer.get("id") == Some(&json!(id)) {
                return match answer.get("result") {
                    Some(result) => Ok(result.clone()),
                    None => Err(Failure::fault(format_args!("the agent refused `{method}`: {answer}"))),
                };
            }
        }
        Err(Failure::fault(format_args!("the agent did not answer `{method}`")))
    }

    fn send(&mut self, message: &Value) -> Result<(), Failure> {
        let Some(to) = &mut self.to else { return Err(Failure::fault("the agent has no input")) };
        to.write_all(format!("{message}\n").as_bytes())
            .map_err(|error| Failure::fault(format_args!("the agent does not listen: {}", plain(&error))))
    }
}

impl Drop for Client {
    /// Whatever went wrong, no process is left.
    fn drop(&mut self) {
        self.to = None;
        let _ = self.agent.kill();
        let _ = self.agent.wait();
    }
}
