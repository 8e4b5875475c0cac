"""The MCP clients of agent frameworks, without a model: frameworks.py WHICH AGENT TOOLS TOOL ARGUMENTS EXPECTED; WHICH:
langchain, openai, pydantic. Fails by an exception."""

import asyncio
import json
import os
import sys

which, agent, tools, tool, arguments, expected = sys.argv[1:]
arguments = json.loads(arguments)
is_http = agent.startswith("http")
headers = {"Authorization": "Bearer " + os.environ["MCP_TOKEN"]} if is_http else {}
env = {"HEDDLE_HOME": os.environ["HEDDLE_HOME"]}


async def langchain():
    from langchain_mcp_adapters.client import MultiServerMCPClient

    config = {"transport": "stdio", "command": agent, "args": [], "env": env}
    if is_http:
        config = {"transport": "streamable_http", "url": agent, "headers": headers}
    listed = await MultiServerMCPClient({"agent": config}).get_tools()
    assert ",".join(one.name for one in listed) == tools, listed
    answer = await next(one for one in listed if one.name == tool).ainvoke(arguments)
    assert expected in str(answer), answer


async def openai():
    from agents.mcp import MCPServerStdio, MCPServerStreamableHttp
    from agents.mcp.util import MCPUtil

    if is_http:
        server = MCPServerStreamableHttp(params={"url": agent, "headers": headers}, client_session_timeout_seconds=30)
    else:
        server = MCPServerStdio(params={"command": agent, "args": [], "env": env}, client_session_timeout_seconds=30)
    async with server:
        listed = await server.list_tools()
        assert ",".join(one.name for one in listed) == tools, listed
        for one in listed:
            for strict in (False, True):
                MCPUtil.to_function_tool(one, server, convert_schemas_to_strict=strict)
        result = await server.call_tool(tool, arguments)
        assert not result.isError and expected in "".join(block.text for block in result.content), result


async def pydantic():
    from fastmcp.client.transports import StdioTransport, StreamableHttpTransport
    from pydantic_ai.mcp import MCPToolset

    if is_http:
        transport = StreamableHttpTransport(agent, headers=headers)
    else:
        transport = StdioTransport(agent, [], env=env, keep_alive=False)
    async with MCPToolset(transport) as server:
        listed = await server.list_tools()
        assert ",".join(one.name for one in listed) == tools, listed
        # An answer in JSON comes as an object.
        answer = await server.direct_call_tool(tool, arguments)
        assert expected in (answer if isinstance(answer, str) else json.dumps(answer)), answer


asyncio.run({"langchain": langchain, "openai": openai, "pydantic": pydantic}[which]())
