"""The Python SDK, 2.x: sdk_2.py MODE AGENT TOOLS TOOL ARGUMENTS EXPECTED; MODE: legacy, auto. Fails by an exception."""

import json
import os
import sys

import anyio
import httpx2
from mcp import Client, MCPError, StdioServerParameters
from mcp.client.streamable_http import streamable_http_client

mode, agent, tools, tool, arguments, expected = sys.argv[1:]
arguments = json.loads(arguments)


def text(result):
    return "".join(block.text for block in result.content)


async def main():
    if agent.startswith("http"):
        headers = {"Authorization": "Bearer " + os.environ["MCP_TOKEN"]}
        server = streamable_http_client(agent, http_client=httpx2.AsyncClient(headers=headers, timeout=30))
    else:
        server = StdioServerParameters(command=agent, env={"HEDDLE_HOME": os.environ["HEDDLE_HOME"]})
    async with Client(server, mode=mode, read_timeout_seconds=30) as client:
        if mode == "auto":
            assert client.protocol_version == "2026-07-28", client.protocol_version
        listed = (await client.list_tools()).tools
        assert ",".join(one.name for one in listed) == tools, listed
        assert all(one.input_schema["type"] == "object" for one in listed), listed

        result = await client.call_tool(tool, arguments)
        assert not result.is_error and expected in text(result), result
        wrong = await client.call_tool(tool, {"no_such_argument": {"deep": [1]}})
        assert wrong.is_error, wrong
        try:
            await client.call_tool("no_such_tool", {})
        except MCPError as error:
            assert error.error.code == -32602, error
        else:
            raise AssertionError("an unknown tool was called")


anyio.run(main)
