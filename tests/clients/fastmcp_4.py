"""FastMCP 4: fastmcp_4.py AGENT TOOLS TOOL ARGUMENTS EXPECTED. Fails by an exception."""

import asyncio
import json
import os
import sys

from fastmcp import Client
from fastmcp.client.transports import StdioTransport, StreamableHttpTransport

agent, tools, tool, arguments, expected = sys.argv[1:]
arguments = json.loads(arguments)


def transport():
    if agent.startswith("http"):
        return StreamableHttpTransport(agent, headers={"Authorization": "Bearer " + os.environ["MCP_TOKEN"]})
    return StdioTransport(agent, [], env={"HEDDLE_HOME": os.environ["HEDDLE_HOME"]})


async def main():
    async with Client(transport()) as client:
        listed = await client.list_tools()
        assert ",".join(one.name for one in listed) == tools, listed
        result = await client.call_tool(tool, arguments, raise_on_error=False)
        text = "".join(getattr(block, "text", "") for block in result.content)
        assert not result.is_error and expected in text, result
        wrong = await client.call_tool(tool, {"no_such_argument": {"deep": [1]}}, raise_on_error=False)
        assert wrong.is_error, wrong


asyncio.run(main())
