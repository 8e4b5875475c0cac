//! MCP through rmcp, which is named nowhere else.
