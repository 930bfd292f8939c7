"""Asks the chat worker over RabbitMQ and reads the answer while it is made.

    async with await ChatClient.connect("amqp://localhost") as chat:
        async with chat.ask("Why is the sky blue?") as answer:
            async for piece in answer:
                print(piece.content, end="", flush=True)

The loop ends by itself only when the answer is complete; otherwise it raises a ChatError. Copy this file into your
service: it needs aio-pika and the permissions of the broker user `publisher`, and declares only server-named queues.
"""

from __future__ import annotations

import asyncio
import json
import re
import time
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from typing import Any

import aio_pika
from aio_pika.abc import AbstractChannel, AbstractConnection, AbstractIncomingMessage
from aio_pika.exceptions import (
    AMQPError,
    ChannelInvalidStateError,
    ChannelNotFoundEntity,
    DeliveryError,
    PublishError,
)

EVENTS = {"started", "waiting", "chunk", "tool_call", "tool_result"}
TERMINAL_EVENTS = {"completed", "failed", "cancelled"}
ID = re.compile(r"[A-Za-z0-9_-]{1,64}")

BROKER_TIMEOUT = 10.0  # seconds for whatever the broker answers at once
UNREAD = 100  # events that may lie here unread; more wait in the broker


class ChatError(Exception):
    """The request was not sent, or its answer is not complete."""


class NotTaken(ChatError):
    """The broker did not take the request: there is no queue for it, or the queue is full."""


class ConnectionLost(ChatError, ConnectionError):
    """The events that follow are lost to this client; the worker goes on. Ask again under a new id."""


class AnswerTimeout(ChatError, TimeoutError):
    """The time was up. The request is cancelled."""


class RequestFailed(ChatError):
    """The worker ended the request with `failed`. What it said before is the answer's `text`."""

    def __init__(self, event: dict[str, Any]):
        error = event["error"]
        super().__init__(f"{error['code']}: {error['message']}")
        self.code: str = error["code"]
        self.details: dict[str, Any] = error["details"]
        self.retryable: bool = event["retryable"]


class RequestCancelled(ChatError):
    """The request was cancelled. What the worker said before is the answer's `text`."""

    def __init__(self, event: dict[str, Any]):
        super().__init__(f"cancelled: {event['reason']}")
        self.reason: str = event["reason"]


@dataclass
class Piece:
    """What to append to the answer shown so far; where `restart`, take back all of that first."""

    content: str = ""
    thinking: str = ""
    tool_calls: list[dict[str, Any]] = field(default_factory=list)
    restart: bool = False


class AnswerAssembler:
    """Makes one answer of a request's events, by the three rules in chat-contracts/README.md ("How to consume")."""

    def __init__(self) -> None:
        self.text = ""
        self.thinking = ""
        self.tool_calls: list[dict[str, Any]] = []
        self.restarts = 0  # how often a higher attempt took the place of a lower one
        self.outcome: str | None = None  # "completed", "failed" or "cancelled"; None until settled
        self.terminal: dict[str, Any] | None = None  # the event that settled the request
        self._attempt, self._run = -1, ""
        self._next, self._gap = 0, False

    def accept(self, event: str, body: dict[str, Any]) -> Piece | None:
        """Takes the next event and returns what it adds; None where it adds nothing."""
        if self.outcome is not None:
            return None  # rule 1: settled
        if event in TERMINAL_EVENTS:
            return self._settle(event, body)
        attempt, run = body.get("attempt"), body.get("run")
        if event not in EVENTS or attempt < self._attempt or (attempt == self._attempt and run != self._run):
            return None  # rule 2: an earlier attempt, or the same by somebody else; and events yet unknown
        restart = attempt > self._attempt and self._follow(attempt, run)
        if event == "chunk" and self._in_order(body["sequence"]):
            return self._add(_piece(body, restart))
        return Piece(restart=True) if restart else None

    def _follow(self, attempt: int, run: str) -> bool:
        replaces = self._attempt != -1
        self._attempt, self._run = attempt, run
        self._next, self._gap = 0, False
        self._clear()
        self.restarts += replaces
        return replaces

    def _in_order(self, sequence: int) -> bool:
        """Rule 3: a sequence seen before is ignored; after a gap the text comes with the terminal event."""
        if sequence < self._next:
            return False
        self._gap |= sequence > self._next
        self._next = sequence + 1
        return not self._gap

    def _settle(self, event: str, body: dict[str, Any]) -> Piece | None:
        self.outcome, self.terminal = event, body
        said = body.get("message") or body.get("partial")
        if said is not None:
            whole = _piece(said)
        elif (body["attempt"], body["run"]) == (self._attempt, self._run):
            return None  # too large for an event, or nothing was said: what came in chunks of this very run stands
        else:
            whole = Piece()
        calls = len(self.tool_calls)
        if (
            whole.content.startswith(self.text)
            and whole.thinking.startswith(self.thinking)
            and whole.tool_calls[:calls] == self.tool_calls
        ):
            rest = whole.content[len(self.text) :], whole.thinking[len(self.thinking) :], whole.tool_calls[calls:]
            return self._add(Piece(*rest))
        whole.restart = True
        self._clear()
        return self._add(whole)

    def _add(self, piece: Piece) -> Piece | None:
        self.text += piece.content
        self.thinking += piece.thinking
        self.tool_calls += piece.tool_calls
        return piece if piece != Piece() else None

    def _clear(self) -> None:
        self.text, self.thinking, self.tool_calls = "", "", []


def _piece(body: dict[str, Any], restart: bool = False) -> Piece:
    return Piece(body.get("content") or "", body.get("thinking") or "", body.get("tool_calls") or [], restart)


class Answer(AnswerAssembler):
    """An answer on its way: iterate over it for its pieces. Leaving the `async with` block early cancels it."""

    def __init__(self, chat: ChatClient, channel: AbstractChannel, request_id: str, ends: float):
        super().__init__()
        self.request_id = request_id
        self.last_event: str | None = None  # the latest event's name, with its reason where it has one
        self._chat, self._channel, self._ends = chat, channel, ends
        self._inbox: asyncio.Queue[AbstractIncomingMessage | None] = asyncio.Queue()  # bounded by the prefetch
        channel.close_callbacks.add(lambda *_: self._inbox.put_nowait(None))

    async def read(self) -> str:
        """Reads to the end, for those who do not show the answer while it is made; the whole text."""
        async for _ in self:
            pass
        return self.text

    async def cancel(self) -> bool:
        """Stops the request; its `cancelled` event then ends the answer. False where no worker listens."""
        return await self._chat.cancel(self.request_id)

    async def __aiter__(self) -> AsyncIterator[Piece]:
        while self.outcome is None:
            event, body = await self._next_event()
            reason = body.get("reason")
            self.last_event = f"{event} ({reason})" if reason else event
            piece = self.accept(event, body)
            if piece is not None:
                yield piece
        if self.outcome == "failed":
            raise RequestFailed(self.terminal)
        if self.outcome == "cancelled":
            cancelled = RequestCancelled(self.terminal)
            raise AnswerTimeout("The deadline passed.") if cancelled.reason == "deadline_exceeded" else cancelled

    async def _next_event(self) -> tuple[str, dict[str, Any]]:
        try:
            message = await asyncio.wait_for(self._inbox.get(), self._ends - time.monotonic())
        except asyncio.TimeoutError:
            raise AnswerTimeout(await self._give_up()) from None
        if message is None:
            raise ConnectionLost(f"The connection to the broker was lost; last seen: {self.last_event or 'nothing'}.")
        with suppress(AMQPError, ChannelInvalidStateError, OSError):
            await message.ack()  # where the connection is lost, the next turn says so
        return (message.type or "").removeprefix("chat."), json.loads(message.body)

    async def _give_up(self) -> str:
        listens = await self.cancel()
        seen = f"last seen: {self.last_event}" if self.last_event else "no event of the request was seen"
        return f"The time is up; {seen}{'' if listens else ', and no worker listens'}."


class ChatClient:
    """One connection, on which any number of questions may be asked at once."""

    def __init__(self, connection: AbstractConnection, namespace: str):
        self._connection, self._namespace = connection, namespace

    @classmethod
    async def connect(cls, uri: str = "amqp://localhost", namespace: str = "chat") -> ChatClient:
        return cls(await aio_pika.connect(uri, timeout=BROKER_TIMEOUT), namespace)

    async def close(self) -> None:
        await self._connection.close()

    async def __aenter__(self) -> ChatClient:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    @asynccontextmanager
    async def ask(self, request: str | dict[str, Any], timeout: float = 300) -> AsyncIterator[Answer]:
        """Sends a question, or a whole request as the contract has it. `timeout` in seconds is its deadline too."""
        now = datetime.now(timezone.utc)
        request = {
            "request_id": uuid.uuid4().hex,
            "sent_at": _instant(now),
            "deadline": _instant(now + timedelta(seconds=timeout)),
            **({"message": request} if isinstance(request, str) else request),
        }
        request_id = request["request_id"]
        if not ID.fullmatch(request_id):
            raise ValueError(f"a request id is 1 to 64 of A-Z a-z 0-9 _ -, not {request_id!r}")
        # A channel of its own: whatever goes wrong with this request leaves the others alone.
        async with await self._channel() as channel:
            answer = Answer(self, channel, request_id, time.monotonic() + timeout)
            try:
                await self._send(channel, request, answer)
            except ChannelNotFoundEntity as missing:
                raise NotTaken(f"Nothing is set up in this namespace; has a worker ever run? ({missing})") from None
            except PublishError:
                raise NotTaken("No queue takes this request; has a worker ever run here?") from None
            except DeliveryError:
                raise NotTaken("The broker declined the request: its queue is full.") from None
            try:
                yield answer
            finally:
                if answer.outcome is None:
                    with suppress(ChatError, AMQPError, ChannelInvalidStateError, OSError, asyncio.TimeoutError):
                        await answer.cancel()

    async def _send(self, channel: AbstractChannel, request: dict[str, Any], answer: Answer) -> None:
        queue = await channel.declare_queue(exclusive=True, auto_delete=True, timeout=BROKER_TIMEOUT)
        # Bound before the request goes out, so that none of its events is missed.
        for exchange in ("chunks", "completions"):
            await queue.bind(f"{self._namespace}.{exchange}", f"*.{answer.request_id}.*", timeout=BROKER_TIMEOUT)
        await queue.consume(answer._inbox.put, timeout=BROKER_TIMEOUT)
        key = str(request.get("model") or "any")
        await self._publish(channel, "requests", key, "chat.request", request, message_id=answer.request_id)

    async def cancel(self, request_id: str) -> bool:
        """Stops a request, whoever sent it. False where no worker listens."""
        return await self._command("chat.cancel", {"request_id": request_id})

    async def listening(self) -> bool:
        """Whether any worker hears commands now. Without one a request waits in the queue until its deadline."""
        return await self._command("chat.describe", {})

    async def _channel(self) -> AbstractChannel:
        if self._connection.is_closed:
            raise ConnectionLost("The connection to the broker is closed.")
        channel = self._connection.channel(publisher_confirms=True, on_return_raises=True)
        await channel.initialize(timeout=BROKER_TIMEOUT)
        await channel.set_qos(prefetch_count=UNREAD, timeout=BROKER_TIMEOUT)
        return channel

    async def _command(self, kind: str, body: dict[str, Any]) -> bool:
        async with await self._channel() as channel:
            try:
                await self._publish(channel, "control", "", kind, body)
                return True
            except (PublishError, ChannelNotFoundEntity):
                return False

    async def _publish(
        self, channel: AbstractChannel, exchange: str, key: str, kind: str, body: dict[str, Any], **properties: Any
    ) -> None:
        message = aio_pika.Message(
            json.dumps(body).encode(),
            content_type="application/json",
            type=kind,
            delivery_mode=aio_pika.DeliveryMode.PERSISTENT,
            **properties,
        )
        # ensure=False: looking for the exchange would need a permission, and publishing tells as well.
        target = await channel.get_exchange(f"{self._namespace}.{exchange}", ensure=False)
        await target.publish(message, routing_key=key, mandatory=True, timeout=BROKER_TIMEOUT)


def _instant(when: datetime) -> str:
    return when.isoformat(timespec="milliseconds").replace("+00:00", "Z")
