"""The Python SDK, 1.x: sdk_1.py AGENT TOOLS TOOL ARGUMENTS EXPECTED. Fails by an exception."""

import json
import os
import sys

import anyio
from mcp import ClientSession, McpError, StdioServerParameters
from mcp.client.stdio import stdio_client
from mcp.client.streamable_http import streamablehttp_client

agent, tools, tool, arguments, expected = sys.argv[1:]
arguments = json.loads(arguments)


def text(result):
    return "".join(block.text for block in result.content)


async def main():
    if agent.startswith("http"):
        streams = streamablehttp_client(agent, headers={"Authorization": "Bearer " + os.environ["MCP_TOKEN"]})
    else:
        streams = stdio_client(StdioServerParameters(command=agent, env={"HEDDLE_HOME": os.environ["HEDDLE_HOME"]}))
    async with streams as streams, ClientSession(*streams[:2]) as session:
        await session.initialize()
        await session.send_ping()
        listed = (await session.list_tools()).tools
        assert ",".join(one.name for one in listed) == tools, listed
        assert all(one.inputSchema["type"] == "object" for one in listed), listed

        result = await session.call_tool(tool, arguments)
        assert not result.isError and expected in text(result), result
        wrong = await session.call_tool(tool, {"no_such_argument": {"deep": [1]}})
        assert wrong.isError, wrong
        try:
            await session.call_tool("no_such_tool", {})
        except McpError as error:
            assert error.error.code == -32602, error
        else:
            raise AssertionError("an unknown tool was called")

        results = []

        async def once():
            results.append(await session.call_tool(tool, arguments))

        async with anyio.create_task_group() as group:
            for _ in range(20):
                group.start_soon(once)
        assert len(results) == 20 and not any(one.isError for one in results), results


anyio.run(main)
