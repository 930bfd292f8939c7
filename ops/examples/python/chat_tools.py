"""Offers functions to the models that the chat worker asks.

    async with await ChatTools.connect("amqp://localhost") as tools:
        await tools.offer("get_weather", weather)  # async def weather(call): return {"celsius": 18}
        await asyncio.Future()

Copy this file into your service: it needs aio-pika and the permissions of the broker user `tool`. A lost connection comes
back by itself. Services that offer the same function share its calls. A call may come twice, with the same
`idempotency_key`: a function that must not act twice remembers it.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from datetime import datetime, timezone
from typing import Any

import aio_pika
from aio_pika.abc import AbstractIncomingMessage, AbstractRobustConnection

BROKER_TIMEOUT = 10.0  # seconds for whatever the broker answers at once
QUEUE = {"x-expires": 60_000, "x-max-length": 1_000}  # as every service of a tool declares it

Tool = Callable[[dict[str, Any]], Awaitable[Any]]


class ChatTools:
    """One connection, over which any number of functions may be offered."""

    def __init__(self, connection: AbstractRobustConnection, namespace: str):
        self._connection, self._namespace = connection, namespace

    @classmethod
    async def connect(cls, uri: str = "amqp://localhost", namespace: str = "chat") -> ChatTools:
        return cls(await aio_pika.connect_robust(uri, timeout=BROKER_TIMEOUT), namespace)

    async def close(self) -> None:
        """Takes no more calls; those under way go to another service of the tool."""
        await self._connection.close()

    async def __aenter__(self) -> ChatTools:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def offer(self, name: str, tool: Tool, concurrency: int = 1, timeout: float = 30) -> None:
        """Has the function called for the models. What it raises, and being late, is told to the model."""
        channel = await self._connection.channel(publisher_confirms=True)
        # As many calls as may run at once; the others wait where other services of the tool find them.
        await channel.set_qos(prefetch_count=concurrency, timeout=BROKER_TIMEOUT)
        queue = await channel.declare_queue(
            f"{self._namespace}.tools.{name}", durable=True, auto_delete=True, arguments=QUEUE, timeout=BROKER_TIMEOUT
        )
        await queue.bind(f"{self._namespace}.tools", name, timeout=BROKER_TIMEOUT)

        async def take(message: AbstractIncomingMessage) -> None:
            result = await _result(tool, message.body, timeout)
            if result is not None and message.reply_to:
                answer = aio_pika.Message(
                    json.dumps(result).encode(),
                    content_type="application/json",
                    type="chat.tool_result",
                    correlation_id=message.correlation_id,
                )
                await channel.default_exchange.publish(
                    answer, routing_key=message.reply_to, mandatory=False, timeout=BROKER_TIMEOUT
                )
            await message.ack()  # only now: a service that dies leaves its calls to the others

        await queue.consume(take, timeout=BROKER_TIMEOUT)


async def _result(tool: Tool, body: bytes, timeout: float) -> dict[str, Any] | None:
    """What the worker is told; None where it does not wait any more."""
    try:
        call = json.loads(body)
        deadline = datetime.fromisoformat(call["deadline"].replace("Z", "+00:00"))
        left = (deadline - datetime.now(timezone.utc)).total_seconds()
        if left <= 0:
            return None
        content = await asyncio.wait_for(tool(call), min(left, timeout))
        json.dumps(content)
        return {"content": content}
    except asyncio.TimeoutError:
        return {"error": "no result in time"}
    except Exception as error:  # whatever it is, the model can do something else
        return {"error": str(error)[:1000] or type(error).__name__}
